// Everything that must hold, in one command. The last line is `N passed, N failed`; every check counts as one test.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, checkNode, install, npm, root, run, step, stepsTogether } from './steps.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'databourse-verify-'));
const total = { passed: 0, failed: 0 };

/** Programs that some tests call; they are looked for only when a test names them. */
const PROGRAMS = [
  { debian: 'openssl', commands: ['openssl'], named: /['"`]openssl\b/ },
  { debian: 'poppler-utils', commands: ['pdftotext'], named: /['"`]pdf(totext|toppm|info|images|sig)\b/ },
  { debian: 'chromium', commands: ['chromium', 'chromium-browser', 'google-chrome'], named: /playwright-core/ },
  { debian: 'nats-server', commands: ['nats-server'], named: /['"`]nats-server\b/ },
];

async function verify() {
  if (!(await checks(['安装依赖 / install dependencies', install]))) return;
  await step('测试所用程序 / programs for tests', installPrograms);
  await checks(
    ['构建 / build', () => build({ always: true })],
    ['类型 / types', () => script('typecheck')],
    ['静态检查 / lint', () => script('lint')],
    ['格式 / format', () => script('format:check')],
  );
  if (existsSync(join(root, 'dist/scripts/openapi.js'))) {
    await checks(
      ['接口说明 / OpenAPI', () => script('openapi', '--', '--check')],
      ['事件说明 / AsyncAPI', () => script('asyncapi', '--', '--check')],
    );
  }
  await tests('单元测试 / unit tests', 'unit');
  await tests('端到端测试 / end-to-end tests', 'e2e');
}

async function script(name, ...args) {
  await npm('run', '--silent', name, ...args);
}

/** Each is one check, and they need nothing of each other. */
async function checks(...all) {
  const passed = await stepsTogether(all);
  for (const one of passed) total[one ? 'passed' : 'failed']++;
  return passed.every(Boolean);
}

/** One Jest project; its tests count one by one, and so does a test file that cannot be loaded or a Jest that does not finish. */
async function tests(name, project) {
  const file = join(scratch, `${project}.json`);
  const skipped = [];
  const passed = await step(name, async () => {
    const jest = [
      '--max-semi-space-size=32', // Fewer collections: most of what a test makes is gone at its end.
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
    ];
    const options = ['-c', 'test/jest.config.js', '--selectProjects', project, '--json', `--outputFile=${file}`];
    const failure = await run(process.execPath, [...jest, ...options, '--ci', '--silent']).then(
      () => undefined,
      (error) => error,
    );
    const result = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
    total.passed += result?.numPassedTests ?? 0;
    const failed = (result?.numFailedTests ?? 0) + (result?.numRuntimeErrorTestSuites ?? 0);
    total.failed += failed;
    for (const suite of result?.testResults ?? []) {
      skipped.push(...suite.assertionResults.filter(({ status }) => status === 'pending').map((one) => one.fullName));
    }
    if (failure && failed === 0) total.failed++;
    if (failure) throw Object.assign(failure, { output: failuresOf(result) || failure.output });
    return `${result.numPassedTests} 项 / tests`;
  });
  if (skipped.length > 0)
    console.log(`  跳过 / skipped: ${skipped.length}\n${skipped.map((one) => `  – ${one}`).join('\n')}`);
  return passed;
}

const failuresOf = (result) =>
  (result?.testResults ?? [])
    .filter(({ status }) => status === 'failed')
    .map(({ name, message }) => `${name}\n${message}`)
    .join('\n');

/** As root on Debian installs what is missing; elsewhere the tests that need it skip, and the reason stands here. */
async function installPrograms() {
  const sources = ['src', 'libs', 'test'].flatMap((directory) => specsBelow(join(root, directory))).join('\n');
  const missing = PROGRAMS.filter(({ named, commands }) => named.test(sources) && !commands.some(isThere));
  if (missing.length === 0) return '齐备 / all there';
  const names = missing.map(({ debian }) => debian);
  const lacking = `缺少，相关测试将跳过 / missing, tests that need them skip: ${names.join(', ')}`;
  if (process.getuid?.() !== 0 || !isThere('apt-get')) return `${lacking} (root + apt-get)`;
  try {
    const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], quiet);
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], quiet);
    return `已安装 / installed: ${names.join(', ')}`;
  } catch (error) {
    return `${lacking}\n${error.output}`;
  }
}

function specsBelow(directory) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && (/spec\.tsx?$/.test(entry.name) || entry.parentPath.includes('support')))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}

function isThere(command) {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}

checkNode();
const start = Date.now();
try {
  await verify();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(`\n总用时 / total time: ${((Date.now() - start) / 1000).toFixed(1)} s`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
