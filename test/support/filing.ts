import { completeUscc, rulePack } from '@app/rulepacks';
import type { DeclareResourceBody, FileInitialBody, Role } from '@app/sdk';
import pg from 'pg';
import { Clock } from '../../src/platform/clock.js';
import { DeadlineWorker } from '../../src/platform/deadline-worker.js';
import { newId } from '../../src/platform/id.js';
import { startApp } from './app.js';
import type { Who } from './client.js';
import { declaration, withBlocks } from './declaration.js';

export const CSV = 'city,trips\n广州,12\n深圳,15\n';
const REQUIRED = ['form', 'identity', 'acquisition', 'sample', 'description'];
export const checklistFor = (source: string) =>
  rulePack('CN-PROPERTY-2026')
    .reviewChecklist.filter(({ appliesTo }) => appliesTo === null || appliesTo.includes(source))
    .map(({ id }) => ({ code: id, ok: true, note: '' }));

const eventsIn =
  (db: pg.Client) =>
  async (app: string, type: string): Promise<Record<string, unknown>[]> => {
    const { rows } = await db.query<{ payload: string }>(
      'SELECT payload FROM ledger.payload WHERE stream = $1 AND type = $2 ORDER BY version',
      [app.split('/').at(-1), `registration.application-${type}.v1`],
    );
    return rows.map(({ payload }) => JSON.parse(payload) as Record<string, unknown>);
  };

/** A registrar with its staff, a holder and a stranger; the time is frozen on a Monday without a holiday near. */
async function startPlace() {
  const t = await startApp();
  let now = new Date('2026-07-06T10:00+08:00');
  let serial = 0;
  Object.assign(t.app.get(Clock, { strict: false }), { now: () => now });
  const db = new pg.Client(t.databaseUrl);
  await db.connect();
  const of = (org: string, ...roles: Role[]): Who => ({ sub: newId('per'), org, roles });
  const operator = of(newId('org'), 'operator');

  async function organisation(name: string, kind = 'ENTERPRISE'): Promise<string> {
    const uscc = completeUscc(`91440101DEM${String((serial += 1)).padStart(6, '0')}`);
    const body = { uscc, name: `Demonstration ${name}`, kind, regionCode: '440100' };
    return (await t.as(operator).post('/v1/organisations', body)).body.id as string;
  }
  async function upload(who: Who, content: string | Buffer, name = 'data.csv'): Promise<string> {
    const headers = {
      authorization: `Bearer ${await t.issuer.token(who.sub, who.org, who.roles)}`,
      'content-type': 'text/csv',
      'content-disposition': `attachment; filename="${name}"`,
    };
    const body = new Uint8Array(Buffer.from(content));
    const answer = await fetch(`${await t.app.getUrl()}/v1/files`, { method: 'POST', headers, body });
    return ((await answer.json()) as { id: string }).id;
  }
  const registrarOrg = await organisation('registrar');
  const catalogued = { organisationId: registrarOrg, name: 'Demonstration registrar', regionCode2: '44', digit: '1' };
  await t.as(operator).post('/v1/registrars', catalogued);
  return {
    t,
    db,
    of,
    operator,
    organisation,
    upload,
    registrarOrg,
    holder: of(await organisation('holder'), 'holder'),
    stranger: of(await organisation('stranger'), 'holder', 'buyer'),
    officer: of(registrarOrg, 'registrarOfficer'),
    approver: of(registrarOrg, 'registrarApprover'),
    regulator: of(newId('org'), 'regulator'),
    next: () => (serial += 1),
    /** In Asia/Shanghai. */
    setTime: (local: string) => (now = new Date(`${local}+08:00`)),
    setInstant: (instant: string, ms = 0) => (now = new Date(Date.parse(instant) + ms)),
    fire: () => t.app.get(DeadlineWorker, { strict: false }).step(),
    close: async () => {
      await db.end();
      await t.close();
    },
  };
}

/** The same with what applicants and officers do. */
export async function startRegistrar() {
  const place = await startPlace();
  const { t, db, upload, holder, officer, regulator, registrarOrg, next } = place;

  async function declare(changes: Partial<DeclareResourceBody> = {}, who = holder, content?: string): Promise<string> {
    const fileId = changes.fileId ?? (await upload(who, content ?? `${CSV}广州,${next()}\n`));
    const body = { ...declaration, fileId, ...changes };
    const answer = await t.as(who).post('/v1/resources', body);
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return answer.body.id as string;
  }
  async function draft(changes: Partial<FileInitialBody> = {}, who = holder): Promise<FileInitialBody> {
    const fileId = await upload(who, 'Demonstration material', 'material.txt');
    return withBlocks<FileInitialBody>(t.app, who.org, {
      regime: 'CN-PROPERTY-2026',
      type: 'INITIAL',
      resourceId: changes.resourceId ?? (await declare({}, who)),
      registrarId: registrarOrg,
      rights: [{ right: 'HOLD', termYears: null, limits: '' }],
      scenario: '交通规划',
      materials: REQUIRED.map((code) => ({ code, fileId })),
      validityYears: 5,
      proofs: { contractRights: [], consentOfOthers: false, publicPlatformRegistration: false },
      ...changes,
    });
  }
  /** What concerns a certificate, as one files it. */
  const followUp = (body: object, who = holder) =>
    withBlocks(t.app, who.org, { regime: 'CN-PROPERTY-2026', registrarId: registrarOrg, ...body });
  async function file(changes: Partial<FileInitialBody> = {}, who = holder): Promise<string> {
    const answer = await t.as(who).post('/v1/applications', await draft(changes, who));
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return `/v1/applications/${answer.body.id}`;
  }
  /** @throws when it is refused */
  async function act(who: Who, path: string, body: object = {}): Promise<void> {
    const answer = await t.as(who).act(path, body);
    if (answer.status >= 300) throw new Error(`${path} ${answer.status} ${JSON.stringify(answer.body)}`);
  }
  async function refusal(who: Who, path: string, body: object = {}): Promise<string> {
    const answer = await t.as(who).act(path, body);
    return answer.body.code ?? String(answer.status);
  }
  async function underReview(app: string, who = holder): Promise<string> {
    await act(who, `${app}/submission`);
    await act(officer, `${app}/acceptance`);
    await act(officer, `${app}/review-start`);
    return app;
  }
  const seen = async (app: string, who = regulator) => (await t.as(who).get(app)).body;
  return { ...place, declare, draft, followUp, file, act, refusal, underReview, seen, eventsOf: eventsIn(db) };
}
export type RegistrarWorld = Awaited<ReturnType<typeof startRegistrar>>;
