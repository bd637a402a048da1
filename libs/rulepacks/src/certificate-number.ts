/*
 * The number of a property-right certificate, N1 annex 6: `SJ`, 2 digits of the registrar's region (GB/T 2260), 1 digit of the registrar,
 * year and month of coding, 4 digits of the month's serial 0001–9999. So at most 10 registrars in a region and 9,999 numbers a month.
 */
export interface CertificateNumber {
  /** Two digits, `'44'` for Guangdong. */
  readonly region: string;
  readonly registrarDigit: string;
  /** `YYYYMM` in Asia/Shanghai. */
  readonly yearMonth: string;
  readonly serial: number;
}

export const LAST_SERIAL = 9999;

/**
 * @throws RangeError when a part does not fit; a serial above 9999 means that the month is exhausted, and a number must not be made up
 */
export function certificateNumber({ region, registrarDigit, yearMonth, serial }: CertificateNumber): string {
  if (!Number.isInteger(serial) || serial < 1 || serial > LAST_SERIAL)
    throw new RangeError(`the serial ${serial} is not one of 1 to ${LAST_SERIAL}`);
  const number = `SJ${region}${registrarDigit}${yearMonth}${String(serial).padStart(4, '0')}`;
  const parsed = parseCertificateNumber(number);
  // Compared part by part: a region of three digits beside a month of five would still give 15 characters.
  if (parsed?.region !== region || parsed.registrarDigit !== registrarDigit || parsed.yearMonth !== yearMonth)
    throw new RangeError(`not the parts of a certificate number: ${number}`);
  return number;
}

/** The parts of a number, or null when the text is not one. */
export function parseCertificateNumber(text: string): CertificateNumber | null {
  const [, region, registrarDigit, yearMonth, serial] =
    /^SJ(\d{2})(\d)(\d{4}(?:0[1-9]|1[0-2]))(\d{4})$/.exec(text) ?? [];
  if (!region || !registrarDigit || !yearMonth || !serial || Number(serial) === 0) return null;
  return { region, registrarDigit, yearMonth, serial: Number(serial) };
}
