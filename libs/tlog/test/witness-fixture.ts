import {
  consistencyProof,
  emptyLog,
  generateCosignerKey,
  generateNoteKey,
  integrate,
  nodeReader,
  parseCosignerSkey,
  parseSkey,
  parseVkey,
  signCheckpoint,
  formatAddCheckpoint,
} from '../src/index.js';
import type { Signer, Witness, WitnessStore } from '../src/index.js';

// A log of 600 entries and a witness of it, for the tests of both sides of the protocol.

export const ORIGIN = 'log.example/demo';
export const log = generateNoteKey(ORIGIN);
export const key = generateCosignerKey('witness.example/one');
export const NOW = 1_700_000_000;
const entries = Array.from({ length: 600 }, (_, i) => Buffer.from(`entry ${i}`));
const whole = integrate(emptyLog(), entries);
const tiles = new Map(whole.tiles.map((tile) => [`${tile.level}/${tile.index}`, tile.bytes]));
export const rootOf = (size: number): Buffer => integrate(emptyLog(), entries.slice(0, size)).root;
export const proof = (from: number, to: number): Promise<Buffer[]> =>
  consistencyProof(
    from,
    to,
    nodeReader(to, ({ level, index, width }) => tiles.get(`${level}/${index}`)!.subarray(0, width * 32)),
  );
export const checkpoint = (
  size: number,
  root = rootOf(size),
  signers: Signer[] = [parseSkey(log.skey)],
  origin = ORIGIN,
) => signCheckpoint({ origin, size, root }, signers);
export const body = async (from: number, to: number, note?: string): Promise<string> =>
  formatAddCheckpoint({ oldSize: from, proof: await proof(from, to), checkpoint: note ?? (await checkpoint(to)) });

export function memoryStore(): WitnessStore & { stored: Map<string, string> } {
  const stored = new Map<string, string>();
  return {
    stored,
    load: (origin) => Promise.resolve(stored.get(origin)),
    replace: (origin, previous, next) => {
      if (stored.get(origin) !== previous) return Promise.resolve(false);
      stored.set(origin, next);
      return Promise.resolve(true);
    },
  };
}

export function newWitness(store: WitnessStore = memoryStore()): Witness & { forks: [string, string][] } {
  const forks: [string, string][] = [];
  return {
    logs: new Map([[ORIGIN, [parseVkey(log.vkey)]]]),
    cosigners: [parseCosignerSkey(key.skey, () => NOW)],
    store,
    onFork: (...both) => void forks.push(both),
    forks,
  };
}
