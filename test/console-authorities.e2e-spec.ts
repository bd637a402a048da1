import { readFile } from 'node:fs/promises';
import type { Who } from './support/client.js';
import { act, attach, button, dialog, fill, inBrowser, openAs, opened, pick, useBrowser } from './support/browser.js';
import { checklistFor, startRegistrar, type RegistrarWorld } from './support/filing.js';

useBrowser();

let w: RegistrarWorld;
let agent: Who;
beforeAll(async () => {
  w = await startRegistrar();
  agent = w.of(await w.organisation('agent'), 'broker');
});
afterAll(() => w.close());
beforeEach(() => w.setTime('2026-07-06T10:00'));

inBrowser('a holder authorises an agent, who accepts and files for it; revoked, it sees nothing any more', async () => {
  const page = await openAs(w.t, w.holder, 'authorities');
  await act(page, '授权代理', async () => {
    await pick(page, 'agentId', 'Demonstration agent');
    for (const one of ['提出申请', '提交', '修改草稿']) await pick(page, 'acts', one);
    await page.keyboard.press('Escape');
    await dialog(page).getByLabel('初次登记').check();
    await fill(page, 'validFrom', '2026-07-06T09:00');
    await fill(page, 'validTo', '2026-12-31T23:59');
    await attach(page, 'letter.txt');
  });
  await page.waitForURL(/authorities\/aut_/);
  const authority = `/v1/${opened(page)}`;
  expect(await w.seen(authority, w.holder)).toMatchObject({
    state: 'PROPOSED',
    acts: ['FILE', 'SUBMIT', 'REVISE'],
    types: ['INITIAL'],
    resourceIds: null,
    validFrom: '2026-07-06T01:00:00.000Z',
  });

  const other = await openAs(w.t, agent, opened(page));
  const coming = other.waitForEvent('download');
  await button(other, '下载委托书').click();
  expect(await readFile(await (await coming).path(), 'utf8')).toBe('letter.txt');
  await act(other, '接受委托');
  await dialog(other).getByText('生效中').waitFor();
  expect((await w.seen(authority, w.holder)).inForce).toBe(true);

  const resourceId = await w.declare();
  const { body } = await w.t.as(agent).post('/v1/applications', {
    ...(await w.draft({ resourceId })),
    onBehalfOf: w.holder.org,
  });
  await other.goto(`${await w.t.app.getUrl()}/console/applications`);
  await button(other, '新建申请').click();
  // Whom it may act for is offered, and nobody else.
  await dialog(other).locator('#onBehalfOf').click();
  const offered = other.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option');
  await offered.first().waitFor();
  expect(await offered.allInnerTexts()).toEqual(['Demonstration holder']);
  await other.goto(`${await w.t.app.getUrl()}/console/applications/${body.id}`);
  await dialog(other).getByText('Demonstration agent').first().waitFor();
  await act(other, '提交');
  expect(await w.seen(`/v1/applications/${body.id}`)).toMatchObject({
    state: 'SUBMITTED',
    agents: [{ agentId: agent.org }],
  });

  await act(page, '撤销委托', () => fill(page, 'reason', '演示撤销'));
  await dialog(page).getByText('演示撤销').waitFor();
  expect((await w.seen(authority, w.holder)).state).toBe('REVOKED');
  expect((await w.t.as(agent).get(`/v1/applications/${body.id}`)).status).toBe(404);
});

inBrowser('an agent goes on with the objection that it filed for its principal, from its page', async () => {
  const app = await w.underReview(await w.file({}, w.stranger), w.stranger);
  await w.act(w.officer, `${app}/review-pass`, { checklist: checklistFor('COLLECTED') });
  await w.act(w.approver, `${app}/approval`);
  w.setInstant((await w.seen(app)).clocks.notice.due, 1);
  await w.fire();
  await w.t.settle();
  const number = (await w.seen(app)).certificateNumber;
  const term = { validFrom: '2026-07-01T00:00:00Z', validTo: '2026-12-31T00:00:00Z' };
  const letter = { fileId: await w.upload(w.holder, 'letter', 'letter.txt') };
  const granted = { agentId: agent.org, acts: ['OBJECT'], types: [], ...term, letter };
  const { body: authority } = await w.t.as(w.holder).post('/v1/authorities', granted);
  await w.act(agent, `/v1/authorities/${authority.id}/acceptance`);
  const filing = { reason: '演示', fileIds: [await w.upload(agent, 'proof', 'proof.txt')], onBehalfOf: w.holder.org };
  const { body: filed } = await w.t.as(agent).post(`/v1/certificates/${number}/objections`, filing);
  const objection = `objections/${filed.id}`;
  await w.act(w.officer, `/v1/${objection}/completion-request`, { text: '演示' });
  const page = await openAs(w.t, agent, objection);
  await act(page, '补充证据', () => fill(page, 'text', '演示补充'));
  // The registrar reads who spoke, and by what authority.
  const officer = await openAs(w.t, w.officer, objection);
  await dialog(officer).getByText('Demonstration agent').nth(1).waitFor();
  await dialog(officer).getByRole('link', { name: '授权委托书' }).click();
  await officer.waitForURL(new RegExp(authority.id));
  await dialog(officer).getByText('提出异议及后续办理').waitFor();
  await act(page, '撤回', () => fill(page, 'text', '演示撤回'));
  expect(await w.seen(`/v1/${objection}`)).toMatchObject({ state: 'WITHDRAWN', objectorId: w.holder.org });
});
