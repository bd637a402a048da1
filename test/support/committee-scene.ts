import { rulePack } from '@app/rulepacks';
import { type CaseSummary, type CaseView, type ExpertView, type ObligationView, type Page, type Role } from '@app/sdk';
import type { Cast } from '../../scripts/job/cast.js';
import { OpenCase } from '../../src/committee/open-case.js';
import { asSystem } from '../../src/platform/context.js';
import { newId } from '../../src/platform/id.js';
import { UnitOfWork } from '../../src/platform/unit-of-work.js';
import { ApplicationReferred } from '../../src/registration/application-events.js';
import type { TestApp } from './app.js';

interface Stage extends Pick<TestApp, 'app' | 'settle'> {
  readonly origin: string;
  readonly cast: Cast;
  /** A file, and an application, of the holder. */
  readonly fileId: string;
  readonly applicationId: string;
  readonly token: (sub: string, org: string, roles: readonly Role[]) => Promise<string>;
}

/** Cases before the committee: one whose panel is drawn, one without a panel, and a sealed one with obligations. */
export async function stageCommittee({
  app,
  settle,
  origin,
  cast,
  fileId,
  applicationId,
  token,
}: Stage): Promise<void> {
  const { operator } = cast.as;
  const { holder, registrar, exchange, university } = cast.orgs;
  const pool = await operator.get<Page<ExpertView>>('/v1/committee/experts?limit=100');
  const experts = new Map(pool.items.map(({ id, personId }) => [id, personId]));

  const { id, version } = rulePack('CN-PROPERTY-2026');
  const refer = (about: string, applicantId: string): Promise<void> => {
    const facts = {
      applicationId: about,
      by: newId('per'),
      at: new Date().toISOString(),
      rulePack: `${id}@${version}`,
    };
    const told = {
      applicantId,
      registrarId: registrar,
      resourceId: newId('res'),
      triggers: ['REVIEWER'],
      text: '演示',
    };
    const dueAt = new Date(Date.now() + 30 * 86_400_000).toISOString();
    const referral = new ApplicationReferred({ ...facts, ...told, dueAt });
    return asSystem(() => app.get(UnitOfWork, { strict: false }).execute(new OpenCase(referral)));
  };
  await refer(applicationId, holder);
  await refer(newId('app'), holder);
  await refer(newId('app'), exchange);
  await settle();

  const { items } = await operator.get<Page<CaseSummary>>(`/v1/committee/cases?applicationId=${applicationId}`);
  const path = `/v1/committee/cases/${items[0]!.id}`;
  const post = async (sub: string, org: string, roles: readonly Role[], to: string, body: object, ifMatch = '"1"') => {
    const authorization = `Bearer ${await token(sub, org, roles)}`;
    const headers = { authorization, 'content-type': 'application/json', 'if-match': ifMatch };
    const { status } = await fetch(`${origin}${to}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (status !== 204) throw new Error(`${to}: ${status}`);
  };
  const { seats } = await operator.get<CaseView>(path);
  const panel = seats!.map(({ expertId }) => experts.get(expertId)!);
  const conditions = ['去标识化', '年度复核'].map((text) => ({ text, dueAt: '2099-01-01T00:00:00Z' }));
  const vote = { opinion: 'PASS_WITH_CONDITIONS', reasons: '演示', conditions };
  for (const sub of panel) await post(sub, university, ['committeeExpert'], `${path}/declaration`, { impartial: true });
  for (const sub of panel) await post(sub, university, ['committeeExpert'], `${path}/votes`, vote);
  await settle();
  const open = await operator.get<Page<ObligationView>>('/v1/committee/obligations');
  for (const { id: obligation } of open.items)
    await post(newId('per'), holder, ['holder'], `/v1/committee/obligations/${obligation}/evidence`, { fileId });
}
