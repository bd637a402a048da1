import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../src/platform/port.js';

const PROGRAM = 'nats-server';
const [, version] = /v(\d+\.\d+\.\d+)/.exec(spawnSync(PROGRAM, ['--version'], { encoding: 'utf8' }).stdout ?? '') ?? [];

/** Of the server on this machine; undefined when there is none. */
export const natsVersion = version;
/** Since 2.10 a server can be told to acknowledge only what its disk has; before it could not. */
const syncs = version !== undefined && !/^(1|2\.\d)\./.test(version);

/** A real server with a store of its own, which it finds again when it is started anew. */
export interface Nats {
  readonly url: string;
  readonly port: number;
  start(): Promise<void>;
  /** SIGKILL: it finishes nothing. */
  kill(): Promise<void>;
  /** Kills it and throws away what it stored. */
  lose(): Promise<void>;
  close(): Promise<void>;
}

export async function startNats({ sync = true, user = '' } = {}): Promise<Nats> {
  const directory = await mkdtemp(join(tmpdir(), 'databourse-nats-'));
  const store = join(directory, 'store');
  const port = await freePort();
  const [name, password] = user.split(':');
  await writeFile(
    join(directory, 'nats.conf'),
    `host: 127.0.0.1
     port: ${port}
     jetstream { store_dir: "${store}" ${sync && syncs ? ', sync_interval: always' : ''} }
     ${user === '' ? '' : `authorization { user: "${name}", password: "${password}" }`}`,
  );
  let server: ChildProcess | undefined;
  const nats: Nats = {
    url: `nats://${user === '' ? '' : `${user}@`}127.0.0.1:${port}`,
    port,
    async start() {
      if (server) return;
      const started = spawn(PROGRAM, ['-c', join(directory, 'nats.conf')], { stdio: 'ignore' });
      server = started;
      while (!(await answers(port))) {
        if (started.exitCode !== null) throw new Error(`${PROGRAM} ended with ${started.exitCode}`);
        await sleep(20);
      }
    },
    async kill() {
      const killed = server;
      server = undefined;
      if (!killed || killed.exitCode !== null) return;
      const ended = once(killed, 'exit');
      killed.kill('SIGKILL');
      await ended;
    },
    async lose() {
      await nats.kill();
      await rm(store, { recursive: true, force: true });
    },
    async close() {
      await nats.kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
  await nats.start();
  return nats;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => resolve(true)); // Its greeting.
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('data', () => socket.destroy());
  });

/** A line to the server that a test can cut. */
export interface Line {
  readonly url: string;
  /** What still reaches the server, and what still comes back; the rest is lost. */
  readonly passes: { out: boolean; back: boolean };
  /** Keeps what goes to the server on the way. @returns lets it arrive */
  hold(): () => void;
  /** Bytes that came back since the line was laid. */
  readonly heard: () => number;
  cut(): void;
  close(): Promise<void>;
}

export async function layLine(port: number): Promise<Line> {
  const sockets = new Set<Socket>();
  const passes = { out: true, back: true };
  let heard = 0;
  let held: (() => void)[] | undefined;
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (bytes) => {
      const forward = () => passes.out && far.write(bytes);
      if (held) held.push(forward);
      else forward();
    });
    far.on('data', (bytes) => {
      heard += bytes.length;
      if (passes.back) near.write(bytes);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `nats://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passes,
    hold: () => {
      const kept: (() => void)[] = [];
      held = kept;
      return () => {
        held = undefined;
        for (const forward of kept) forward();
      };
    },
    heard: () => heard,
    cut: () => sockets.forEach((socket) => socket.destroy()),
    close: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
