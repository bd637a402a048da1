import { createHash } from 'node:crypto';
import type { Candidate, Discipline } from '@app/sdk';

/*
 * How a panel is drawn, so that anyone can draw it again from the event `committee.panel-drawn.v1` alone, in any language:
 *
 *  1. The event `committee.candidates-fixed.v1` names the candidates: the active experts of the pool without a conflict. It is in the log,
 *     at leaf `leafIndex`, before anybody can know the seed.
 *  2. `root` is the root hash, as 64 lower-case hexadecimal digits, of the first published checkpoint whose size is greater than
 *     `leafIndex` (GET /v1/log/checkpoints; its signature and cosignatures can be checked).
 *  3. seed = SHA-256 over the UTF-8 bytes of the five lines `databourse/committee-panel/v1`, the case's id, the round in decimal digits,
 *     `root` and the number of candidates in decimal digits, each followed by a line feed (U+000A).
 *  4. Random numbers: block i = SHA-256(seed ‖ i as 4 bytes, big-endian), i = 0, 1, 2, …; each block gives eight numbers of 32 bits,
 *     big-endian. A number below n: the next number x is skipped while x ≥ 2³² − (2³² mod n); then x mod n. So every one is as likely.
 *  5. The candidates, sorted by id in ascending order of bytes, are shuffled (Fisher–Yates): for k from the last place down to 1, the one at
 *     place k changes places with the one at a number below k + 1. That is the order.
 *  6. The panel: for each discipline of the rule pack, in its order, that nobody on the panel has yet, the first of the order who has it;
 *     then the first of the order who are not on it, until `size` are on it. It is listed in the order of step 5.
 *  7. A seat that becomes free goes to the first of the order who was not on the panel yet and has a discipline that the panel now lacks;
 *     if there is none, to the first who was not on it yet.
 *
 * Nobody who takes part can choose the seed. Who runs the log could try other leaves before it publishes; that is why a witness, who cosigns
 * what it saw first, belongs to a log.
 */
const DOMAIN = 'databourse/committee-panel/v1';

export interface SeedFacts {
  readonly caseId: string;
  readonly round: number;
  readonly root: string;
  readonly candidates: number;
}

export const seedOf = ({ caseId, round, root, candidates }: SeedFacts): string =>
  createHash('sha256').update(`${DOMAIN}\n${caseId}\n${round}\n${root}\n${candidates}\n`).digest('hex');

/** Step 4. */
export function* numbersOf(seed: string): Generator<number, never> {
  const start = Buffer.from(seed, 'hex');
  for (let i = 0; ; i += 1) {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(i);
    const block = createHash('sha256').update(start).update(counter).digest();
    for (let at = 0; at < block.length; at += 4) yield block.readUInt32BE(at);
  }
}

const RANGE = 2 ** 32;

function below(n: number, numbers: Generator<number, never>): number {
  const end = RANGE - (RANGE % n);
  let x = numbers.next().value;
  while (x >= end) x = numbers.next().value;
  return x % n;
}

const byBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Step 5. */
export function orderOf(candidates: readonly Candidate[], seed: string): string[] {
  const order = candidates.map(({ expertId }) => expertId).toSorted(byBytes);
  const numbers = numbersOf(seed);
  for (let k = order.length - 1; k > 0; k -= 1) {
    const j = below(k + 1, numbers);
    [order[k], order[j]] = [order[j]!, order[k]!];
  }
  return order;
}

interface Drawing {
  readonly candidates: readonly Candidate[];
  readonly disciplines: readonly Discipline[];
}

const lacking = ({ candidates, disciplines }: Drawing, panel: readonly string[]): Discipline[] => {
  const had = new Set(candidates.filter(({ expertId }) => panel.includes(expertId)).flatMap((c) => c.disciplines));
  return disciplines.filter((discipline) => !had.has(discipline));
};

const has = ({ candidates }: Drawing, expertId: string, discipline: Discipline): boolean =>
  candidates.some((candidate) => candidate.expertId === expertId && candidate.disciplines.includes(discipline));

/** Step 6. */
export function panelOf(drawing: Drawing & { readonly order: readonly string[]; readonly size: number }): string[] {
  const { order, size, disciplines } = drawing;
  const panel: string[] = [];
  for (const discipline of disciplines) {
    if (panel.length === size || !lacking(drawing, panel).includes(discipline)) continue;
    const found = order.find((expertId) => has(drawing, expertId, discipline));
    if (found !== undefined) panel.push(found);
  }
  for (const expertId of order) if (panel.length < size && !panel.includes(expertId)) panel.push(expertId);
  return order.filter((expertId) => panel.includes(expertId));
}

/** Step 7. @returns null when all of the order have been on the panel */
export function nextOf(
  drawing: Drawing & { readonly order: readonly string[] },
  seated: readonly string[],
  used: readonly string[],
): string | null {
  const spare = drawing.order.filter((expertId) => !used.includes(expertId));
  const wanted = lacking(drawing, seated);
  const fitting = spare.find((expertId) => wanted.some((discipline) => has(drawing, expertId, discipline)));
  return fitting ?? spare[0] ?? null;
}
