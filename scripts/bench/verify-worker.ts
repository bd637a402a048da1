import { parentPort, workerData } from 'node:worker_threads';
import { keysOf, verifyCredentials, type Contexts, type Credential, type PublicJwk } from '@app/signing';
import { linesOf } from './lines.js';

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

/** As many as are read at a time: all of them would fill the memory, and clearing it up is work, too. An even number. */
const AT_ONCE = 16;

const { texts, controller, jwks, lists, now, contexts } = workerData as ToVerify;
const statusList = (url: string) => Promise.resolve(lists.get(url));
const options = { resolveKey: keysOf(controller, jwks), now, contexts, statusList };
const numberOf = ({ credentialSubject }: Credential) =>
  (credentialSubject as { certificateNumber: string }).certificateNumber;
const numbers: string[] = [];
let fault: string | null = null;
for (const some of linesOf(Buffer.from(texts), AT_ONCE)) {
  const verdicts = await verifyCredentials(some, options);
  numbers.push(...verdicts.flatMap(({ credential }) => (credential ? [numberOf(credential)] : [])));
  const wrong = verdicts.find(({ ok, statusChecked }) => !ok || !statusChecked);
  if (wrong) fault ??= JSON.stringify(wrong.reasons);
}
parentPort!.postMessage({ numbers, fault } satisfies Verified);
