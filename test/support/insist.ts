import { DataSource } from 'typeorm';
import { asText, type Json } from './damage.js';
import { prefixOf, type Operation, type Walk } from './walk.js';
import type { Caller, World } from './world.js';

/** Of each kind of thing, and of each state, so many of the newest. */
const OF_EACH = 4;
/** An operation that wants what nothing here has is asked so often, and no more. */
const ENOUGH = 150;

const DONE = 'done';
interface Asked {
  readonly id: string;
  readonly path: string;
  readonly caller: Caller;
}

/** What the operation may act on: a path for each thing, whatever its state. */
async function targetsOf(operation: Operation, walk: Walk, { app, db }: World): Promise<[id: string, path: string][]> {
  const prefix = prefixOf(operation);
  if (!operation.path.includes('{')) return [['', operation.path]];
  if (operation.path.includes('{remarkId}')) {
    const { rows } = await db.query<{ id: string; remark: string }>(
      `SELECT id, placed->>'id' AS remark FROM certificates.certificate, jsonb_array_elements(remarks) AS placed`,
    );
    return rows.map(({ id, remark }) => [id, operation.path.replace('{id}', id).replace('{remarkId}', remark)]);
  }
  const of = (ids: readonly string[]) => ids.map((id): [string, string] => [id, operation.path.replace(/\{\w+\}/, id)]);
  if (prefix === 'number') {
    const { rows } = await db.query<{ number: string }>('SELECT number FROM certificates.certificate');
    return of(rows.map(({ number }) => number));
  }
  const found = new Set(walk.words.ids.get(prefix) ?? []);
  for (const { tablePath, columns } of app.get(DataSource, { strict: false }).entityMetadatas) {
    const state = columns.find(({ propertyName }) => propertyName === 'state' || propertyName === 'status');
    if (!state || !columns.some(({ databaseName }) => databaseName === 'id')) continue;
    const table = tablePath.split('.').map((part) => `"${part}"`);
    const { rows } = await db.query<{ id: string }>(
      `SELECT id FROM (SELECT id::text, row_number() OVER (PARTITION BY "${state.databaseName}" ORDER BY id DESC) AS n
         FROM ${table.join('.')} WHERE id::text LIKE $1) AS newest WHERE n <= ${OF_EACH} ORDER BY id DESC`,
      [`${prefix}\\_%`],
    );
    for (const { id } of rows) found.add(id);
  }
  return of([...found]);
}

/** Asks as everybody who acted before, of every thing there is, with what was sent before, until the operation is done once. */
export async function insist(operation: Operation, walk: Walk, world: World): Promise<void> {
  if (walk.isDone(operation)) return;
  const recorded = walk.recorded(operation).slice(-3);
  const bodies =
    operation.method === 'GET' ? [undefined] : recorded.length > 0 ? recorded : walk.bodiesOf(operation, 2);
  // Whoever acts for another organisation does so about its other things, too.
  const strangers = new Map<string, number>();
  let left = ENOUGH;
  for (const [id, path] of await targetsOf(operation, walk, world))
    for (const caller of [...world.actors, ...walk.mighty]) {
      if ((strangers.get(caller.sub) ?? 0) > 2) continue;
      const code = await askWith(bodies, { id, path, caller });
      if (code === DONE) return walk.refresh();
      if (left <= 0) return undefined;
      if (code === 'illegal-transition') break;
      if (code === 'not-your-organisation' || code === 'not-found')
        strangers.set(caller.sub, (strangers.get(caller.sub) ?? 0) + 1);
    }

  async function askWith(given: readonly (Json | undefined)[], { id, path, caller }: Asked): Promise<string> {
    let code = '';
    for (const body of given) {
      const headers = walk.headersFor(operation, caller, id);
      const sent = { path, headers, ...(body === undefined ? {} : { body: asText(body) }) };
      const { status, text } = await walk.ask(operation, `insisting as ${caller.name}`, sent);
      left -= 1;
      if (status < 300) return DONE;
      code = (JSON.parse(text) as { code: string }).code;
      if (status !== 422 && status !== 400) break;
    }
    return code;
  }
}
