import { spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { isAlive } from './is-alive.js';
import { outputOf } from './postgres-binaries.js';

export interface Postmaster {
  pid: number;
  port: number;
  ready: boolean;
  /** The process that started it; undefined when somebody started it by hand. */
  owner: number | undefined;
}

/** The server that runs on this directory. A process id alone proves nothing, ids are reused: its command line does. */
export async function findPostmaster(dir: string): Promise<Postmaster | undefined> {
  const lines = (await readFile(join(dir, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!(pid > 0) || !isAlive(pid)) return undefined;
  const command = await commandLine(pid);
  if (!isServerOf(dir, command)) return undefined;
  const owner = / databourse\.owner=(\d+)/.exec(command)?.[1];
  const ready = lines[7]?.startsWith('ready') ?? false;
  return { pid, port: Number(lines[3]), ready, owner: owner === undefined ? undefined : Number(owner) };
}

const isServerOf = (dir: string, command: string): boolean => command.includes(` -D ${dir} `);

async function commandLine(pid: number): Promise<string> {
  if (platform() === 'linux') {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
  }
  return `${(await outputOf(spawn('ps', ['-ww', '-o', 'command=', '-p', String(pid)]))).output.trim()} `;
}

/**
 * A pid file left by a crash may name a process that is now somebody else's, and PostgreSQL would refuse to start while it
 * lives. The file must stay, since through it PostgreSQL finds backends of the crashed server that may still write; so it
 * gets a number that PostgreSQL is known to ignore: its own parent's.
 */
export async function disownReusedPid(dir: string): Promise<void> {
  const file = await open(join(dir, 'postmaster.pid'), 'r+').catch(() => undefined);
  try {
    const text = (await file?.readFile('utf8')) ?? '';
    const pid = Math.abs(Number.parseInt(text, 10));
    if (!(pid > 0) || !isAlive(pid) || isServerOf(dir, await commandLine(pid))) return;
    // In place and no shorter: on a full disk nothing is lost, and a server that another starter has begun meanwhile has a file of its own.
    await file?.write(
      text.replace(/^-?\d+/, (old) => String(process.pid).padStart(old.length, '0')),
      0,
    );
  } finally {
    await file?.close();
  }
}
