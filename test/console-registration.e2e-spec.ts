import type { FileInitialBody } from '@app/sdk';
import {
  act,
  attach,
  button,
  dialog,
  faultAt,
  fill,
  fillBlock,
  inBrowser,
  openAs,
  opened,
  pick,
  submitAndStay,
  useBrowser,
} from './support/browser.js';
import { checklistFor, startRegistrar, type RegistrarWorld } from './support/filing.js';

useBrowser();

let w: RegistrarWorld;
beforeAll(async () => {
  w = await startRegistrar();
});
afterAll(() => w.close());
beforeEach(() => w.setTime('2026-07-06T10:00'));

const stateOf = async (path: string): Promise<string> => (await w.seen(`/v1/${path}`)).state;

/** Reviewed, approved and put up as a public notice. */
async function noticed(app: string): Promise<string> {
  await w.underReview(app);
  await w.act(w.officer, `${app}/review-pass`, { checklist: checklistFor('COLLECTED') });
  await w.act(w.approver, `${app}/approval`);
  return app;
}
/** The number of a certificate of the holder. */
async function certified(changes: Partial<FileInitialBody> = {}): Promise<string> {
  const rights = [
    { right: 'HOLD', termYears: null, limits: '' },
    { right: 'OPERATE', termYears: 3, limits: '仅限广东省内' },
  ] as const;
  const app = await noticed(await w.file({ rights: [...rights], ...changes }));
  w.setInstant((await w.seen(app)).clocks.notice.due, 1);
  await w.fire();
  await w.t.settle();
  w.setTime('2026-08-03T10:00');
  return (await w.seen(app)).certificateNumber;
}

describe('a holder, from the page of its certificate', () => {
  let number: string;
  beforeAll(async () => {
    w.setTime('2026-07-06T10:00');
    number = await certified();
  });
  beforeEach(() => w.setTime('2026-08-03T10:00'));
  const openCertificate = () => openAs(w.t, w.holder, `certificates/${number}`);

  inBrowser('transfers jointly with the transferee, who joins in the browser', async () => {
    const page = await openCertificate();
    await act(page, '申请转让登记', async () => {
      // What the register says is not asked again.
      for (const known of ['certificateNumber', 'registrarId', 'regime'])
        expect([known, await dialog(page).locator(`#${known}`).count()]).toEqual([known, 0]);
      await submitAndStay(page, faultAt(page, 'dataScope'));
      await pick(page, 'transfereeId', 'Demonstration stranger');
      await fill(page, 'dataScope', '全部数据');
      await fill(page, 'useScope', '仅限交通规划');
      for (const i of [0, 1]) await fillBlock(page, i);
      for (const name of ['form.txt', 'contract.txt', 'certificate.txt']) await attach(page, name);
    });
    await page.waitForURL(/applications\/app_/);
    const draft = opened(page);
    await dialog(page).getByText('受让方尚未共同申请').first().waitFor();
    expect((await w.seen(`/v1/${draft}`, w.holder)).content.particulars).toMatchObject({
      type: 'TRANSFER',
      certificateNumber: number,
      rights: ['HOLD', 'OPERATE'],
    });

    const other = await openAs(w.t, w.stranger, draft);
    await other.getByTestId('parties').getByText('尚未加入').waitFor();
    await act(other, '共同申请');
    await other.getByTestId('parties').getByText('尚未加入').waitFor({ state: 'detached' });

    await page.getByTestId('parties').getByText('尚未加入').waitFor({ state: 'detached' });
    await dialog(page).getByText('可以提交').waitFor();
    await act(page, '提交');
    expect(await stateOf(draft)).toBe('SUBMITTED');
  });

  inBrowser(
    'changes an entry: what stands there is read from the register; what is wrong is said at its field',
    async () => {
      const page = await openCertificate();
      await act(page, '申请变更登记', async () => {
        await pick(page, 'items_0_field', '限制');
        await dialog(page).getByTestId('registered').getByText('不得转售').waitFor();
        await fill(page, 'items_0_reason', '与合作方另有约定');
        await fillBlock(page);
        await fill(page, 'applicants_0_contact', '');
        for (const name of ['form.txt', 'certificate.txt', 'proof.txt']) await attach(page, name);
      });
      await page.waitForURL(/applications\/app_/);
      await dialog(page).getByTestId('verdict-of-draft').getByText('与变更前相同').waitFor();
      await act(page, '修改', async () => {
        await dialog(page).locator('.ant-form-item-explain-error', { hasText: '与变更前相同' }).waitFor();
        await fill(page, 'items_0_after', '不得转售，不得再许可');
        // What is missing stands at its field; what the platform knows is there already.
        await dialog(page).locator('#applicants_0_contact_help', { hasText: '缺少:申请人联系人' }).waitFor();
        await fill(page, 'applicants_0_contact', '数据资产管理部');
        expect(await dialog(page).locator('#applicants_0_name').inputValue()).toBe('Demonstration holder');
      });
      await act(page, '提交', () => dialog(page).getByText('可以提交').waitFor());
      const { content, state } = await w.seen(`/v1/${opened(page)}`);
      expect([state, content.particulars.items]).toEqual([
        'SUBMITTED',
        [{ field: 'restriction', before: '不得转售', after: '不得转售，不得再许可', reason: '与合作方另有约定' }],
      ]);
      await dialog(page).locator('del', { hasText: '不得转售' }).waitFor();
    },
  );

  inBrowser('cancels, and renews as soon as the window opens', async () => {
    const page = await openCertificate();
    await act(page, '申请注销登记', async () => {
      await pick(page, 'groundCode', 'A-C1');
      await fill(page, 'reason', '不再持有该数据');
      await fillBlock(page);
      for (const name of ['form.txt', 'certificate.txt']) await attach(page, name);
    });
    await page.waitForURL(/applications\/app_/);
    await act(page, '提交');
    const cancellation = opened(page);
    await page.goto(`${await w.t.app.getUrl()}/console/certificates/${number}`);
    await act(page, '申请续期登记', async () => {
      await fill(page, 'years', '3');
      await fillBlock(page);
      for (const name of ['form.txt', 'certificate.txt']) await attach(page, name);
    });
    await page.waitForURL(/applications\/app_/);
    const renewal = opened(page);
    await dialog(page).getByTestId('verdict-of-draft').getByText('续期申请窗口').waitFor();
    w.setTime('2031-07-01T10:00');
    await dialog(page).getByText('可以提交').waitFor();
    await act(page, '提交');
    expect(await Promise.all([cancellation, renewal].map(stateOf))).toEqual(['SUBMITTED', 'SUBMITTED']);
  });

  inBrowser('is offered nothing of it when it does not hold the certificate', async () => {
    const page = await openAs(w.t, w.stranger, `certificates/${number}`);
    await button(page, '提出异议').waitFor();
    expect(await page.getByRole('button', { name: /^申请(转让|变更|更正|续期|注销)/ }).count()).toBe(0);
  });
});
