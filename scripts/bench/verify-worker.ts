import { parentPort, workerData } from 'node:worker_threads';
import { keysOf, verifyCredentials, type Contexts, type Credential, type PublicJwk } from '@app/signing';

/** Everything that somebody needs who verifies without us: texts, published keys and status lists. */
export interface ToVerify {
  /** Compact, one in each line. */
  readonly texts: ArrayBuffer;
  readonly controller: string;
  readonly jwks: { readonly keys: readonly PublicJwk[] };
  /** By URL. */
  readonly lists: ReadonlyMap<string, string>;
  readonly now: Date;
  readonly contexts: Contexts;
}

export interface Verified {
  /** What the credentials say, or `fault`: why the first that does not hold does not. */
  readonly numbers: readonly string[];
  readonly fault: string | null;
}

const { texts: lines, controller, jwks, lists, now, contexts } = workerData as ToVerify;
const texts = Buffer.from(lines).toString('latin1').split('\n');
const statusList = (url: string) => Promise.resolve(lists.get(url));
const verdicts = await verifyCredentials(texts, { resolveKey: keysOf(controller, jwks), now, contexts, statusList });
const wrong = verdicts.find(({ ok, statusChecked }) => !ok || !statusChecked);
const numberOf = ({ credentialSubject }: Credential) =>
  (credentialSubject as { certificateNumber: string }).certificateNumber;
parentPort!.postMessage({
  numbers: verdicts.flatMap(({ credential }) => (credential ? [numberOf(credential)] : [])),
  fault: wrong ? JSON.stringify(wrong.reasons) : null,
} satisfies Verified);
