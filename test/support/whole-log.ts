import { decodeBundle, fsck, leafHash, openCheckpoint, parseVkey, Tree } from '@app/tlog';
import pg from 'pg';
import { differences } from './differences.js';

export interface LogPlace {
  readonly databaseUrl: string;
  /** Of the service, without a trailing slash. */
  readonly url: string;
}

async function rowsOf<T extends object>(databaseUrl: string, sql: string): Promise<T[]> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The ids of the events in the order of the log. */
export async function logIds({ databaseUrl }: Pick<LogPlace, 'databaseUrl'>): Promise<string[]> {
  const bundles = await rowsOf<{ data: Buffer }>(databaseUrl, 'SELECT data FROM ledger.bundle ORDER BY n');
  const leaves = bundles.flatMap(({ data }) => decodeBundle(data));
  return leaves.map((leaf) => (JSON.parse(Buffer.from(leaf).toString()) as { id: string }).id);
}

/**
 * Checks everything from the bytes. Nothing may wait any more, and the whole tree must be published.
 * - the log as it is served: every tile, every entry, the signature (fsck);
 * - every event once, in the order in which they were settled; every checkpoint ever published is a prefix of the tree;
 * - the rows are those that the events give (replay); the positions of every feed are dense.
 */
export async function mustBeWhole(place: LogPlace): Promise<void> {
  const { url, databaseUrl } = place;
  const vkeys = (await (await fetch(`${url}/log/key`)).text()).trim().split('\n');
  const report = await fsck(`${url}/log`, vkeys);
  const ids = await logIds(place);
  expect({ faults: report.faults, size: report.checkpoint?.size }).toEqual({ faults: [], size: ids.length });
  const settled = await rowsOf<{ id: string }>(
    databaseUrl,
    'SELECT event_id AS id FROM ledger.payload ORDER BY gen, xid, seq',
  );
  expect(ids).toEqual(settled.map(({ id }) => id));
  await everyCheckpoint(databaseUrl, vkeys);
  expect(await differences(place)).toEqual([]);
  const gaps = await rowsOf(
    databaseUrl,
    `SELECT operator_id, count(*), max(position) FROM feed.entry GROUP BY operator_id
     HAVING count(*) <> max(position) OR min(position) <> 1`,
  );
  expect(gaps).toEqual([]);
}

async function everyCheckpoint(databaseUrl: string, vkeys: readonly string[]): Promise<void> {
  const tree = new Tree();
  const roots = new Map([[0, tree.root.toString('hex')]]);
  for (const { data } of await rowsOf<{ data: Buffer }>(databaseUrl, 'SELECT data FROM ledger.bundle ORDER BY n'))
    for (const leaf of decodeBundle(data)) {
      tree.append(leafHash(leaf));
      roots.set(tree.size, tree.root.toString('hex'));
    }
  const notes = await rowsOf<{ note: string }>(databaseUrl, 'SELECT note FROM ledger.checkpoint ORDER BY size');
  for (const { note } of notes) {
    const { size, root } = openCheckpoint(note, vkeys.map(parseVkey)).checkpoint;
    expect([size, Buffer.from(root).toString('hex')]).toEqual([size, roots.get(size)]);
  }
}
