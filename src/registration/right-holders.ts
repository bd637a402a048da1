import { rightInWords, type Text } from '@app/rulepacks';
import type { ClaimedRight, RegisteredHolder, RightHolder } from '@app/sdk';

/** Who applies, or holds a certificate, as the platform knows them. */
interface Party {
  readonly name: string;
  readonly uscc: string;
}

/** What a certificate says. */
interface Stated {
  readonly holder: Party;
  /** Where several hold it jointly: all of them. */
  readonly holders?: readonly Party[];
  readonly rights: readonly ClaimedRight[];
  readonly rightHolders?: readonly RegisteredHolder[];
}

export const isOf = (party: Party, { idNumber }: { readonly idNumber: string | null }): boolean =>
  idNumber === party.uscc;

/** A row of the form for a public register: it shows no document of a natural person, and of the name only its beginning. */
const forRegister = ({ kind, name, idNumber, ...held }: RightHolder): RegisteredHolder =>
  kind === 'NATURAL_PERSON'
    ? { kind, name: `${/^./u.exec(name)![0]}**`, idNumber: null, ...held }
    : { kind, name, idNumber, ...held };

/** What those hold who hold a certificate: the rights as it certifies them. */
const heldBy = (parties: readonly Party[], rights: readonly ClaimedRight[]): RegisteredHolder[] =>
  rights.flatMap(({ right, termYears, limits }) =>
    parties.map(({ name, uscc }) => ({
      kind: 'LEGAL_PERSON' as const,
      name,
      idNumber: uscc,
      right,
      termYears,
      restriction: limits,
    })),
  );

/** Of an initial registration: those who apply hold what they claim, the others what the form says of them (权利配置说明). */
export const declaredHolders = (
  parties: readonly Party[],
  rights: readonly ClaimedRight[],
  rows: readonly RightHolder[] = [],
): RegisteredHolder[] => [
  ...heldBy(parties, rights),
  ...rows.filter((row) => !parties.some((party) => isOf(party, row))).map(forRegister),
];

/**
 * When `parties` come to hold these rights of a certificate: its holders keep nothing of them (INV-07). Who held a right beside them
 * holds it as before.
 */
export function succeedingHolders(
  { holder, holders = [holder], rightHolders = [] }: Stated,
  parties: readonly Party[],
  rights: readonly ClaimedRight[],
): RegisteredHolder[] {
  const replaced = [...holders, ...parties];
  const beside = rightHolders.filter(
    (row) => rights.some(({ right }) => right === row.right) && !replaced.some((party) => isOf(party, row)),
  );
  return [...heldBy(parties, rights), ...beside];
}

/** What the terms and restrictions of others' rights say to a buyer. */
export const limitsOfOthers = (parties: readonly Party[], rows: readonly RegisteredHolder[]): Text[] =>
  rows.flatMap((row) => {
    const { name, right, termYears, restriction } = row;
    if (parties.some((party) => isOf(party, row)) || (termYears === null && restriction === '')) return [];
    const { zh, en } = rightInWords(right, termYears, restriction);
    return [{ zh: `${name}: ${zh}`, en: `${name}: ${en}` }];
  });
