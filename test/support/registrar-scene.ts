import { randomUUID } from 'node:crypto';
import { addMonths, shanghaiDate } from '@app/calendar';
import { completeUscc } from '@app/rulepacks';
import type { Created, PlatformStatus, RegistrarProfile } from '@app/sdk';
import { newId } from '../../src/platform/id.js';
import type { Actor, Stage } from './stage.js';

const reason = '演示';
const REQUIREMENTS = ['LEGAL_PERSON', 'FUNDS', 'PREMISES', 'SERVICE', 'GOVERNANCE', 'SYSTEM', 'RECORD'];

/** Candidates and registrars beside the cast's, with staff, orders of the authority, changes, reports and exits under way. */
export async function stageRegistrars(stage: Stage): Promise<void> {
  const { operator } = stage.cast.as;
  const authority = await stage.actor(stage.cast.orgs.regulator);
  const second = await stage.actor(stage.cast.orgs.regulator);
  let serial = 0;
  const organisation = async (): Promise<Actor> => {
    const uscc = completeUscc(`91440101DEM77770${(serial += 1)}`);
    const body = { uscc, name: `演示登记机构 ${serial}`, kind: 'PUBLIC_INSTITUTION', regionCode: '450100' };
    const { id } = await operator.post<Created>('/v1/organisations', body, randomUUID());
    return stage.actor(id);
  };
  const profile = async (who: Actor): Promise<RegistrarProfile> => {
    const fileId = await stage.file(who);
    return {
      paidInCapital: null,
      assuredFunds: true,
      premises: reason,
      servingSince: '2020-01-01',
      governance: reason,
      exitPlan: reason,
      mlpsLevel: 3,
      cleanSince: '2020-01-01',
      documents: REQUIREMENTS.map((requirement) => ({ requirement, fileId })),
    };
  };
  const candidate = async (): Promise<[string, Actor]> => {
    const who = await organisation();
    const body = { name: `演示登记机构 ${serial}`, regionCode2: '45', profile: await profile(who) };
    const { id } = await who.client.post<Created>('/v1/registrar-candidacies', body);
    const staff = { disciplines: ['DATA', 'LAW'], experiencedSince: '2020-01-01', fileId: await stage.file(who) };
    for (const personId of [newId('per'), newId('per')])
      await who.client.post('/v1/registrar-staff', { personId, ...staff });
    return [`/v1/registrars/${id}`, who];
  };
  const registrar = async (): Promise<[string, Actor]> => {
    const who = await organisation();
    const body = { organisationId: who.org, regionCode2: '45', digit: String(serial), name: `演示登记机构 ${serial}` };
    const { id } = await operator.post<Created>('/v1/registrars', body, randomUUID());
    return [`/v1/registrars/${id}`, who];
  };
  const propose = async (path: string, kind: string, more: object = {}): Promise<void> => {
    const body = { kind, reason, fileId: await stage.file(authority), ...more };
    await authority.client.act(`${path}/order`, body);
  };
  const order = async (path: string, kind: string, more: object = {}): Promise<void> => {
    await propose(path, kind, more);
    await second.client.act(`${path}/order-confirmation`, {});
  };
  const { now } = await operator.get<PlatformStatus>('/v1/status');
  const inMonths = (months: number): string => shanghaiDate(addMonths(new Date(now), months));

  await candidate();
  await propose((await candidate())[0], 'RECOMMEND');
  await order((await candidate())[0], 'RECOMMEND');

  const [suspended] = await registrar();
  await order(suspended, 'SUSPEND_PUBLISHING');
  await propose(suspended, 'REINSTATE');

  const [changing, changer] = await registrar();
  const disclosure = { process: reason, complaints: { channel: reason, contact: reason }, fees: [] };
  await changer.client.act(`${changing}/disclosure`, disclosure);
  await changer.client.act(`${changing}/profile`, await profile(changer));
  const name = '演示更名登记机构';
  const change = { effectiveOn: inMonths(2), reason, name, profile: await profile(changer) };
  await changer.client.act(`${changing}/change`, change);
  await order(changing, 'CONFIRM_CHANGE');

  const [successor, heir] = await registrar();
  await heir.client.act(`${successor}/profile`, await profile(heir));
  const [leaving, leaver] = await registrar();
  const leave = { exitOn: inMonths(8), successorId: heir.org, planFileId: await stage.file(leaver), reason };
  await leaver.client.act(`${leaving}/exit-notice`, leave);
  await order(leaving, 'APPROVE_EXIT');
  const [removed] = await registrar();
  await order(removed, 'REMOVE', { successorId: heir.org });
}
