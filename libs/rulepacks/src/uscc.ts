/*
 * The unified social credit code (统一社会信用代码), GB 32100-2015: 18 characters, the last one computed from the first 17 with weights
 * 3^i modulo 31. The alphabet has no I, O, S, V and Z. Whether such a code was ever given to somebody cannot be computed.
 */
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const MODULUS = ALPHABET.length;

/** Registering department, kind of organisation, GB/T 2260 region, organisation code. */
const BODY = /^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{9}$/;

/** Whether a text is a well-formed code with the right check character. Upper case only, no blanks. */
export function isUscc(text: string): boolean {
  const body = text.slice(0, -1);
  return BODY.test(body) && text.at(-1) === checkCharacter(body);
}

/**
 * A code with its check character, for codes of demonstration organisations.
 * @param body the first 17 characters
 * @throws RangeError when they are not 17 characters of the alphabet with a region of digits
 */
export function completeUscc(body: string): string {
  if (!BODY.test(body)) throw new RangeError(`not the first 17 characters of a unified social credit code: ${body}`);
  return body + checkCharacter(body);
}

function checkCharacter(body: string): string {
  let weight = 1;
  let sum = 0;
  for (const character of body) {
    sum += ALPHABET.indexOf(character) * weight;
    weight = (weight * 3) % MODULUS;
  }
  return ALPHABET[(MODULUS - (sum % MODULUS)) % MODULUS]!;
}
