import * as files from 'node:fs/promises';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { LedgerDatabase } from '../../src/ledger/ledger-database.js';
import type { Files } from '../../src/ledger/last-signed.js';

/** How a call fails: without effect, after it had its effect, or with its connection, at one of three moments. */
export const MANNERS = ['before', 'after', 'cut before', 'cut meanwhile', 'cut after'] as const;
export type Manner = (typeof MANNERS)[number];
/** Of calls that have no connection which could be lost. */
export const PLAIN_MANNERS: readonly Manner[] = ['before', 'after'];

const failure = (call: string): Error =>
  Object.assign(new Error(`this fault was put in: ${call}`), { code: 'ECONNRESET' });

/** Lets calls that go through it fail: one of them, or those that dice choose. */
export class Faults {
  private calls: string[] = [];
  private choose: (n: number, name: string) => Manner | undefined = () => undefined;

  /** Lets the call number `n` from now on fail; 0 is the next one. */
  strike(n: number, manner: Manner): void {
    this.roll((i) => (i === n ? manner : undefined));
  }

  roll(choose: (n: number, name: string) => Manner | undefined): void {
    [this.calls, this.choose] = [[], choose];
  }

  /** No more faults. @returns the calls since they began */
  calm(): string[] {
    const { calls } = this;
    this.roll(() => undefined);
    return calls;
  }

  /** @param refuse lets a call that shall have no effect fail on the other side */
  async pass<T>(
    name: string,
    call: () => Promise<T>,
    { cut, refuse }: { cut: () => void; refuse?: () => Promise<unknown> } = { cut: () => undefined },
  ): Promise<T> {
    const manner = this.choose(this.calls.push(name) - 1, name);
    if (manner === undefined) return call();
    if (manner === 'before') await refuse?.();
    if (manner === 'before') throw failure(name);
    if (manner === 'cut before') cut();
    const outcome = call();
    // What is sent goes out; what comes back is not waited for.
    if (manner === 'cut meanwhile') setImmediate(cut);
    await outcome;
    if (manner === 'cut after') cut();
    throw failure(name);
  }
}

const DISK_FULL = `DO $$ BEGIN RAISE 'this fault was put in' USING ERRCODE = '53100'; END $$`;

type Query = (...args: unknown[]) => Promise<unknown>;
const textOf = (query: unknown): string => String((query as { text?: string }).text ?? query).trim();

/** The same connection, whose every query passes through `faults`. */
function faulty<C extends pg.ClientBase>(client: C, faults: Faults): C {
  const query = client.query.bind(client) as Query;
  const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } }).connection;
  const passed: Query = (...args) => {
    const text = textOf(args[0]);
    // Of a transaction whose connection is gone, nothing is left to roll back.
    if (text.startsWith('ROLLBACK')) return query(...args);
    return faults.pass(text, () => query(...args), {
      cut: () => stream.destroy(),
      // An error of the server: the transaction, if there is one, is lost.
      refuse: () => query(text.startsWith('COMMIT') ? 'ROLLBACK' : DISK_FULL),
    });
  };
  return Object.assign(client, { query: passed });
}

/** The database of sequencer and publisher; getting a connection is one of its calls. */
export class FaultyDatabase extends LedgerDatabase {
  constructor(
    url: string,
    private readonly faults: Faults,
  ) {
    super(url);
  }

  override async connect(): Promise<pg.PoolClient> {
    let made: pg.PoolClient | undefined;
    try {
      return await this.faults.pass('connect', async () => (made = faulty(await super.connect(), this.faults)));
    } catch (error) {
      made?.release(true);
      throw error;
    }
  }
}

/** Puts faults into every query of the application's own connections. */
export function putFaults(dataSource: DataSource, faults: Faults): void {
  const pool = (dataSource.driver as unknown as { master: pg.Pool }).master;
  type Taken = (error: Error | undefined, client: pg.PoolClient | undefined, release: unknown) => void;
  const connect = pool.connect.bind(pool) as (taken: Taken) => void;
  const known = new WeakSet<pg.PoolClient>();
  pool.connect = ((taken: Taken) =>
    connect((error, client, release) => {
      if (client && !known.has(client)) {
        known.add(client);
        faulty(client, faults);
      }
      taken(error, client, release);
    })) as unknown as typeof pool.connect;
}

/** The file operations of the signer's memory; a handle's are among them. */
export function faultyFiles(faults: Faults): Files {
  const pass =
    <A extends unknown[], R>(name: string, call: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> =>
      faults.pass(name, () => call(...args));
  const open = async (...args: Parameters<typeof files.open>): Promise<files.FileHandle> => {
    let opened: files.FileHandle | undefined;
    const open = async () => (opened = await files.open(...args));
    const handle = await faults.pass('open', open).catch(async (error: unknown) => {
      await opened?.close();
      throw error;
    });
    const close = handle.close.bind(handle);
    return Object.assign(handle, {
      writeFile: pass('writeFile', handle.writeFile.bind(handle)),
      sync: pass('sync', handle.sync.bind(handle)),
      // Whatever is told of it, no handle stays open in this process.
      close: async () => {
        await close();
        await faults.pass('close', () => Promise.resolve());
      },
    });
  };
  const readdir = ((path: string) => faults.pass('readdir', () => files.readdir(path))) as Files['readdir'];
  const readFile = ((path: string) => faults.pass('readFile', () => files.readFile(path, 'utf8'))) as Files['readFile'];
  const mkdir = ((path: string) =>
    faults.pass('mkdir', () => files.mkdir(path, { recursive: true }))) as Files['mkdir'];
  return { open, readdir, readFile, mkdir, link: pass('link', files.link), rm: pass('rm', files.rm) };
}

/** Some random numbers from 0 up to 1, the same in every run. */
export function* dice(seed: number): Generator<number, never> {
  for (let x = seed; ;) {
    x = (Math.imul(x, 1_103_515_245) + 12_345) & 0x7fffffff;
    yield x / 0x80000000;
  }
}
