import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { PublicJwk } from '@app/signing';
import { fsck } from '@app/tlog';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { CertificateIssued } from '../../src/certificates/certificate.js';
import { compactCredentials, CREDENTIAL, type KeptCredentials } from '../../src/certificates/compact-credentials.js';
import { CertificateIssuer } from '../../src/certificates/issuer.js';
import { replay } from '../../src/ledger/replay.js';
import { Clock } from '../../src/platform/clock.js';
import { dataSourceOptions } from '../../src/platform/data-source.js';
import { eventType } from '../../src/platform/event.js';
import type { Running } from '../../src/start.js';
import { pairsChecked } from './machine.js';
import { storedLog } from './stored-log.js';
import type { ToVerify, Verified } from './verify-worker.js';

const NUMBER = /^SJ\d{2}\d\d{6}(\d{4})$/;

export interface Offline {
  readonly certificates: number;
  readonly credentials: number;
  readonly seconds: number;
  /** Microseconds of CPU for each certificate, both signatures. */
  readonly cpuUs: number;
  /** Pairs of signatures that all cores together check in a second, right before and after. */
  readonly pairs: number;
}

/**
 * Every credential, both signatures, as somebody verifies them who has the texts, the published keys and the status lists: data model,
 * signature, validity and status, and that no number stands on two certificates. Throws at the first that does not hold.
 */
export async function verifyOffline(running: Running, db: pg.Pool, expected: number): Promise<Offline> {
  const { app, config } = running;
  const { rows } = await db.query<{ number: string } & KeptCredentials>(
    `SELECT number, ${CREDENTIAL}, credentials FROM certificates.certificate ORDER BY number`,
  );
  const fetched = async (path: string): Promise<Response> => fetch(`${config.PUBLIC_URL}${path}`);
  const jwks = (await (await fetched('/.well-known/jwks.json')).json()) as { keys: PublicJwk[] };
  const issuer = app.get(CertificateIssuer);
  const lists = new Map<string, string>();
  for (const purpose of ['revocation', 'suspension'] as const) {
    const url = issuer.statusListUrl(purpose);
    lists.set(url, await (await fetched(new URL(url).pathname)).text());
  }
  // Both signatures of a certificate stay together, so what they share is read once.
  const texts = rows.flatMap((row) => Object.values<string>({ ...compactCredentials(row) }));
  const common = { controller: issuer.did, jwks, lists, now: app.get(Clock).now(), contexts: issuer.contexts };
  const threads = availableParallelism();
  const share = Math.ceil(rows.length / threads) * (texts.length / rows.length);
  // As they would come in a file.
  const parts = Array.from({ length: threads }, (_, i) => fileOf(texts.slice(i * share, (i + 1) * share)));

  const before = pairsChecked();
  const [began, used] = [performance.now(), process.cpuUsage()];
  const verified = await Promise.all(parts.map((part) => onThread({ texts: part, ...common })));
  const numbers = new Set<string>();
  for (const part of verified) {
    if (part.fault !== null) throw new Error(`a credential does not verify: ${part.fault}`);
    for (const number of part.numbers) {
      const serial = Number(NUMBER.exec(number)?.[1]);
      if (!(serial >= 1 && serial <= 9999)) throw new Error(`${number} is no number`);
      numbers.add(number);
    }
  }
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(used);
  const read = verified.reduce((sum, part) => sum + part.numbers.length, 0);
  if (rows.length !== expected || numbers.size !== expected || read !== 2 * expected)
    throw new Error(`${rows.length} certificates, ${numbers.size} numbers, ${read} credentials of ${expected}`);
  const pairs = ((before + pairsChecked()) / 2) * threads;
  return { certificates: rows.length, credentials: read, seconds, cpuUs: (user + system) / rows.length, pairs };
}

function fileOf(texts: readonly string[]): ArrayBuffer {
  const lines = Buffer.from(texts.join('\n'), 'latin1');
  return lines.buffer.slice(lines.byteOffset, lines.byteOffset + lines.length) as ArrayBuffer;
}

/** Starting the thread is part of the time. */
function onThread(workerData: ToVerify): Promise<Verified> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./verify-worker.js', import.meta.url), {
      workerData,
      transferList: [workerData.texts],
    });
    worker.once('message', resolve).once('error', reject);
  });
}

/** The log as a whole, one issuance of each certificate in it, and no row that is not what its events say. */
export async function verifyAll({ config, databaseUrl }: Running, db: pg.Pool, expected: number): Promise<void> {
  const vkey = (await (await fetch(`${config.PUBLIC_URL}/log/key`)).text()).trim();
  const issued = new Set<string>();
  let issuances = 0;
  const { ok, faults } = await fsck(storedLog(db), [vkey], {
    onEntry: (_, bytes) => {
      const { type, stream } = JSON.parse(Buffer.from(bytes).toString()) as { type: string; stream: string };
      if (type !== eventType(CertificateIssued)) return;
      issuances += 1;
      issued.add(stream);
    },
  });
  if (!ok) throw new Error(`the log has a fault: ${JSON.stringify(faults[0])}`);
  if (issuances !== expected || issued.size !== expected)
    throw new Error(`${issuances} issuances of ${issued.size} certificates in the log, not ${expected}`);
  const database = new DataSource(dataSourceOptions(databaseUrl, 'databourse_auditor', 2));
  await database.initialize();
  const { differences } = await replay(database);
  await database.destroy();
  if (differences.length > 0) throw new Error(`replay differs: ${JSON.stringify(differences[0])}`);
}
