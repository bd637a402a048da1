import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { completeUscc } from '@app/rulepacks';
import type { Page } from 'playwright-core';
import { PrepareCertificate } from '../src/certificates/prepare-certificate.js';
import { Clock } from '../src/platform/clock.js';
import { AddPerson } from '../src/parties/add-person.js';
import { RegisterOrganisation } from '../src/parties/register-organisation.js';
import { asSystem, inContext } from '../src/platform/context.js';
import { newId } from '../src/platform/id.js';
import { freePort } from '../src/platform/port.js';
import { UnitOfWork } from '../src/platform/unit-of-work.js';
import { EscrowFunded } from '../src/settlement/escrow.js';
import { FollowSettlement } from '../src/trading/follow-settlement.js';
import { startApp, type TestApp } from './support/app.js';
import {
  addTo,
  button,
  choose,
  chooseInMenu,
  dialog,
  faultAt,
  fillBlock,
  inBrowser,
  open,
  openAs,
  pick,
  submit,
  submitAndStay,
  useBrowser,
} from './support/browser.js';
import { blockOf } from '../scripts/job/applicant-block.js';
import type { Who } from './support/client.js';
import { startRegistrar, type RegistrarWorld } from './support/filing.js';
import { startReceiver, type Received } from './support/receiver.js';
import { registered } from './support/registered.js';
import { startTrade, type Member, type Trade } from './support/trade.js';

useBrowser();

describe('the files of the console', () => {
  let t: TestApp;
  const get = async (path: string, headers: Record<string, string> = {}) =>
    fetch(`${await t.app.getUrl()}${path}`, { redirect: 'manual', headers });
  beforeAll(async () => {
    t = await startApp();
  });
  afterAll(() => t.close());

  it('stand below /console, every page of it is the application, and / leads there', async () => {
    expect((await get('/')).headers.get('location')).toBe('/console/');
    const [start, deep] = [await get('/console/'), await get('/console/orders/ord_1')];
    const html = await start.text();
    expect(html).toBe(await deep.text());
    expect(start.headers.get('cache-control')).toBe('no-cache');
    expect(start.headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(start.headers.get('content-security-policy')).toContain(`connect-src 'self' ${t.issuer.url}`);
    const [, script] = /src="([^"]+\.js)"/.exec(html)!;
    const answer = await get(script!);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  });

  it('are all there is: nothing else of the disk, and a refusal in the usual form', async () => {
    for (const path of ['/console/none.js', '/console/../package.json', '/console/%2e%2e/%2e%2e/package.json']) {
      const answer = await get(path);
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
        path,
        404,
        expect.stringContaining('application/problem+json'),
      ]);
    }
  });

  it('come plain to whoever takes no gzip, with the same content', async () => {
    const plain = await get('/console/', { 'accept-encoding': 'identity' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await plain.text()).toBe(await (await get('/console/', { 'accept-encoding': 'gzip' })).text());
  });
});

describe('people', () => {
  let t: TestApp;
  let origin: string;
  let password: string;
  beforeAll(async () => {
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    t = await startApp({ OIDC_ISSUER: '', PORT: String(port), PUBLIC_URL: origin });
    password = (await readFile(join(t.config.DATA_DIR, 'operator-password'), 'utf8')).trim();
  });
  afterAll(() => t.close());

  async function signIn(page: Page, login: string, secret: string): Promise<void> {
    await button(page, '登录').first().click();
    await page.getByLabel('登录名').fill(login);
    await page.getByLabel('密码').fill(secret);
    await button(page, '登录').click();
    await page.getByTestId('account').waitFor();
  }

  inBrowser('find the sign-ins of the demonstration at the sign-in page, and nobody else', async () => {
    const operator = { sub: newId('per'), org: newId('org'), roles: ['operator'] } as const;
    const add = async (uscc: string, login: string, displayName: string) => {
      const by = { actor: { id: operator.sub, orgId: operator.org, roles: operator.roles }, language: 'en' } as const;
      await inContext({ ...by, traceId: 'test' }, async () => {
        const commands = t.app.get(UnitOfWork, { strict: false });
        const facts = { uscc: completeUscc(uscc), name: login, kind: 'ENTERPRISE', regionCode: '440101' } as const;
        const { id } = await commands.execute(new RegisterOrganisation(facts));
        const roles = ['committeeExpert' as const];
        await commands.execute(
          new AddPerson({ organisationId: id, login, displayName, roles }, 'no hash of any password'),
        );
      });
    };
    await add('Y1440000DEM100001', 'expert-a', '演示专家甲');
    await add('91440101MA5YYYY00', 'somebody', '某人');
    const page = await open(origin);
    await button(page, '登录').first().click();
    await page.getByText('演示账号').click();
    const listed = await page.locator('details li').allInnerTexts();
    expect(listed).toEqual([expect.stringContaining('operator'), 'expert-a 演示专家甲']);
  });

  inBrowser('see the public pages without signing in, and are told that this is a demonstration', async () => {
    const page = await open(origin);
    await page.getByTestId('demonstration').getByText('演示环境').waitFor();
    for (const name of ['数据产品', '登记凭证', '登记公示']) {
      await page.getByRole('menuitem', { name }).click();
      await page.getByRole('heading', { name, level: 1 }).waitFor();
    }
    await page.goto(`${origin}/console/orders`);
    await page.getByText('请先登录').waitFor();
    await button(page, 'English').click();
    await page.getByText('Please sign in').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
  });

  inBrowser('sign in and out; a reload keeps them, another tab does not know them', async () => {
    const page = await open(origin, 'people');
    await signIn(page, 'operator', password);
    expect(new URL(page.url()).pathname).toBe('/console/people');
    await page.getByRole('heading', { name: '人员', level: 1 }).waitFor();
    await page.reload();
    await page.getByTestId('account').waitFor();
    const other = await page.context().newPage();
    await other.goto(`${origin}/console/people`);
    await other.getByText('请先登录').waitFor();
    await other.close();
    await page.getByTestId('account').click();
    await chooseInMenu(page, '退出登录');
    await button(page, '退出登录').click();
    await page.waitForURL(`${origin}/console/`);
    await button(page, '登录').first().waitFor();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  });

  inBrowser('register organisations and people; what is wrong is said at the field', async () => {
    const page = await open(origin, 'organisations');
    await signIn(page, 'operator', password);
    await button(page, '登记机构').click();
    const form = dialog(page);
    await form.getByLabel('名称').fill('演示企业');
    await form.getByLabel('统一社会信用代码').fill('91440101DEM0099998');
    await choose(page, '类型', '企业');
    await form.getByLabel('行政区划').fill('4401');
    await submitAndStay(page, faultAt(page, 'regionCode'));
    await form.getByLabel('行政区划').fill('440101');
    await submitAndStay(page, faultAt(page, 'uscc'));
    await form.getByLabel('统一社会信用代码').fill(completeUscc('91440101DEM009999'));
    await submit(page);
    await dialog(page).getByText('440101').first().waitFor();
    await page.getByRole('row', { name: /演示企业/ }).waitFor();
  });

  inBrowser('change their password with the old one, and sign in anew with it', async () => {
    const page = await open(origin);
    await signIn(page, 'operator', password);
    await page.getByTestId('account').click();
    await chooseInMenu(page, '修改密码');
    await dialog(page).getByLabel('原密码').fill('not the old password');
    const changed = 'another long password';
    await dialog(page).getByLabel('新密码').fill(changed);
    await submitAndStay(page, dialog(page).getByText('原密码不正确'));
    await dialog(page).getByLabel('原密码').fill(password);
    await submit(page);
    await page.getByLabel('登录名').fill('operator');
    await page.getByLabel('密码').fill((password = changed));
    await button(page, '登录').click();
    await page.getByTestId('account').waitFor();
  });

  inBrowser('move the clock of a demonstration when they operate it', async () => {
    const page = await open(origin);
    await signIn(page, 'operator', password);
    await button(page, '拨快时钟').click();
    await button(page, '3 天').click();
    await submit(page);
    await page.getByTestId('demonstration').getByText('快 3 天').waitFor();
    const { clockOffsetMs } = (await (await fetch(`${origin}/v1/status`)).json()) as { clockOffsetMs: number };
    expect(clockOffsetMs).toBe(3 * 86_400_000);
  });
});

describe('a buyer', () => {
  inBrowser('makes keys, orders, signs, opens the delivery and signs the receipt, all in the browser', async () => {
    const t = await startTrade();
    try {
      const content = randomBytes(200_001);
      const [seller, buyer] = [await t.member(['SELLER']), await t.member(['BUYER'], { encrypts: false })];
      await t.listing(seller, {}, content);
      const page = await openAs(t, buyer.who, 'organisation');

      for (const which of [0, 1]) {
        await button(page, '生成并登记').nth(which).click();
        await button(page, '删除').nth(which).waitFor();
      }
      await page.getByRole('menuitem', { name: '数据产品' }).click();
      await page.getByRole('link', { name: '演示企业用电数据集' }).click();
      await button(page, '下单').click();
      await submit(page);
      await page.getByText('标的数据').waitFor();
      // A browser may take a change of the machine's interfaces for the loss of the network, and then say so once.
      await page.evaluate(() => void dispatchEvent(new Event('offline')));
      await button(page, '签署').click();
      await submit(page);
      await page.getByText('签名 1').waitFor();

      const orderId = new URL(page.url()).pathname.split('/').at(-1)!;
      expect(await t.sign(seller, orderId)).toBe(204);
      const paid = { amount: '10005', currency: 'CNY' } as const;
      await t.react(FollowSettlement, new EscrowFunded(newId('esc'), orderId, paid, null));
      await t.settle();

      await page.goto(`${await t.app.getUrl()}/console/deliveries`);
      await page.locator('tr.clickable').first().click();
      await button(page, '取得并解密').click();
      await page.getByText('文件完整').waitFor();
      const download = page.waitForEvent('download');
      await page.getByRole('link', { name: '保存文件' }).click();
      const saved = await readFile(await (await download).path());
      expect(hash(saved)).toBe(hash(content));
      await button(page, '签署回执').click();
      await page.getByText('已签收').first().waitFor();
      await t.settle();
      expect((await t.as(buyer.who).get(`/v1/orders/${orderId}`)).body.state).toBe('DELIVERED');
    } finally {
      await t.close();
    }
  });

  const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
});

describe('the log and its feed', () => {
  const DAY_MS = 86_400_000;
  const keeper = (): Who => ({ sub: newId('per'), org: newId('org'), roles: ['operator'] });
  const checks = (page: Page) => page.getByTestId('checks');
  let t: Trade;
  let [seller, buyer]: Member[] = [];
  beforeAll(async () => {
    t = await startTrade({ WEBHOOK_ALLOW_PRIVATE: '1' });
    [seller, buyer] = [await t.member(['SELLER']), await t.member(['BUYER'])];
    await t.settle();
  });
  afterAll(() => t.close());

  /** Runs the program that the console shows beside a key. */
  function isGenuine(program: string, { headers, body }: Pick<Received, 'headers' | 'body'>): unknown {
    const given = `${JSON.stringify(headers)}, Buffer.from('${body.toString('base64')}', 'base64')`;
    const call = `${program};process.stdout.write(String(isGenuine(${given})));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-'], {
      input: call,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    return stdout;
  }

  inBrowser(
    'an officer adds a webhook, sees events as they come, has one sent again, and verifies the day',
    async () => {
      const receiver = await startReceiver();
      try {
        const page = await openAs(t, t.officer, 'webhooks');
        await button(page, '添加 Webhook').click();
        await dialog(page).getByLabel('接收地址').fill(receiver.url);
        await submit(page);
        const program = await page.getByTestId('webhook-verifier').innerText();
        await dialog(page).locator('.ant-modal-footer button').click();
        // The list shows it as well, and earlier.
        await page.waitForURL(/webhooks\/whe_/);
        await dialog(page).getByText('推送中').waitFor();
        const webhook = page.url();

        await page.goto(`${await t.app.getUrl()}/console/feed`);
        await page.getByText('实时连接').waitFor();
        const orderId = await t.order(buyer!, await t.listing(seller!));
        await t.settle();
        await page.getByRole('row', { name: /trading\.order-placed\.v1/ }).click();
        await dialog(page).getByText('"specversion": "1.0"').waitFor();
        await dialog(page).getByText('待签署').waitFor();
        await dialog(page).getByRole('link', { name: '查看' }).click();
        await page.waitForURL(`**/console/orders/${orderId}`);
        const [message] = receiver.received;
        expect(isGenuine(program, message!)).toBe('true');
        expect(isGenuine(program, { ...message!, body: Buffer.concat([message!.body, Buffer.from(' ')]) })).toBe(
          'false',
        );

        receiver.reply = () => 500;
        expect(await t.sign(buyer!, orderId)).toBe(204);
        await t.settle();
        await page.goto(webhook);
        const failing = dialog(page).getByRole('row', { name: /待送达/ });
        await failing.getByText('500').waitFor();
        expect(
          await dialog(page)
            .getByRole('row', { name: /已送达/ })
            .count(),
        ).toBe(receiver.received.length - 1);
        receiver.reply = () => 204;
        await failing.getByRole('button', { name: '重发' }).click();
        // It is pending before and after: what tells that it was taken is that the attempts begin anew.
        await failing.getByRole('cell', { name: '0', exact: true }).waitFor();
        await t.settle();
        await failing.waitFor({ state: 'detached' });

        await t.as(keeper()).post('/v1/demonstration/clock', { byMs: DAY_MS, reason: 'a day' });
        await t.settle();
        await page.goto(`${await t.app.getUrl()}/console/feed`);
        await page.getByRole('tab', { name: '每日清单' }).click();
        await button(page, '在浏览器中核验').click();
        await checks(page).getByText('✓ 浏览器核验').waitFor();
        await page.keyboard.press('Escape');
        await page.route('**/v1/feed?*', async (route) => {
          const response = await route.fetch();
          const [first, second, ...rest] = (await response.json()) as { data: { leaf: string } }[];
          await route.fulfill({
            response,
            json: [first, { ...second, data: { ...second!.data, leaf: first!.data.leaf } }, ...rest],
          });
        });
        await button(page, '在浏览器中核验').click();
        await checks(page).getByText('✗ 核验不通过').waitFor();
        await checks(page).getByText('不符：2').waitFor();
        await checks(page).getByText('默克尔根应为').waitFor();
      } finally {
        receiver.close();
      }
    },
  );

  inBrowser('a regulator sees feed and webhooks, and can change nothing', async () => {
    const page = await openAs(t, { ...keeper(), roles: ['regulator'] }, 'feed');
    await page.getByRole('row', { name: /market\.venue-opened\.v1/ }).waitFor();
    await page.getByRole('menuitem', { name: 'Webhook 推送' }).click();
    await page.locator('tr.clickable').first().click();
    await dialog(page)
      .getByRole('row', { name: /已送达/ })
      .first()
      .waitFor();
    for (const name of ['添加 Webhook', '修改', '轮换密钥', '停用', '废弃', '重发', '重发一段'])
      expect([name, await button(page, name).count()]).toEqual([name, 0]);
  });

  inBrowser('anybody verifies that the log only grew, and sees a new key sign beside the old one', async () => {
    const page = await openAs(t, keeper(), 'ledger');
    await page.getByRole('tab', { name: '账本保管' }).click();
    await button(page, '开始轮换密钥').click();
    await dialog(page).getByLabel('理由').fill('演示');
    await submit(page);
    await button(page, '结束轮换').waitFor();
    await t.settle();
    const anybody = await open(await t.app.getUrl(), 'ledger');
    await anybody
      .getByRole('row', { name: /账本.*✓/ })
      .nth(1)
      .waitFor();
    expect(await anybody.getByRole('tab').allInnerTexts()).toEqual(['检查点与增长']);
    await button(anybody, '在浏览器中核验').click();
    await checks(anybody).getByText('✓ 浏览器核验').waitFor();
  });

  inBrowser('what must be erased is asked for by one person and erased by another', async () => {
    const [one, two] = [keeper(), keeper()];
    const { body } = await t.as(one).get('/v1/events?limit=100');
    const { id } = (body.items as { id: string; type: string }[]).find(
      ({ type }) => type === 'parties.membership-submitted.v1',
    )!;
    const page = await openAs(t, one, `ledger/${id}`);
    await button(page, '申请删除内容').click();
    await choose(page, '法律依据', '个人信息保护法');
    await dialog(page).getByLabel('附言/文号').fill('DSR-1');
    await dialog(page).getByLabel('理由').fill('演示');
    await submit(page);
    await page.goto(`${await t.app.getUrl()}/console/ledger`);
    await page.getByRole('tab', { name: '内容删除' }).click();
    await page.getByRole('row', { name: /DSR-1/ }).click();
    await dialog(page).getByText('待另一人决定').waitFor();
    expect(await button(page, '批准删除').count()).toBe(0);
    const other = await openAs(t, two, new URL(page.url()).pathname.replace('/console/', ''));
    await button(other, '批准删除').click();
    await submit(other);
    await other.getByText('已删除').last().waitFor();
    await other.goto(`${await t.app.getUrl()}/console/ledger/${id}`);
    await other.getByText('内容已依法删除').waitFor();
  });
});

describe('registration', () => {
  let t: Trade;
  const person = (...roles: Who['roles']): Who => ({ sub: newId('per'), org: newId('org'), roles });
  beforeAll(async () => {
    t = await startTrade();
  });
  afterAll(() => t.close());

  const titles = {
    applications: '登记申请',
    authorities: '授权委托',
    certificates: '登记凭证',
    notices: '登记公示',
    'register-acts': '登记簿事项',
    objections: '登记异议',
    'record-requests': '查询复制',
    'foreign-certificates': '互认凭证',
    'trusted-issuers': '可信签发机构',
    committee: '合规委员会',
    obligations: '附条件义务',
    experts: '专家库',
    registrars: '登记机构',
    'registrar-staff': '登记人员',
    'rule-packs': '登记制度',
    'rule-pack-proposals': '制度版本审核',
  };
  inBrowser('a regulator opens every page of it, and can change nothing', async () => {
    const page = await openAs(t, person('regulator'), 'committee');
    for (const [path, title] of Object.entries(titles)) {
      await page.goto(`${await t.app.getUrl()}/console/${path}`);
      await page.getByRole('heading', { name: title, level: 1 }).waitFor();
      await page.locator('.ant-table, .ant-empty').first().waitFor();
      expect([path, await page.locator('main .ant-alert-error').count()]).toEqual([path, 0]);
      expect([path, await page.locator('main button.ant-btn-primary').count()]).toEqual([path, 0]);
    }
  });

  inBrowser('the secretary appoints an expert, who then declares an interest', async () => {
    const secretary = person('operator');
    const member = await t.member(['SELLER']);
    const login = {
      organisationId: member.id,
      login: 'expert',
      displayName: '演示专家',
      password: randomBytes(12).toString('hex'),
    };
    const added = await t.as(secretary).post('/v1/people', { ...login, roles: ['committeeExpert'] });
    const { body } = await t.as(secretary).get(`/v1/organisations/${member.id}`);
    const page = await openAs(t, secretary, 'experts');
    await button(page, '聘任专家').click();
    await dialog(page).getByLabel('人员').fill(added.body.id);
    await dialog(page).getByLabel('法律').check();
    await choose(page, '任职单位', body.name);
    await dialog(page).getByLabel('任期起').fill('2026-01-01');
    await dialog(page).getByLabel('任期止').fill('2099-12-31');
    await submit(page);
    await dialog(page).getByText('演示专家').first().waitFor();
    const own: Who = { sub: added.body.id, org: member.id, roles: ['committeeExpert'] };
    const his = await openAs(t, own, new URL(page.url()).pathname.replace('/console/', ''));
    await button(his, '申报利益关系').click();
    await submit(his);
  });

  inBrowser('a draft of a legal regime that is no JSON is refused at its field', async () => {
    const page = await openAs(t, person('registrarApprover'), 'rule-pack-proposals');
    await button(page, '提出新版本').click();
    await dialog(page).getByLabel('制度（JSON）').fill('{ not json');
    await dialog(page).getByLabel('理由').fill('演示');
    await submitAndStay(page, faultAt(page, 'pack'));
  });
});

describe('registration, from the form to the register', () => {
  let w: RegistrarWorld;
  beforeAll(async () => {
    w = await startRegistrar();
  });
  afterAll(() => w.close());

  inBrowser('the applicant files by the form after a pre-check, the registrar accepts and reviews it', async () => {
    await w.declare();
    const page = await openAs(w.t, w.holder, 'applications');
    await button(page, '预检').click();
    await pick(page, 'resourceId', '演示数据表');
    const found = page.getByTestId('pre-check');
    await submitAndStay(page, found);
    await found.getByText('尚不能提交').waitFor();
    await found.getByText('持有权 · 可登记').waitFor();
    await found.getByText('缺少材料:登记申请表').waitFor();
    await found.getByText('无须会审').waitFor();
    await page.keyboard.press('Escape');

    await button(page, '新建申请').click();
    await pick(page, 'registrarId', 'Demonstration registrar');
    await pick(page, 'resourceId', '演示数据表');
    await addTo(page, '权利');
    await pick(page, 'rights_0_right', '持有权');
    await dialog(page).locator('#scenario').fill('交通规划');
    await fillBlock(page);
    const required = ['登记申请表', '身份佐证', '合法取得', '数据样例', '数据描述'];
    for (const [i, name] of required.entries()) {
      await addTo(page, '材料');
      await pick(page, `materials_${i}_code`, name);
      const content = { name: `${i}.txt`, mimeType: 'text/plain', buffer: Buffer.from(`演示材料 ${i}`) };
      await dialog(page).locator('input[type=file]').last().setInputFiles(content);
      await dialog(page).getByText(`${i}.txt`).waitFor();
    }
    await submit(page);
    await button(page, '提交').click();
    await submit(page);
    await dialog(page).getByText('已提交').first().waitFor();

    const his = await openAs(w.t, w.officer, new URL(page.url()).pathname.replace('/console/', ''));
    const { contact, operatingStatus } = blockOf({ name: '', uscc: '' });
    for (const said of [contact, operatingStatus!.scope]) await dialog(his).getByText(said).first().waitFor();
    for (const [act, state] of [
      ['受理', '已受理'],
      ['开始审查', '审查中'],
    ] as const) {
      await button(his, act).click();
      await submit(his);
      await dialog(his).getByText(state).first().waitFor();
    }
    await button(his, '审查通过').click();
    await submit(his);
    await dialog(his).locator('.ant-timeline').getByText('审查通过').waitFor();
    expect((await w.seen(new URL(page.url()).pathname.replace('/console/', '/v1/'))).checklist[0].ok).toBe(true);
  });

  /** Registered by the same registrar, without the days of its notice. */
  async function issue(): Promise<{ id: string; number: string }> {
    const at = new Date(w.t.app.get(Clock, { strict: false }).now().getTime() - 60_000).toISOString();
    const event = Object.assign(registered(at), { registrarId: w.registrarOrg });
    await asSystem(() => w.t.app.get(UnitOfWork, { strict: false }).execute(new PrepareCertificate(event)));
    await w.t.settle();
    const { body } = await w.t.as(w.officer).get('/v1/certificates');
    return (body.items as { id: string; number: string }[])[0]!;
  }

  inBrowser(
    'the register shows a remark that two persons placed; a credential is good until it is damaged',
    async () => {
      const { id, number } = await issue();
      const page = await openAs(w.t, w.officer, `certificates/${id}`);
      await button(page, '提议备注').click();
      await pick(page, 'kind', '约定限制');
      await dialog(page).locator('#text').fill('未经同意不得转售');
      await submit(page);
      const approving = await openAs(w.t, w.approver, 'register-acts');
      await approving.locator('tr.clickable').first().click();
      await button(approving, '批准').click();
      await dialog(approving).locator('#text').fill('已核对');
      await submit(approving);

      const anybody = await open(await w.t.app.getUrl(), `certificates/${id}`);
      await dialog(anybody).getByText('未经同意不得转售').waitFor();
      await anybody.goto(`${await w.t.app.getUrl()}/console/certificates`);
      await button(anybody, '核验凭证').click();
      const given = dialog(anybody).getByLabel('或粘贴凭证文本');
      const verdict = anybody.getByTestId('verdict');
      const credential = await (await fetch(`${await w.t.app.getUrl()}/v1/certificates/${number}/credential`)).text();
      await given.fill(credential);
      await button(anybody, '核验').click();
      await verdict.getByText('凭证有效').waitFor();
      const [head, body, signature] = credential.split('.') as [string, string, string];
      await given.fill([head, body, `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`].join('.'));
      await button(anybody, '核验').click();
      await verdict.getByText('凭证不可信').waitFor();
      await verdict.locator('strong').first().waitFor();
    },
  );
});
