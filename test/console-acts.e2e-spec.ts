import { rulePack } from '@app/rulepacks';
import { disciplines, type CaseView, type FileInitialBody } from '@app/sdk';
import { LocalKey, publicOnly } from '@app/signing';
import type { Page } from 'playwright-core';
import { newId } from '../src/platform/id.js';
import {
  act,
  attach,
  button,
  dialog,
  faultAt,
  fill,
  inBrowser,
  open,
  openAs,
  opened,
  pick,
  submit,
  submitAndStay,
  useBrowser,
} from './support/browser.js';
import type { Who } from './support/client.js';
import { bare, barriers, untranslated } from './support/page-faults.js';
import { checklistFor, startRegistrar, type RegistrarWorld } from './support/filing.js';

useBrowser();

let w: RegistrarWorld;
beforeAll(async () => {
  w = await startRegistrar();
});
afterAll(() => w.close());
beforeEach(() => w.setTime('2026-07-06T10:00'));

const REQUIRED = ['form', 'identity', 'acquisition', 'sample', 'description'];

async function noticed(changes: Partial<FileInitialBody> = {}): Promise<string> {
  const app = await w.underReview(await w.file(changes));
  await w.act(w.officer, `${app}/review-pass`, { checklist: checklistFor('COLLECTED') });
  await w.act(w.approver, `${app}/approval`);
  return app;
}
async function certified(filed?: string): Promise<string> {
  const app = filed ?? (await noticed());
  w.setInstant((await w.seen(app)).clocks.notice.due, 1);
  await w.fire();
  await w.t.settle();
  return (await w.seen(app)).certificateNumber;
}
const consolePath = (path: string) => path.replace('/v1/', '');
const stateOf = async (path: string): Promise<string> => (await w.seen(`/v1/${path}`)).state;
const as = (who: Who, path: string) => openAs(w.t, who, path);
const words = async (page: Parameters<typeof fill>[0], place = 'text') => fill(page, place, '演示');

describe('a filing of several', () => {
  inBrowser('under two regimes shows both, and is submitted and withdrawn at once', async () => {
    const body = await w.draft({ alsoUnder: [{ regime: 'CN-PUBLIC-2025' }] });
    const { fileId } = body.materials[0]!;
    const known = (await w.t.as(w.holder).get('/v1/rule-packs/CN-PUBLIC-2025')).body.types[0].materials as string[];
    const materials = [...new Set([...REQUIRED, ...known])].map((code) => ({ code, fileId }));
    const { body: filed } = await w.t.as(w.holder).post('/v1/applications', { ...body, materials });
    const page = await as(w.holder, `applications/${filed.id}`);
    const group = page.getByTestId('group');
    await group.getByRole('link', { name: /公共数据/ }).waitFor();
    await act(page, '全部提交', async () => {
      await dialog(page).getByText('可以提交').nth(1).waitFor();
    });
    await group.getByText('已提交').nth(1).waitFor();
    const { siblings } = await w.seen(`/v1/applications/${filed.id}`, w.holder);
    expect(siblings).toMatchObject([{ state: 'SUBMITTED' }]);
    await group.getByRole('link', { name: /公共数据/ }).click();
    await page.waitForURL(new RegExp(siblings[0].id));
    await act(page, '全部撤回', () => words(page, 'reason'));
    expect(await Promise.all([filed.id, siblings[0].id].map((id) => stateOf(`applications/${id}`)))).toEqual([
      'WITHDRAWN',
      'WITHDRAWN',
    ]);
  });

  inBrowser('jointly shows who has joined; the other joins, and then it can be submitted', async () => {
    const jointApplicants = [{ organisationId: w.stranger.org }];
    const app = await w.file({ jointApplicants });
    const page = await as(w.holder, consolePath(app));
    await page.getByTestId('parties').getByText('尚未加入').waitFor();
    await dialog(page).getByText('共同申请人尚未加入').first().waitFor();
    const other = await as(w.stranger, consolePath(app));
    await act(other, '共同申请');
    await page.getByTestId('parties').getByText('尚未加入').waitFor({ state: 'detached' });
    await dialog(page).getByText('可以提交').waitFor();
    await act(page, '提交');
    expect(await stateOf(consolePath(app))).toBe('SUBMITTED');
  });
});

describe('an objection', () => {
  inBrowser('in the notice is filed on the public page and decided by the approver', async () => {
    const app = await noticed();
    const page = await as(w.stranger, 'notices');
    await act(page, '提出异议', () => words(page, 'reason'));
    const his = await as(w.approver, consolePath(app));
    await act(his, '裁定异议', () => words(his));
    expect(await stateOf(consolePath(app))).toBe('PUBLIC_NOTICE');
    await dialog(his).getByText('异议不成立').waitFor();
  });

  inBrowser('to a certificate goes from its evidence to the cancellation, each party in its turn', async () => {
    const number = await certified();
    const page = await as(w.stranger, `certificates/${number}`);
    await act(page, '提出异议', async () => {
      await words(page, 'reason');
      await attach(page, 'proof.txt');
    });
    await page.waitForURL(/objections\/obj_/);
    const path = opened(page);
    const officer = await as(w.officer, path);
    await act(officer, '受理', () => words(officer));
    const holder = await as(w.holder, path);
    await act(holder, '不认可异议', () => words(holder));
    // An act is done on what one has read: by now there is an answer.
    await officer.reload();
    await act(officer, '开始调查', () => words(officer));
    const approver = await as(w.approver, path);
    await act(approver, '作出结论', async () => {
      await dialog(approver).getByRole('switch').click();
      await pick(approver, 'remedy', '注销');
      await words(approver);
    });
    for (const party of [page, holder]) {
      await party.reload();
      await act(party, '答复结论', async () => {
        await dialog(party).getByRole('switch').click();
        await words(party);
      });
    }
    await approver.reload();
    await act(approver, '执行', async () => {
      await pick(approver, 'remedy', '注销');
      await pick(approver, 'groundCode', 'A-C3');
      await words(approver);
    });
    expect(await stateOf(path)).toBe('EXECUTED');
    await w.t.settle();
    expect((await w.seen(`/v1/certificates/${number}`)).status).toBe('CANCELLED');
  });
});

/** On public notice under the rules for public-data resources, which alone know a correction. */
async function publicDataNoticed(): Promise<string> {
  const { id: regime, types, reviewChecklist } = rulePack('CN-PUBLIC-2025');
  const { resourceId, materials } = await w.draft({ resourceId: await w.declare({ isPublicData: true }) });
  const needed = types.find(({ id }) => id === 'INITIAL')!.materials!;
  const content = { regime, resourceId, rights: [], validityYears: 3 };
  const app = await w.underReview(
    await w.file({ ...content, materials: needed.map((code) => ({ ...materials[0]!, code })) }),
  );
  const asked = reviewChecklist.filter(({ appliesTo }) => appliesTo === null || appliesTo.includes('COLLECTED'));
  await w.act(w.officer, `${app}/review-pass`, {
    checklist: asked.map(({ id }) => ({ code: id, ok: true, note: '' })),
  });
  await w.act(w.approver, `${app}/approval`);
  return app;
}

inBrowser(
  'what is registered wrongly is corrected from the certificate, where its regime knows corrections',
  async () => {
    const page = await as(w.holder, `certificates/${await certified(await publicDataNoticed())}`);
    await act(page, '申请更正登记', async () => {
      await pick(page, 'items_0_field', '限制');
      await dialog(page).getByTestId('registered').getByText('不得转售').waitFor();
      await fill(page, 'items_0_after', '不得转售，不得再许可');
      await fill(page, 'items_0_reason', '登记时遗漏');
    });
    await page.waitForURL(/applications\/app_/);
    await act(page, '提交', () => dialog(page).getByText('可以提交').waitFor());
    const { type, state, content } = await w.seen(`/v1/${opened(page)}`);
    expect([type, state, content.particulars.items]).toEqual([
      'CORRECTION',
      'SUBMITTED',
      [{ field: 'restriction', before: '不得转售', after: '不得转售，不得再许可', reason: '登记时遗漏' }],
    ]);
  },
);

inBrowser('the keys of an issuer are proposed by one officer of the authority and confirmed by another', async () => {
  const authority = await w.organisation('data authority', 'GOVERNMENT');
  const [one, two] = [w.of(authority, 'authorityOfficer'), w.of(authority, 'authorityOfficer')];
  const page = await as(one, 'trusted-issuers');
  await button(page, '提出签发机构').click();
  await fill(page, 'did', 'did:web:registrar.example');
  await fill(page, 'name', '演示登记机构（外省）');
  await fill(page, 'place', 'SJ991');
  await fill(page, 'jwks', '{ "keys": ');
  await words(page, 'reason');
  await submitAndStay(page, faultAt(page, 'jwks'));
  const key = publicOnly((await LocalKey.generate('ES256')).publicJwk);
  await fill(page, 'jwks', JSON.stringify({ keys: [key] }));
  await submit(page);
  await page.waitForURL(/trusted-issuers\/tri_/);
  expect(await button(page, '确认').count()).toBe(0);
  const other = await as(two, opened(page));
  await act(other, '确认');
  expect(await stateOf(opened(page))).toBe('TRUSTED');
  await act(other, '撤销信任');
  expect(await stateOf(opened(page))).toBe('WITHDRAWN');
});

inBrowser(
  'a stranger asks for the record, the holder consents, the registrar grants, the stranger reads it',
  async () => {
    const number = await certified();
    const page = await as(w.stranger, `certificates/${number}`);
    await act(page, '申请查询复制', async () => {
      await words(page, 'purpose');
      await words(page, 'interest');
    });
    await page.waitForURL(/record-requests\/rrq_/);
    const path = opened(page);
    const holder = await as(w.holder, path);
    await act(holder, '同意', () => words(holder));
    const officer = await as(w.officer, path);
    await act(officer, '提供', () => words(officer));
    await dialog(page).getByText('已提供').first().waitFor();
    await dialog(page).getByText('2025年广东省城市出行量演示数据表').first().waitFor();
  },
);

inBrowser('a waiver of the notice is proposed by the reviewer and granted by the approver', async () => {
  const app = await w.underReview(await w.file({ noticeWaiver: '已在公共数据平台公示' }));
  const officer = await as(w.officer, consolePath(app));
  await act(officer, '提议免予公示', () => words(officer));
  await w.act(w.officer, `${app}/review-pass`, { checklist: checklistFor('COLLECTED') });
  const approver = await as(w.approver, consolePath(app));
  await act(approver, '批准并免予公示', () => words(approver));
  await w.t.settle();
  expect((await w.seen(app)).decisions.map(({ action }: { action: string }) => action)).toContain('waiveNotice');
});

inBrowser('the committee: referred, drawn, one removed, voted, sealed, its condition fulfilled', async () => {
  const [office, university] = [await w.organisation('office'), await w.organisation('university')];
  const experts = new Map<string, Who>();
  for (let i = 0; i < 7; i += 1) {
    const login = { organisationId: office, login: `expert-${i}`, displayName: `演示专家 ${i}`, password: newId('x') };
    const { body } = await w.t.as(w.operator).post('/v1/people', { ...login, roles: ['committeeExpert'] });
    const term = { termFrom: '2026-01-01', termTo: '2099-12-31' };
    const about = { personId: body.id, disciplines: [disciplines[i % 5]], employerId: university, ...term };
    const { body: expert } = await w.t.as(w.operator).post('/v1/committee/experts', about);
    experts.set(expert.id, { sub: body.id, org: office, roles: ['committeeExpert'] });
  }
  const app = await w.underReview(await w.file());
  const officer = await as(w.officer, consolePath(app));
  await act(officer, '提请会审', () => words(officer));
  await w.t.settle();
  const seen = async (): Promise<CaseView> => {
    const { body } = await w.t.as(w.operator).get('/v1/committee/cases?limit=1');
    return (await w.t.as(w.operator).get(`/v1/committee/cases/${body.items[0].id}`)).body as CaseView;
  };
  const { id, seats } = await seen();
  const secretary = await as(w.operator, `committee/${id}`);
  await act(secretary, '移出专家', async () => {
    const { body: first } = await w.t.as(w.operator).get(`/v1/committee/experts/${seats![0]!.expertId}`);
    await pick(secretary, 'expertId', first.name);
    await words(secretary, 'reason');
  });
  await w.t.settle();
  const panel = (await seen()).seats!.map(({ expertId }) => expertId);
  expect(panel).not.toContain(seats![0]!.expertId);
  const path = `/v1/committee/cases/${id}`;
  for (const one of panel.slice(1)) await w.act(experts.get(one)!, `${path}/declaration`, { impartial: true });
  const his = await as(experts.get(panel[0]!)!, `committee/${id}`);
  await act(his, '声明无利益冲突');
  // The grounds are those of the case's own regime.
  await button(his, '投票').click();
  await pick(his, 'groundCode', 'A-R2');
  await his.reload();
  await act(his, '投票', async () => {
    await pick(his, 'opinion', '附条件通过');
    await words(his, 'reasons');
    await dialog(his).getByText('添加').click();
    await fill(his, 'conditions_0_text', '每季度复核去标识化');
    await dialog(his).locator('#conditions_0_dueAt').fill('2027-01-04T18:00');
  });
  const conditions = [{ text: '每季度复核去标识化', dueAt: '2027-01-04T10:00:00.000Z' }];
  const vote = { opinion: 'PASS_WITH_CONDITIONS', reasons: '演示', conditions };
  for (const one of panel.slice(1)) await w.act(experts.get(one)!, `${path}/votes`, vote);
  await w.t.settle();
  await dialog(his).getByText('附条件通过').first().waitFor();

  const holder = await as(w.holder, 'obligations');
  await holder.locator('tr.clickable').first().click();
  await act(holder, '提交履行材料', async () => {
    await attach(holder, 'proof.txt');
  });
  await act(await as(w.officer, opened(holder)), '确认');
  expect(
    (await w.t.as(w.officer).get(`/v1/${opened(holder).replace('obligations', 'committee/obligations')}`)).body,
  ).toMatchObject({
    state: 'FULFILLED',
  });
});

inBrowser(
  'a certificate of another body is recorded, relied on or not for a just cause, and its upgrade filed',
  async () => {
    await w.declare({ name: '互认演示数据' });
    const page = await as(w.holder, 'foreign-certificates');
    await button(page, '提交互认凭证').click();
    await pick(page, 'kind', '深圳');
    await fill(page, 'number', 'SZDEX-DEMO-1');
    await fill(page, 'issuer', '演示登记机构（深圳）');
    await fill(page, 'registerUrl', 'https://register.example/certificates');
    await pick(page, 'registrarId', 'Demonstration registrar');
    await pick(page, 'resourceId', '互认演示数据');
    await dialog(page).getByLabel('持有权').check();
    await dialog(page).locator('#validFrom').fill('2026-01-01T00:00');
    await attach(page, 'certificate.txt');
    await submit(page);
    await page.waitForURL(/foreign-certificates\/fct_/);
    const officer = await as(w.officer, opened(page));
    await act(officer, '核验', async () => {
      await words(officer, 'checked');
      await attach(officer, 'register.txt');
    });
    const approver = await as(w.approver, opened(page));
    await act(approver, '备案');
    expect(await stateOf(opened(page))).toBe('RECORDED');
    const exchange = w.of(await w.organisation('exchange'), 'exchangeOfficer');
    const venue = { code: 'DEMO', name: { zh: '演示交易所', en: 'Demonstration exchange' }, type: 'EXCHANGE' };
    await w.t.as(w.operator).post('/v1/venues', { ...venue, parentId: null, operatorId: exchange.org });
    const venueOfficer = await as(exchange, opened(page));
    await act(venueOfficer, '场所不予采信', async () => {
      await pick(venueOfficer, 'venueId', '演示交易所');
      await pick(venueOfficer, 'code', '证据存疑');
      await words(venueOfficer, 'reason');
    });
    await dialog(page).getByText('演示交易所 不予采信 · 证据存疑').waitFor();
    await act(page, '申请升级', () => words(page, 'scenario'));
    await page.waitForURL(/applications\/app_/);
    const { content } = await w.seen(`/v1/${opened(page)}`, w.holder);
    expect(content).toMatchObject({ upgradeOf: expect.stringMatching(/^fct_/), rights: [{ right: 'HOLD' }] });
  },
);

inBrowser('the keyboard alone opens a row and an act, and comes back to where it was', async () => {
  await w.file();
  const page = await as(w.holder, 'applications');
  await page.locator('tr.clickable').first().focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/applications\/app_/);
  await button(page, '提交').focus();
  await page.keyboard.press('Enter');
  await page.locator('.ant-modal:focus, .ant-modal :focus').first().waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.locator('.ant-modal').waitFor({ state: 'detached' });
  await page.locator('.actions button:focus', { hasText: '提交' }).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.ant-drawer').waitFor({ state: 'detached' });
  await page.locator('tr.clickable:focus').waitFor();
});

inBrowser('a regulator opens what every page lists, reads it in both languages, and can change nothing', async () => {
  const page = await as(w.regulator, 'applications');
  const origin = await w.t.app.getUrl();
  for (const path of [
    'resources',
    'applications',
    'certificates',
    'objections',
    'record-requests',
    'foreign-certificates',
    'committee',
    'obligations',
    'experts',
    'registrars',
  ]) {
    await page.goto(`${origin}/console/${path}`);
    await page.locator('tr.clickable').first().click();
    await page.locator('.ant-drawer .ant-descriptions').first().waitFor();
    // The list behind it, then what is open.
    for (const part of ['main', '.ant-drawer']) {
      expect([path, await untranslated(page, part)]).toEqual([path, []]);
      expect([path, await bare(page, part)]).toEqual([path, []]);
    }
    expect([path, await page.locator('.actions, .ant-drawer .ant-btn-primary, .ant-alert-error').count()]).toEqual([
      path,
      0,
    ]);
    await page.evaluate(() => localStorage.setItem('databourse.language', 'en'));
    await page.reload();
    await page.locator('.ant-drawer .ant-descriptions').first().waitFor();
    for (const part of ['main', '.ant-drawer']) {
      expect([path, await untranslated(page, part, 'en')]).toEqual([path, []]);
      expect([path, await bare(page, part)]).toEqual([path, []]);
    }
    await page.evaluate(() => localStorage.setItem('databourse.language', 'zh-CN'));
    await page.setViewportSize({ width: 390, height: 844 });
    const wide = await page.locator('.ant-drawer-body').evaluate((body) => body.scrollWidth - body.clientWidth);
    expect([path, wide]).toEqual([path, 0]);
    await page.setViewportSize({ width: 1280, height: 900 });
  }
});

/** What the service draws itself, for anybody: in both languages, on a screen and on a phone. */
inBrowser('the public pages bar nobody, show no codes, and fit a phone', async () => {
  const [number, origin] = [await certified(), await w.t.app.getUrl()];
  const rights = [{ right: 'USE', termYears: 3, limits: '仅限省内' }] as const;
  await noticed({ rights: [...rights] });
  const page = await open(origin);
  for (const path of ['notices', 'certificates', `certificates/${number}`, 'certificates/verification', 'registrars'])
    for (const lang of ['zh-CN', 'en']) {
      await page.goto(`${origin}/${path}?lang=${lang}`);
      // An objection names the application by its id, which stands last.
      expect([path, await bare(page, path === 'notices' ? 'main tr:not(:last-child)' : 'main')]).toEqual([path, []]);
      await fits(page, path);
    }
  // The page of a regime lists its codes, each beside what it means.
  for (const path of ['rule-packs', 'rule-packs/CN-PROPERTY-2026', 'rule-packs/CN-PUBLIC-2025']) {
    await page.goto(`${origin}/${path}`);
    await fits(page, path);
  }
});

async function fits(page: Page, path: string): Promise<void> {
  await page.setViewportSize({ width: 390, height: 844 });
  const { scrollWidth, clientWidth } = await page.evaluate(() => {
    const { scrollWidth: scrolls, clientWidth: shows } = document.documentElement;
    return { scrollWidth: scrolls, clientWidth: shows };
  });
  expect([path, scrollWidth]).toEqual([path, clientWidth]);
  expect(await barriers(page)).toEqual([]);
  await page.setViewportSize({ width: 1280, height: 900 });
}
