import { rulePack } from '@app/rulepacks';
import type { ApplicationView, Created, ObligationView, Page } from '@app/sdk';
import type { Applications } from './application-scene.js';
import type { Actor, Stage } from './stage.js';

const [reason, text] = ['演示', '演示'];
const PUBLIC = rulePack('CN-PUBLIC-2025');

/** From the filing to the notice. */
async function toNotice({ holder, officer, approver }: Applications, app: string): Promise<void> {
  await holder.client.act(`${app}/submission`, {});
  await officer.client.act(`${app}/acceptance`, {});
  await officer.client.act(`${app}/review-start`, {});
  const { checklist } = await officer.client.get<ApplicationView>(app);
  const checked = checklist.map(({ code }) => ({ code, ok: true, note: '' }));
  await officer.client.act(`${app}/review-pass`, { checklist: checked });
  await approver.client.act(`${app}/approval`, {});
}

/** What concerns a certificate, to its end: a transfer, a change and a cancellation. */
export async function stageFollowUps(stage: Stage, applications: Applications, numbers: string[]): Promise<void> {
  const buyer = await stage.actor(stage.cast.orgs.buyer);
  const about = async (certificateNumber: string, content: object, ...codes: string[]) =>
    applications.file({ certificateNumber, materials: await applications.materials('form', ...codes), ...content });
  const transfer = { type: 'TRANSFER', transfereeId: buyer.org, rights: ['USE'], dataScope: '全部', useScope: '演示' };
  const passed = await about(numbers[0]!, transfer, 'contract', 'certificate');
  await buyer.client.act(`${passed}/joining`, {});
  const items = [{ field: 'restriction', before: '无', after: '不得转售', reason }];
  const changed = await about(numbers[1]!, { type: 'CHANGE', items }, 'certificate', 'change-proof');
  const cancellation = { type: 'CANCELLATION', groundCode: 'A-C1', reason };
  const ended = await about(numbers[2]!, cancellation, 'certificate');
  for (const app of [passed, changed, ended]) await toNotice(applications, app);
  await stage.settle();
  await stage.pass(30);
  const views = await Promise.all(
    [passed, changed, ended].map((app) => applications.holder.client.get<ApplicationView>(app)),
  );
  const states = views.map(({ state }) => state).join();
  if (states !== 'CERTIFIED,CERTIFIED,CLOSED') throw new Error(states);
}

/** Filings under several packs and by several applicants. */
export async function stageGroups(stage: Stage, applications: Applications): Promise<void> {
  const { holder } = applications;
  const partner = await stage.actor(stage.cast.orgs.buyer);
  const initial = PUBLIC.types.find(({ id }) => id === 'INITIAL')!.materials!;
  const own = ['form', 'identity', 'acquisition', 'sample', 'description'];
  const shared = async () => ({
    materials: await applications.materials(...new Set([...own, ...initial])),
    alsoUnder: [{ regime: PUBLIC.id }],
  });
  const group = async (): Promise<[string, object[]]> => {
    const app = await applications.file(await shared());
    const { id, version, groupId, siblings } = await holder.client.get<ApplicationView>(app);
    return [
      `/v1/application-groups/${groupId}`,
      [{ id, version }, ...siblings.map((one) => ({ id: one.id, version: one.version }))],
    ];
  };
  for (const act of ['submission', 'withdrawal'])
    for (let i = 0; i < 2; i += 1) {
      const [path, members] = await group();
      stage.leave(holder, `${path}/${act}`, { applications: members, ...(act === 'withdrawal' && { reason }) });
    }
  const jointApplicants = [{ organisationId: partner.org }];
  for (let i = 0; i < 2; i += 1) {
    const app = await applications.file({ jointApplicants });
    if (i === 0) await partner.client.act(`${app}/joining`, {});
    else stage.leave(partner, `${app}/joining`);
  }
}

/** One thing of each kind that somebody at a registrar or an applicant could do now. */
export async function stageLeft(stage: Stage, applications: Applications, numbers: string[]): Promise<void> {
  const { holder, officer, approver } = applications;
  const buyer = await stage.actor(stage.cast.orgs.buyer);
  const corrections = { items: [reason], dueDays: 30, groundCode: 'A-N1' };
  const corrected = async (): Promise<string> => {
    const app = await applications.bring('SUBMITTED');
    await officer.client.act(`${app}/correction-request`, corrections);
    return app;
  };
  const supplemented = async (): Promise<string> => {
    const app = await applications.bring('UNDER_REVIEW');
    await officer.client.act(`${app}/supplement-request`, { items: [reason], dueDays: 30 });
    return app;
  };
  const submitted = () => applications.bring('SUBMITTED');
  const reviewing = () => applications.bring('UNDER_REVIEW');
  const materials = await applications.materials('sample');
  const acts: [Actor, () => Promise<string>, string, object][] = [
    [officer, submitted, 'correction-request', corrections],
    [officer, submitted, 'declination', { groundCode: 'A-N1', reason }],
    [approver, corrected, 'correction-addition', { items: [reason], dueDays: 30, reason }],
    [holder, corrected, 'resubmission', {}],
    [holder, supplemented, 'supplement', { materials, note: text }],
    [officer, supplemented, 'termination', { groundCode: 'A-T1', text }],
    [officer, reviewing, 'refusal', { groundCode: 'A-R2', text }],
    [officer, reviewing, 'extension', { workingDays: 5, reason }],
    [buyer, () => applications.bring('PUBLIC_NOTICE'), 'objections', { reason, fileIds: [] }],
  ];
  for (const [who, prepare, act, body] of acts) stage.leave(who, `${await prepare()}/${act}`, body);
  stage.leave(holder, '/v1/applications/pre-check', {
    regime: 'CN-PROPERTY-2026',
    resourceId: await applications.resource(),
    rights: [{ right: 'HOLD' }],
  });

  // An objection that the registrant admitted.
  const { id } = await buyer.client.post<Created>(`/v1/certificates/${numbers[3]}/objections`, {
    reason,
    fileIds: [await stage.file(buyer)],
  });
  await officer.client.act(`/v1/objections/${id}/acceptance`, { text });
  await holder.client.act(`/v1/objections/${id}/admission`, { text });
  stage.leave(approver, `/v1/objections/${id}/execution`, { text, remedy: 'CHANGE', groundCode: null });

  const { items } = await holder.client.get<Page<ObligationView>>('/v1/committee/obligations');
  const handedIn = items.find(({ state }) => state === 'SUBMITTED');
  if (handedIn) stage.leave(officer, `/v1/committee/obligations/${handedIn.id}/return`, { reason });
}
