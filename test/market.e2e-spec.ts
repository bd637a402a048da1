import { newId } from '../src/platform/id.js';
import { startApp, type TestApp } from './support/app.js';
import type { Who } from './support/client.js';

let t: TestApp;
const operator: Who = { sub: newId('per'), org: newId('org'), roles: ['operator'] };
beforeAll(async () => {
  t = await startApp();
});
afterAll(() => t.close());

const name = { zh: '演示交易所', en: 'Demonstration exchange' };
const exchange = { code: 'DEMO', name, type: 'EXCHANGE', parentId: null, operatorId: newId('org') };

it('opens the tree: an exchange, then a base under it', async () => {
  const { status, body, headers } = await t.as(operator).post('/v1/venues', exchange);
  expect(status).toBe(201);
  expect(headers['location']).toBe(`/v1/venues/${body.id}`);
  const base = { ...exchange, code: 'DEMO-B1', type: 'BASE', parentId: body.id };
  expect((await t.as(operator).post('/v1/venues', base)).status).toBe(201);
  const list = await t.as(operator).get('/v1/venues?limit=1');
  expect(list.body.items).toHaveLength(1);
  expect(list.body.nextCursor).toEqual(expect.any(String));
});

it('refuses a base without an exchange above it', async () => {
  const { status, body } = await t.as(operator).post('/v1/venues', { ...exchange, code: 'X1', type: 'BASE' });
  expect(status).toBe(422);
  expect(body.code).toBe('market/venue-parent');
});
