import type { ApplicationView, Created } from '@app/sdk';
import type { Actor, Stage } from './stage.js';
import { declaration, withBlocks } from './declaration.js';

let serial = 0;

type Step = 'DRAFT' | 'SUBMITTED' | 'ACCEPTED' | 'UNDER_REVIEW' | 'REVIEW_PASSED' | 'PUBLIC_NOTICE';

/** A holder, a reviewer and an approver of the cast's registrar, and applications as far as one wants them. */
export class Applications {
  private constructor(
    private readonly stage: Stage,
    readonly holder: Actor,
    readonly officer: Actor,
    readonly approver: Actor,
  ) {}

  static async at(stage: Stage): Promise<Applications> {
    const { holder, registrar } = stage.cast.orgs;
    return new Applications(
      stage,
      await stage.actor(holder),
      await stage.actor(registrar),
      await stage.actor(registrar),
    );
  }

  async resource(): Promise<string> {
    const fileId = await this.stage.file(this.holder, `日期,数值\n2026-02-01,${(serial += 1)}\n`, 'text/csv');
    return (await this.holder.client.post<Created>('/v1/resources', { ...declaration, restriction: '无', fileId })).id;
  }

  async materials(...codes: string[]): Promise<{ code: string; fileId: string }[]> {
    const fileId = await this.stage.file(this.holder);
    return codes.map((code) => ({ code, fileId }));
  }

  /** @returns its path */
  async file(changes: object = {}): Promise<string> {
    const initial = {
      resourceId: await this.resource(),
      rights: ['HOLD', 'USE', 'OPERATE'].map((right) => ({ right })),
      scenario: '演示',
      materials: await this.materials('form', 'identity', 'acquisition', 'sample', 'description'),
      validityYears: 5,
    };
    const registrarId = this.officer.org;
    const of = { regime: 'CN-PROPERTY-2026', registrarId };
    const content = 'type' in changes ? changes : { type: 'INITIAL', ...initial, ...changes };
    const body = await withBlocks(this.stage.app, this.holder.org, { ...of, ...content });
    return `/v1/applications/${(await this.holder.client.post<Created>('/v1/applications', body)).id}`;
  }

  async bring(to: Step, changes: object = {}): Promise<string> {
    const app = await this.file(changes);
    const [holder, officer, approver] = [this.holder.client, this.officer.client, this.approver.client];
    const steps: readonly [Step, () => Promise<unknown>][] = [
      ['DRAFT', async () => undefined],
      ['SUBMITTED', () => holder.act(`${app}/submission`, {})],
      ['ACCEPTED', () => officer.act(`${app}/acceptance`, {})],
      ['UNDER_REVIEW', () => officer.act(`${app}/review-start`, {})],
      ['REVIEW_PASSED', () => this.passReview(app)],
      ['PUBLIC_NOTICE', () => approver.act(`${app}/approval`, {})],
    ];
    for (const [state, step] of steps) {
      await step();
      if (state === to) break;
    }
    return app;
  }

  async passReview(app: string): Promise<void> {
    const { checklist } = await this.officer.client.get<ApplicationView>(app);
    const checked = checklist.map(({ code }) => ({ code, ok: true, note: '' }));
    await this.officer.client.act(`${app}/review-pass`, { checklist: checked });
  }

  /** @returns the numbers of so many new certificates */
  async certificates(n: number): Promise<string[]> {
    const apps: string[] = [];
    for (let i = 0; i < n; i += 1) apps.push(await this.bring('PUBLIC_NOTICE'));
    await this.stage.settle();
    await this.stage.pass(60);
    const views = await Promise.all(apps.map((app) => this.holder.client.get<ApplicationView>(app)));
    return views.map(({ certificateNumber }) => certificateNumber!);
  }
}

/** Applications of the first registration in every state, some in several copies, and those that concern a certificate. */
export async function stageApplications(stage: Stage, applications: Applications, numbers: string[]): Promise<void> {
  const { holder, officer, approver } = applications;
  const buyer = await stage.actor(stage.cast.orgs.buyer);
  const certificateNumber = numbers[0]!;
  const reason = '演示';
  const restriction = { field: 'restriction', before: '无', after: '不得转售', reason };
  const about = async (content: object, ...codes: string[]) => ({
    certificateNumber,
    materials: await applications.materials('form', ...codes),
    ...content,
  });
  const transfer = { type: 'TRANSFER', transfereeId: buyer.org, rights: ['USE'], dataScope: '全部', useScope: '演示' };
  await applications.file(await about(transfer, 'contract', 'certificate'));
  const joined = await applications.file(await about(transfer, 'contract', 'certificate'));
  await buyer.client.act(`${joined}/joining`, {});
  await applications.file(await about({ type: 'CHANGE', items: [restriction] }, 'certificate', 'change-proof'));
  await applications.file(await about({ type: 'RENEWAL', years: 3, rights: ['HOLD'] }, 'certificate'));
  const cancellation = { type: 'CANCELLATION', groundCode: 'A-C1', reason };
  await applications.file(await about(cancellation, 'certificate'));

  const bring = async (n: number, to: Parameters<Applications['bring']>[0], changes?: object): Promise<string> => {
    let app = '';
    for (let i = 0; i < n; i += 1) app = await applications.bring(to, changes);
    return app;
  };
  const draft = await bring(2, 'DRAFT');
  const { etag, body } = await holder.client.read<ApplicationView>(draft);
  await holder.client.send(draft, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'if-match': etag! },
    body: JSON.stringify(body.content),
  });
  const items = { items: [reason], dueDays: 30 };
  for (let i = 0; i < 2; i += 1) await officer.client.act(`${await bring(1, 'SUBMITTED')}/correction-request`, items);
  await bring(3, 'SUBMITTED');
  await bring(3, 'ACCEPTED');
  for (let i = 0; i < 2; i += 1)
    await officer.client.act(`${await bring(1, 'UNDER_REVIEW')}/supplement-request`, items);
  const declined = await bring(1, 'SUBMITTED');
  await officer.client.act(`${declined}/declination`, { groundCode: 'A-N1', reason });
  await bring(6, 'UNDER_REVIEW');
  const waiver = { noticeWaiver: reason };
  await bring(1, 'UNDER_REVIEW', waiver);
  await bring(2, 'REVIEW_PASSED', waiver);
  const waived = await bring(1, 'REVIEW_PASSED', waiver);
  await officer.client.act(`${waived}/notice-waiver`, { text: reason });
  const referred = await bring(1, 'UNDER_REVIEW');
  await officer.client.act(`${referred}/referral`, { text: reason });
  await bring(2, 'PUBLIC_NOTICE');
  for (let i = 0; i < 2; i += 1)
    await buyer.client.post(`${await bring(1, 'PUBLIC_NOTICE')}/objections`, { reason, fileIds: [] });
  const decided = await bring(1, 'PUBLIC_NOTICE');
  await buyer.client.post(`${decided}/objections`, { reason, fileIds: [] });
  await approver.client.act(`${decided}/objection-decision`, { upheld: false, text: reason });
  await holder.client.act(`${await bring(1, 'DRAFT')}/withdrawal`, { reason });
}
