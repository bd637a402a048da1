import { rulePack } from '@app/rulepacks';
import { QueryBus } from '@nestjs/cqrs';
import { GetRegistrarNumbers } from '../src/registration/get-registrar-numbers.js';
import { startRegistrar, type RegistrarWorld } from './support/filing.js';

const pack = rulePack('CN-PUBLIC-2025');
const initial = pack.types.find(({ id }) => id === 'INITIAL')!;
let w: RegistrarWorld;
beforeAll(async () => {
  w = await startRegistrar();
});
afterAll(() => w.close());

const seen = async (path: string) => (await w.t.as(w.regulator).get(path)).body;

/** Registered under the rules for public-data resources; the operating agreement ends on that day. */
async function submitted(operatingAgreementEnd?: string): Promise<string> {
  w.setTime('2026-07-06T10:00');
  const resourceId = await w.declare({ isPublicData: true });
  const { materials } = await w.draft({ resourceId });
  const needed = initial.materials!.filter((code) => pack.materials[code]!.required === 'ALWAYS');
  const app = await w.file({
    regime: pack.id,
    resourceId,
    rights: [],
    validityYears: 3,
    materials: needed.map((code) => ({ ...materials[0]!, code })),
    ...(operatingAgreementEnd !== undefined && { operatingAgreementEnd }),
  });
  await w.act(w.holder, `${app}/submission`);
  return app;
}
async function noticed(operatingAgreementEnd?: string): Promise<string> {
  const app = await submitted(operatingAgreementEnd);
  await w.act(w.officer, `${app}/acceptance`);
  await w.act(w.officer, `${app}/review-start`);
  const asked = pack.reviewChecklist.filter(({ appliesTo }) => appliesTo === null || appliesTo.includes('COLLECTED'));
  await w.act(w.officer, `${app}/review-pass`, {
    checklist: asked.map(({ id }) => ({ code: id, ok: true, note: '' })),
  });
  await w.act(w.approver, `${app}/approval`);
  return app;
}
async function registered(app: string): Promise<string> {
  w.setInstant((await seen(app)).clocks.notice.due, 1);
  await w.fire();
  await w.t.settle();
  return (await seen(app)).certificateNumber as string;
}

it('is not accepted by silence: everybody concerned sees that the registrar is late, and its yearly numbers count it', async () => {
  const app = await submitted();
  const { due, overdue } = (await seen(app)).clocks.acceptance;
  expect([due, overdue]).toEqual(['2026-07-09T15:59:59.999Z', false]);
  w.setInstant(due);
  await w.fire();
  expect(await w.eventsOf(app, 'overdue')).toEqual([]);
  w.setInstant(due, 1);
  await w.fire();
  await w.fire();
  expect(await w.eventsOf(app, 'overdue')).toMatchObject([{ clock: 'ACCEPTANCE', due }]);
  expect(await w.seen(app, w.holder)).toMatchObject({ state: 'SUBMITTED', clocks: { acceptance: { overdue: true } } });
  await w.act(w.officer, `${app}/acceptance`);
  const numbers = await w.t.app.get(QueryBus, { strict: false }).execute(new GetRegistrarNumbers(w.registrarOrg, 2026));
  expect(numbers).toMatchObject({ accepted: 1, acceptancesOverdue: 1, onTimeShare: '0.0000' });
});

it('ends with the operating agreement where that is sooner than three years, and is cancelled then (N2 §15)', async () => {
  const app = await noticed('2027-12-31');
  // The notice calls it as its regime does, not as the other.
  const page = await fetch(`${await w.t.app.getUrl()}/notices`, { headers: { 'accept-language': 'zh-CN' } });
  expect(await page.text()).toContain('<td>首次登记</td>');
  const number = await registered(app);
  const certificate = await seen(`/v1/certificates/${number}`);
  expect(certificate).toMatchObject({ status: 'ACTIVE', validTo: '2027-12-31T15:59:59.999Z' });
  // It registers no rights, so that no listing rests on it (INV-20; gate G1 asks for the right to operate): nothing is to be delisted at its end.
  expect(certificate.rights).toEqual([]);
  expect(certificate.subject).toMatchObject({ operatingAgreementEnd: '2027-12-31', numberNote: { source: 'PROP' } });
  w.setInstant(certificate.validTo, 1);
  await w.fire();
  await w.t.settle();
  const ended = await seen(`/v1/certificates/${number}`);
  expect(ended).toMatchObject({ status: 'CANCELLED', ended: { groundCode: pack.validityPolicy.renewal.ifMissed } });
});

it('lasts three years from its coding without one', async () => {
  const { validFrom, validTo } = await seen(`/v1/certificates/${await registered(await noticed())}`);
  expect([validFrom.slice(0, 4), validTo.slice(0, 4)]).toEqual(['2026', '2029']);
  expect(validTo.slice(4)).toBe(validFrom.slice(4));
});
