import { createHash, randomBytes } from 'node:crypto';
import canonicalize from 'canonicalize';
import type pg from 'pg';
import { v7 } from 'uuid';
import { Event } from '../../src/platform/event.js';

/** An event without an aggregate, for tests that write leaves by hand. */
@Event('test.noted.v1')
export class Noted {
  constructor(readonly text: string) {}
}

/** Appends the versions of a stream as a command's transaction does; answers the events' ids. */
export async function note(db: pg.ClientBase, stream: string, versions: readonly number[]): Promise<string[]> {
  const events = versions.map((version) => {
    const [id, salt, payload] = [v7(), randomBytes(16), canonicalize(new Noted(`${stream} ${version}`))!];
    const payloadDigest = createHash('sha256').update(salt).update(payload).digest('hex');
    const type = 'test.noted.v1';
    const occurredAt = '2026-01-02T03:04:05.678Z';
    const leaf = canonicalize({ v: 1, id, type, stream, version, actor: 'system', occurredAt, payloadDigest })!;
    return { id, stream, version, type, leaf: Buffer.from(leaf), payload, salt };
  });
  const all = <K extends keyof (typeof events)[number]>(key: K) => events.map((event) => event[key]);
  await db.query(
    'SELECT ledger.append($1::uuid[], $2::text[], $3::int[], $4::text[], $5::bytea[], $6::text[], $7::bytea[])',
    [all('id'), all('stream'), all('version'), all('type'), all('leaf'), all('payload'), all('salt')],
  );
  return all('id');
}
