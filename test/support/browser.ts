import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { blockOf } from '../../scripts/job/applicant-block.js';
import type { TestApp } from './app.js';
import type { Who } from './client.js';
import { barriers, unlabelled, untranslated } from './page-faults.js';

const root = resolve(import.meta.dirname, '../..');
const program = ['chromium', 'chromium-browser', 'google-chrome']
  .map((name) => spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim())
  .find((path) => path !== '');
/** Without a browser these are reported as skipped. One that fails says what the pages showed. */
export const inBrowser = (name: string, test: () => Promise<void>): void => {
  (program ? it : it.skip)(name, () => test().catch(withPages));
};

const quiet = ['gpu', 'quic', 'background-networking', 'component-update', 'sync'].map((what) => `--disable-${what}`);
/** Against hanging only, and less than that of a test: then the failure says what was waited for. */
const LIMIT_MS = 120_000;
let browser: Browser | undefined;
/** What the pages complained of: an error in a script, or something that the policy stopped; and what bars people on them. */
const complaints: string[] = [];

/** Builds the console as it is now, opens a browser for the tests of a file, and fails a test whose pages complained. */
export function useBrowser(): void {
  beforeAll(async () => {
    await built();
    const args = ['--headless', '--no-sandbox', '--no-first-run', ...quiet];
    if (program) browser = await chromium.launch({ executablePath: program, args });
  });
  afterAll(async () => {
    await browser?.close();
  });
  afterEach(async () => {
    // A page that stays open goes on asking a service that is gone.
    for (const context of browser?.contexts() ?? []) {
      for (const page of context.pages()) await examine(page);
      await context.close();
    }
    expect(complaints.splice(0)).toEqual([]);
  });
}

async function withPages(error: unknown): Promise<never> {
  for (const page of browser?.contexts().flatMap((context) => context.pages()) ?? []) {
    const text = await page.locator('body').innerText({ timeout: 10_000 }).catch(String); // What failed first is what counts.
    if (error instanceof Error) error.stack += `\n\n${page.url()} showed:\n${text.replaceAll(/\s*\n\s*/g, ' | ')}\n`;
  }
  throw error;
}

const examined = new Set<string>();
/** Every page and form once in a file: when it is left, when a form is open on it, and at the end of its test. */
async function examine(page: Page): Promise<void> {
  const { protocol, pathname } = new URL(page.url());
  const forms = await page.locator('.ant-modal-title').allInnerTexts();
  const what = [pathname.replaceAll(/[0-9a-f]{32}|\d+/g, ''), ...forms].join(' ');
  if (protocol === 'about:' || examined.has(what)) return;
  examined.add(what);
  complaints.push(...(await barriers(page)));
}

/** Once for a whole run, whichever file comes first; another one waits for it. */
async function built(): Promise<void> {
  const place = join(process.env['TEST_SCRATCH']!, 'console');
  const done = () => readdirSync(place).includes('done');
  try {
    mkdirSync(place);
  } catch {
    while (!done()) await new Promise((wake) => setTimeout(wake, 100));
    return;
  }
  if (isStale()) {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['node_modules/vite/bin/vite.js', 'build', 'libs/console'],
      { cwd: root, encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production' } },
    );
    if (status !== 0) throw new Error(stdout + stderr);
  }
  writeFileSync(join(place, 'done'), '');
}

/** Whether a source is newer than what was built. */
function isStale(): boolean {
  const madeAt = statSync(join(root, 'dist/console/index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return ['console', 'sdk', 'rulepacks']
    .flatMap((lib) =>
      readdirSync(join(root, 'libs', lib), { recursive: true, encoding: 'utf8' }).map((f) => `${lib}/${f}`),
    )
    .some((file) => statSync(join(root, 'libs', file)).mtimeMs > madeAt);
}

interface Opening {
  readonly locale?: string;
  readonly width?: number;
}

export async function open(origin: string, path = '', { locale = 'zh-CN', width = 1280 }: Opening = {}): Promise<Page> {
  const viewport = { width, height: 900 };
  const context = await browser!.newContext({ locale, viewport, acceptDownloads: true });
  const page = await context.newPage();
  page.setDefaultTimeout(LIMIT_MS);
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (/Content Security Policy|Uncaught|Warning: /.test(message.text())) complaints.push(message.text());
  });
  const goTo = page.goto.bind(page);
  page.goto = async (...to) => {
    await examine(page);
    return goTo(...to);
  };
  await page.goto(`${origin}/console/${path}`);
  return page;
}

/** Signed in: the tokens of the test's issuer stand where the console keeps its own. */
export async function openAs(
  { app, issuer }: Pick<TestApp, 'app' | 'issuer'>,
  { sub, org, roles }: Who,
  path: string,
  opening: Opening = {},
): Promise<Page> {
  const page = await open(await app.getUrl(), '', opening);
  const access = await issuer.token(sub, org, roles);
  const tokens = JSON.stringify({ access, refresh: null, id: null, expiresAt: Date.now() + 3_600_000 });
  await page.evaluate((kept) => sessionStorage.setItem('databourse.tokens', kept), tokens);
  await page.goto(`${await app.getUrl()}/console/${path}`);
  return page;
}

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
export const dialog = (page: Page) => page.getByRole('dialog').last();
const press = (page: Page) => dialog(page).locator('button[type=submit]:not(.ant-btn-loading)').click();

/** Sends the open form and waits until it is done: then the form is gone. What the console says then stays for seconds only. */
export async function submit(page: Page): Promise<void> {
  await dialog(page)
    .locator('form')
    .evaluate((form) => form.setAttribute('data-sent', ''));
  await press(page);
  const sent = page.locator('form[data-sent]');
  await sent.waitFor({ state: 'detached' }).catch(async (error: unknown) => {
    throw new Error(`not sent: ${(await sent.allInnerTexts()).join()}`, { cause: error });
  });
}
/** The same of a form that stays open: it is refused, or only asks. */
export async function submitAndStay(page: Page, answer: Locator): Promise<void> {
  await press(page);
  await answer.waitFor();
}
/** What the open form says is wrong with this field. */
export const faultAt = (page: Page, field: string): Locator =>
  dialog(page).locator(`#${field}_help .ant-form-item-explain-error`);

/** The menu of the account still moves when it opens: a click at a place can miss it. */
export async function chooseInMenu(page: Page, name: string): Promise<void> {
  await page.getByRole('menuitem', { name }).dispatchEvent('click');
}
/** An option, too, moves while its list opens. */
export async function choose(page: Page, field: string, option: string): Promise<void> {
  await page.getByLabel(field, { exact: true }).click();
  await page.locator('.ant-select-item-option', { hasText: option }).dispatchEvent('click');
}
/** A field of the open form by its place; a label may stand there twice. */
export async function pick(page: Page, place: string, option: string): Promise<void> {
  await dialog(page).locator(`#${place}`).click();
  // Its own list: that of the field before may still be closing.
  const list = page.locator('.ant-select-dropdown', { has: page.locator(`#${place}_list`) });
  await list.locator('.ant-select-item-option', { hasText: option }).first().dispatchEvent('click');
}
export const fill = (page: Page, place: string, text: string) => dialog(page).locator(`#${place}`).fill(text);

/** What the form asks of a party that applies, beyond what the platform knows of it. */
export async function fillBlock(page: Page, i = 0): Promise<void> {
  const { contact, phone, address, operatingStatus } = blockOf({ name: '', uscc: '' });
  for (const [field, text] of Object.entries({ contact, phone, address }))
    await fill(page, `applicants_${i}_${field}`, text);
  for (const [part, text] of Object.entries(operatingStatus!))
    await fill(page, `applicants_${i}_operatingStatus_${part}`, text!);
}

/** Another row of a list of the open form. */
export const addTo = (page: Page, legend: string) =>
  dialog(page)
    .locator('fieldset', { has: page.locator('legend', { hasText: new RegExp(`^${legend}$`) }) })
    .last()
    .getByText('添加')
    .click();

/** Gives the `n`th empty file field of the open form a file, and waits until it is kept. */
export async function attach(page: Page, name: string, content = name): Promise<void> {
  const file = { name, mimeType: 'text/plain', buffer: Buffer.from(content) };
  await dialog(page).locator('input[type=file]').first().setInputFiles(file);
  await dialog(page).getByText(name).waitFor();
}

/** An act that the open thing offers: presses its button, fills its form, sends it, and waits until it is done. */
export async function act(page: Page, name: string, form?: () => Promise<void>): Promise<void> {
  await button(page, name).first().click();
  await page.locator('.ant-modal').last().waitFor();
  await form?.();
  expect([name, await untranslated(page, '.ant-modal')]).toEqual([name, []]);
  expect([name, await unlabelled(page)]).toEqual([name, []]);
  await examine(page);
  await submit(page);
  await page.locator('.ant-modal').waitFor({ state: 'detached' });
}

/** The path of what is open: the same of the console and of the interface. */
export const opened = (page: Page): string => new URL(page.url()).pathname.replace('/console/', '');
