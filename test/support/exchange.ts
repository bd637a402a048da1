import { writeFile, readFile, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completeUscc } from '@app/rulepacks';
import { Client, signIn, type Created } from '@app/sdk';
import { LocalKey, publicOnly } from '@app/signing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from '../../src/app.module.js';
import { createApplication } from '../../src/platform/application.js';
import { freePort } from '../../src/platform/port.js';
import { startApp, type TestApp } from './app.js';
import { contractOrder, fen, type Sale } from './sales.js';
import { settle } from './settle.js';

/** The whole service with one exchange, whose operator has a machine client: what an operator's engineer is given. */
export interface Exchange extends TestApp {
  readonly origin: string;
  readonly operatorId: string;
  readonly venueId: string;
  /** The platform's own operator. */
  readonly operator: Client;
  /** A file for `--credentials`. */
  readonly credentials: string;
  /** An order with its contract, published in the log. */
  sell(): Promise<Sale>;
  /** A day goes by, and its manifest is cut. */
  nextDay(): Promise<void>;
  /** What answers now: another one after a restart. */
  running(): NestFastifyApplication;
  stop(): Promise<void>;
  /** The same service again, at the same address. */
  restart(): Promise<void>;
}

export async function startExchange(): Promise<Exchange> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const t = await startApp({ OIDC_ISSUER: '', PORT: String(port), PUBLIC_URL: origin });
  const password = (await readFile(join(t.config.DATA_DIR, 'operator-password'), 'utf8')).trim();
  const oidc = { issuer: `${origin}/oidc`, resource: `${origin}/v1` };
  const tokens = await signIn({ ...oidc, login: 'operator', password });
  const operator = new Client({ origin, token: () => Promise.resolve(tokens.accessToken) });
  const uscc = completeUscc('91440101DEM000001');
  const facts = { uscc, name: 'Demonstration exchange', kind: 'ENTERPRISE', regionCode: '440100' };
  const { id: operatorId } = await operator.post<Created>('/v1/organisations', facts);
  const { id: venueId } = await operator.post<Created>('/v1/venues', {
    code: 'DEMO-1',
    name: { zh: '演示交易所', en: 'Demonstration exchange' },
    type: 'EXCHANGE',
    parentId: null,
    operatorId,
  });
  const key = await LocalKey.generate('ES256');
  const client = { name: 'Feed', jwks: { keys: [publicOnly(key.publicJwk)] }, roles: ['feedReader'] };
  const { id: clientId } = await operator.post<Created>(`/v1/organisations/${operatorId}/clients`, client);
  const credentials = join(await mkdtemp(join(t.config.DATA_DIR, 'credentials-')), 'machine.json');
  await writeFile(credentials, JSON.stringify({ clientId, privateJwk: await key.privateJwk(), ...oidc }));
  await t.settle();

  let running: NestFastifyApplication | undefined = t.app;
  const now = (): TestApp => ({ ...t, app: running!, settle: () => settle(running!) });
  const stop = async (): Promise<void> => {
    await running?.close();
    running = undefined;
  };
  return {
    ...t,
    origin,
    operatorId,
    venueId,
    operator,
    credentials,
    settle: () => now().settle(),
    sell: () => contractOrder(now(), { venueId, gross: fen(100) }),
    nextDay: async () => {
      await now().settle();
      await operator.post('/v1/demonstration/clock', { byMs: 86_400_000, reason: 'a day' });
      await now().settle();
    },
    running: () => running!,
    stop,
    restart: async () => {
      await stop();
      running = await createApplication(AppModule.with(t.config, t.databaseUrl), t.config);
      await running.listen(t.config.PORT, '127.0.0.1');
    },
    close: async () => {
      await stop();
      await t.close();
    },
  };
}

export const scratch = (): Promise<string> => mkdtemp(join(tmpdir(), 'databourse-follow-'));
