import { audit } from '../scripts/audit.js';
import { startRegistrar, type RegistrarWorld } from './support/filing.js';

let w: RegistrarWorld;
beforeAll(async () => {
  w = await startRegistrar();
});
afterAll(() => w.close());
beforeEach(() => w.setTime('2026-07-06T10:00'));

const rows = (from: number, to: number) =>
  `city,trips\n${Array.from({ length: to - from }, (_, i) => `city ${from + i},${(from + i) * 7}`).join('\n')}\n`;
const submitted = async (content: string, who = w.holder, changes: object = {}) => {
  const app = await w.file({ resourceId: await w.declare(changes, who, content) }, who);
  await w.act(who, `${app}/submission`);
  return app;
};
const idOf = (app: string) => app.split('/').at(-1);

it('two firms hold the same right in the same fused data; a third identical filing is pointed out (INV-06)', async () => {
  const fused = { rightsSituation: 'FUSED_SILENT', sourceKind: 'CONTRACT' };
  const content = rows(0, 300);
  const [first, second] = [await submitted(content, w.holder, fused), await submitted(content, w.stranger, fused)];
  const third = await submitted(content, w.stranger, fused);
  expect((await w.seen(first)).similarData).toEqual([]);
  expect(await w.seen(second, w.officer)).toMatchObject({
    flags: ['SIMILAR_DATA'],
    similarData: [
      { kind: 'SIMILAR_DATA', applicationId: idOf(first), applicantId: w.holder.org, sameFile: true, share: 1 },
    ],
  });
  const view = await w.seen(third, w.officer);
  expect(new Set(view.flags)).toEqual(new Set(['DUPLICATE_SUSPECT', 'SIMILAR_DATA']));
  expect(view.similarData).toHaveLength(2);
  // It never stands in the way.
  for (const app of [first, second, third]) {
    await w.act(w.officer, `${app}/acceptance`);
    expect((await w.seen(app)).state).toBe('ACCEPTED');
  }
});

it('estimates the share of matching rows, whatever the format and the order of the columns', async () => {
  const first = await submitted(rows(1000, 1400));
  const json = JSON.stringify(
    Array.from({ length: 400 }, (_, i) => ({ trips: (1200 + i) * 7, city: `CITY ${1200 + i} ` })).toReversed(),
  );
  const half = await submitted(json, w.stranger);
  const [found] = (await w.seen(half, w.officer)).similarData;
  expect(found).toMatchObject({ kind: 'SIMILAR_DATA', applicationId: idOf(first), sameFile: false, schemaShare: 1 });
  // Half of its rows; of the rows of both, a third. Two standard errors of 256 bins are 0.06.
  expect(Math.abs(found.share - 0.5)).toBeLessThan(0.1);
  expect(Math.abs(found.similarity - 1 / 3)).toBeLessThan(0.1);
  const part = await submitted(rows(1000, 1100), w.holder);
  const [whole] = (await w.seen(part, w.officer)).similarData;
  expect(whole).toMatchObject({ kind: 'DUPLICATE_SUSPECT', applicationId: idOf(first) });
  expect(whole.share).toBeGreaterThan(0.7);
});

it('is nothing that applicants see, and forgets what was withdrawn', async () => {
  const first = await submitted(rows(2000, 2100));
  const second = await submitted(rows(2000, 2100), w.stranger);
  expect(await w.seen(second, w.stranger)).toMatchObject({ flags: [], similarData: [] });
  expect((await w.seen(second)).flags).toEqual(['SIMILAR_DATA']);
  await w.act(w.holder, `${first}/withdrawal`);
  await w.act(w.stranger, `${second}/withdrawal`);
  const third = await submitted(rows(2000, 2100), w.stranger);
  expect((await w.seen(third)).flags).toEqual([]);
});

it('the fingerprint is no part of what is shown of data', async () => {
  const { body } = await w.t.as(w.holder).get(`/v1/resources/${await w.declare()}`);
  expect(JSON.stringify(body)).not.toContain('minhash');
});

it('replaying the events gives every row back', async () => {
  await w.t.settle();
  let text = '';
  const out = { write: (chunk: string) => void (text += chunk) };
  const url = w.t.databaseUrl;
  const code = await audit(['replay', '--database', url], { DATABASE_URL: url }, out);
  expect({ code, text }).toEqual({ code: 0, text: expect.any(String) });
});
