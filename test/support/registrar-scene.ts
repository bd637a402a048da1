import { randomUUID } from 'node:crypto';
import { addMonths, shanghaiDate } from '@app/calendar';
import { completeUscc } from '@app/rulepacks';
import type { Created, PlatformStatus, RegistrarProfile } from '@app/sdk';
import { newId } from '../../src/platform/id.js';
import type { Actor, Stage } from './stage.js';

const reason = '演示';
const REQUIREMENTS = ['LEGAL_PERSON', 'FUNDS', 'PREMISES', 'SERVICE', 'GOVERNANCE', 'SYSTEM', 'RECORD'];

/** Registrars beside the cast's, and two people of the authority. */
class Registrars {
  private serial = 0;

  constructor(
    private readonly stage: Stage,
    private readonly authority: Actor,
    private readonly second: Actor,
  ) {}

  /** @returns its path */
  async candidate(): Promise<string> {
    const who = await this.organisation();
    const body = { name: this.name, regionCode2: '45', profile: await this.profile(who) };
    const { id } = await who.client.post<Created>('/v1/registrar-candidacies', body);
    const fileId = await this.stage.file(who);
    const staff = { disciplines: ['DATA', 'LAW'], experiencedSince: '2020-01-01', fileId };
    for (const personId of [newId('per'), newId('per')])
      await who.client.post('/v1/registrar-staff', { personId, ...staff });
    return `/v1/registrars/${id}`;
  }

  async registrar(): Promise<[path: string, who: Actor]> {
    const who = await this.organisation();
    const body = { organisationId: who.org, regionCode2: '45', digit: String(this.serial), name: this.name };
    const { id } = await this.stage.cast.as.operator.post<Created>('/v1/registrars', body, randomUUID());
    return [`/v1/registrars/${id}`, who];
  }

  async profile(who: Actor): Promise<RegistrarProfile> {
    const fileId = await this.stage.file(who);
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
  }

  async propose(path: string, kind: string, more: object = {}): Promise<void> {
    const body = { kind, reason, fileId: await this.stage.file(this.authority), ...more };
    await this.authority.client.act(`${path}/order`, body);
  }

  async order(path: string, kind: string, more: object = {}): Promise<void> {
    await this.propose(path, kind, more);
    await this.second.client.act(`${path}/order-confirmation`, {});
  }

  private async organisation(): Promise<Actor> {
    const uscc = completeUscc(`91440101DEM77770${(this.serial += 1)}`);
    const body = { uscc, name: this.name, kind: 'PUBLIC_INSTITUTION', regionCode: '450100' };
    const { id } = await this.stage.cast.as.operator.post<Created>('/v1/organisations', body, randomUUID());
    return this.stage.actor(id);
  }

  private get name(): string {
    return `演示登记机构 ${this.serial}`;
  }
}

/** Candidates and registrars with staff, orders of the authority, changes and exits under way. */
export async function stageRegistrars(stage: Stage): Promise<void> {
  const { regulator } = stage.cast.orgs;
  const registrars = new Registrars(stage, await stage.actor(regulator), await stage.actor(regulator));
  const { now } = await stage.cast.as.operator.get<PlatformStatus>('/v1/status');
  const inMonths = (months: number): string => shanghaiDate(addMonths(new Date(now), months));

  await registrars.candidate();
  await registrars.propose(await registrars.candidate(), 'RECOMMEND');
  await registrars.order(await registrars.candidate(), 'RECOMMEND');

  const [suspended] = await registrars.registrar();
  await registrars.order(suspended, 'SUSPEND_PUBLISHING');
  await registrars.propose(suspended, 'REINSTATE');

  const [changing, changer] = await registrars.registrar();
  const disclosure = { process: reason, complaints: { channel: reason, contact: reason }, fees: [] };
  await changer.client.act(`${changing}/disclosure`, disclosure);
  await changer.client.act(`${changing}/profile`, await registrars.profile(changer));
  const profile = await registrars.profile(changer);
  await changer.client.act(`${changing}/change`, { effectiveOn: inMonths(2), reason, name: '演示更名', profile });
  await registrars.order(changing, 'CONFIRM_CHANGE');

  const [successor, heir] = await registrars.registrar();
  await heir.client.act(`${successor}/profile`, await registrars.profile(heir));
  const [leaving, leaver] = await registrars.registrar();
  const planFileId = await stage.file(leaver);
  const leave = { exitOn: inMonths(8), successorId: heir.org, planFileId, reason };
  await leaver.client.act(`${leaving}/exit-notice`, leave);
  await registrars.order(leaving, 'APPROVE_EXIT');
  const [removed] = await registrars.registrar();
  await registrars.order(removed, 'REMOVE', { successorId: heir.org });
}
