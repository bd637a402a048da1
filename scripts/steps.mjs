// Plain Node without dependencies: these steps run before anything is installed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const OLDEST_NODE = [20, 19];

/** Ends the process, in both languages, on a Node that is too old. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  console.error(`需要 Node.js ${OLDEST_NODE.join('.')} 或更高版本，当前为 ${process.versions.node}。`);
  console.error(`Node.js ${OLDEST_NODE.join('.')} or newer is needed, this is ${process.versions.node}.`);
  process.exit(1);
}

/**
 * Does one step with its name, progress and duration on the terminal; `work` may return a remark.
 * Gives whether it succeeded; when not, the reason has been printed.
 */
export const step = (name, work) => show(name, outcome(work));

/** Several steps that need nothing of each other, at the same time; they are told in their order. */
export async function stepsTogether(all) {
  const begun = all.map(([name, work]) => [name, outcome(work)]);
  const passed = [];
  for (const [name, done] of begun) passed.push(await show(name, done));
  return passed;
}

async function outcome(work) {
  const start = Date.now();
  const [passed, remark] = await work().then(
    (said) => [true, said],
    (error) => [false, error.output ?? error.stack],
  );
  return { passed, remark, ms: Date.now() - start };
}

async function show(name, done) {
  const start = Date.now();
  const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
  const live = process.stdout.isTTY;
  const tick = () => process.stdout.write(`\r… ${name} ${seconds(Date.now() - start)} `);
  const ticking = live && setInterval(tick, 500);
  if (live) process.stdout.write(`… ${name} `);
  const { passed, remark, ms } = await done;
  clearInterval(ticking);
  const line = `${live ? '\r\x1b[K' : ''}${passed ? '✓' : '✗'} ${name} (${seconds(ms)})`;
  console.log(passed && remark ? `${line} – ${remark}` : line);
  if (!passed) console.log(remark);
  return passed;
}

/** Runs a program in the repository; what it prints is kept, and shown only with a failure. */
export function run(command, args, env = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', (error) => fail(Object.assign(error, { output: error.message })));
    child.on('close', (code, signal) => {
      if (code === 0) return done(output);
      const error = new Error(`${command} ${args.join(' ')}: ${code ?? signal}`);
      fail(
        Object.assign(error, { output: `${output.trimEnd().split('\n').slice(-200).join('\n')}\n${error.message}` }),
      );
    });
  });
}

/** The npm that started us, so that one installation is not mixed from two versions. */
export const npm = (...args) =>
  process.env.npm_execpath?.endsWith('.js')
    ? run(process.execPath, [process.env.npm_execpath, ...args])
    : run('npm', args);

/** Installs exactly what the lock file says, unless it is there already. */
export async function install() {
  if (isInstalled()) return '已是最新 / up to date';
  const command = existsSync(join(root, 'package-lock.json')) ? 'ci' : 'install';
  await npm(command, '--include=dev', '--no-audit', '--no-fund', '--loglevel=error');
  return `npm ${command}`;
}

/** By content, not by time: a checkout gives files new times, and another branch may have an older lock. */
function isInstalled() {
  const packagesOf = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined);
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const present = packagesOf(join(root, 'node_modules/.package-lock.json'));
  if (!wanted || !present) return false;
  const names = Object.keys(wanted).filter((name) => name !== '');
  return names.every((name) => {
    const there = existsSync(join(root, name)) ? present[name] : undefined;
    return there ? there.version === wanted[name].version : wanted[name].optional;
  });
}

const STAMP = join(root, 'dist/.sources');

/** Builds when a source differs from those of the last build. */
export async function build({ always = false } = {}) {
  const sources = hashOfSources();
  if (!always && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sources) return '已是最新 / up to date';
  await npm('run', '--silent', 'build');
  writeFileSync(STAMP, sources);
  return undefined;
}

function hashOfSources() {
  const hash = createHash('sha256');
  const add = (path) => {
    if (statSync(join(root, path)).isDirectory()) {
      for (const name of readdirSync(join(root, path)).sort()) add(`${path}/${name}`);
    } else if (!/\.spec\.tsx?$/.test(path)) {
      hash.update(`${path}\0`).update(readFileSync(join(root, path)));
    }
  };
  for (const path of [
    'libs',
    'nest-cli.json',
    'package-lock.json',
    'package.json',
    'scripts',
    'src',
    'tsconfig.json',
  ]) {
    if (existsSync(join(root, path))) add(path);
  }
  return hash.digest('hex');
}
