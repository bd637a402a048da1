import { DataSource } from 'typeorm';
import { asText } from './damage.js';
import { prefixOf, type Operation, type Walk } from './walk.js';
import type { World } from './world.js';

/** Of each kind of thing, and of each state, so many of the newest. */
const OF_EACH = 4;

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
  for (const [id, path] of await targetsOf(operation, walk, world))
    for (const caller of [...world.actors, ...walk.mighty])
      for (const body of bodies) {
        const headers = walk.headersFor(operation, caller, id);
        const given = body === undefined ? {} : { body: asText(body) };
        const { status } = await walk.ask(operation, `insisting as ${caller.name}`, { path, headers, ...given });
        if (status < 300) return walk.refresh();
        if (status === 403 || status === 404) break;
      }
}
