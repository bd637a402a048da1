import { jest } from '@jest/globals';
import type { Logger } from '@nestjs/common';
import { News } from './news.js';
import { Worker } from './worker.js';

const IDLE_MS = 10;
const REST_MS = 500;

class Watched extends Worker {
  protected readonly log = { error: () => undefined } as unknown as Logger;
  protected readonly idleMs = IDLE_MS;
  protected override readonly restMs = REST_MS;
  /** When each step began. */
  readonly steps: number[] = [];
  /** What the next steps do. */
  readonly next!: (() => Promise<number>)[];

  step(): Promise<number> {
    this.steps.push(performance.now());
    return this.next.shift()?.() ?? Promise.resolve(0);
  }

  /** Between the steps since `from`, the last before it included, in whole ms. */
  pauses(from = 0): number[] {
    const first = this.steps.findLastIndex((at) => at <= from);
    const steps = this.steps.slice(Math.max(first, 0));
    return steps.slice(1).map((at, i) => Math.round(at - steps[i]!));
  }
}

let news: News;
let workers: Watched[];
let worker: Watched;
const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);
const lasting =
  (ms: number, done = 0) =>
  (): Promise<number> =>
    new Promise((resolve) => setTimeout(() => resolve(done), ms));

function begin(ROLES: string[], ...next: (() => Promise<number>)[]): Watched {
  const made = new Watched();
  Object.assign(made, { config: { ROLES }, news, next });
  workers.push(made);
  made.onApplicationBootstrap();
  return made;
}

/** Lets it be quiet until a long sleep has just begun. @returns the time */
async function fallAsleep(): Promise<number> {
  await pass(20_000);
  const { length } = worker.steps;
  for (let ms = 0; worker.steps.length === length && ms < 2 * REST_MS; ms += 1) await pass(1);
  return performance.now();
}

beforeEach(() => {
  jest.useFakeTimers();
  [news, workers] = [new News(), []];
  worker = begin(['worker']);
});
afterEach(async () => {
  for (const one of workers) await one.beforeApplicationShutdown();
  jest.useRealTimers();
});

describe('a worker', () => {
  it('stands still in a process without that role', async () => {
    const other = begin(['api']);
    await pass(1000);
    expect(other.steps).toEqual([]);
  });

  it('asks often at first, then more and more seldom, but never less often than it must', async () => {
    await pass(8 * IDLE_MS);
    expect(worker.pauses()).toEqual(Array(8).fill(IDLE_MS));
    await pass(20_000);
    const pauses = worker.pauses();
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
    expect(pauses.slice(-5)).toEqual(Array(5).fill(REST_MS));
  });

  it('finds what nobody tells of after an eighth more of the time that it was quiet', async () => {
    await pass(20_000);
    const [began] = worker.steps;
    for (const [i, at] of worker.steps.entries()) {
      const before = worker.steps[i - 1] ?? at;
      expect(at - before).toBeLessThanOrEqual(Math.max(IDLE_MS, Math.ceil((before - began!) / 8)));
    }
  });

  it('goes on at once after a step that did something, and asks often again', async () => {
    const asleep = await fallAsleep();
    worker.next.push(() => Promise.resolve(1));
    await pass(REST_MS + 3 * IDLE_MS);
    expect(worker.pauses(asleep)).toEqual([REST_MS, 0, IDLE_MS, IDLE_MS, IDLE_MS]);
  });

  it('wakes the others when a step did something', async () => {
    const asleep = await fallAsleep();
    begin(['worker'], lasting(33, 1));
    await pass(33 + 2 * IDLE_MS);
    expect(worker.pauses(asleep)).toEqual([33, IDLE_MS, IDLE_MS]);
  });
});

describe('news', () => {
  it('wakes a worker at once, which then asks often again', async () => {
    const asleep = await fallAsleep();
    await pass(IDLE_MS + 3);
    news.tell();
    await pass(2 * IDLE_MS);
    expect(worker.pauses(asleep)).toEqual([IDLE_MS + 3, IDLE_MS, IDLE_MS]);
  });

  it('is followed soon at first, then every so often at most, however much there is of it', async () => {
    const asleep = await fallAsleep();
    await pass(50);
    for (let ms = 0; ms < 20 * IDLE_MS; ms += 1) {
      news.tell();
      await pass(1);
    }
    expect(worker.pauses(asleep).slice(0, 4)).toEqual([50, 2, 2, 4]);
    expect(worker.pauses(asleep).slice(4)).toEqual([8, ...Array(18).fill(IDLE_MS)]);
  });

  it('that comes during a step, however long, is not slept over', async () => {
    const asleep = await fallAsleep();
    worker.next.push(lasting(9000));
    await pass(REST_MS + 1);
    news.tell();
    await pass(9000 - 1 + 2);
    expect(worker.pauses(asleep)).toEqual([REST_MS, 9000 + 2]);
  });

  it('does not shorten the pause after a failure', async () => {
    const asleep = await fallAsleep();
    worker.next.push(...Array<() => Promise<number>>(2).fill(() => Promise.reject(new Error('broken'))));
    for (let ms = 0; ms < 700; ms += 1) {
      news.tell();
      await pass(1);
    }
    expect(worker.pauses(asleep).slice(0, 4)).toEqual([2, 200, 400, IDLE_MS]);
  });
});

describe('a nudge', () => {
  it('ends any sleep at once', async () => {
    const asleep = await fallAsleep();
    for (const ms of [3, 2, 300]) {
      await pass(ms);
      worker.nudge();
    }
    await pass(0);
    expect(worker.pauses(asleep).slice(0, 2)).toEqual([3, 2]);
    expect(worker.steps.at(-1)).toBe(asleep + 305);
  });

  it('that comes during a step is not slept over', async () => {
    const asleep = await fallAsleep();
    worker.next.push(lasting(50));
    await pass(REST_MS + 20);
    worker.nudge();
    await pass(30);
    expect(worker.pauses(asleep)).toEqual([REST_MS, 50]);
  });

  it('is good for one step', async () => {
    await fallAsleep();
    worker.nudge();
    await pass(0);
    const { length } = worker.steps;
    await pass(REST_MS - 1);
    expect(worker.steps).toHaveLength(length);
  });
});

describe('the end', () => {
  it('waits for the step under way, and for no sleep', async () => {
    await fallAsleep();
    await worker.beforeApplicationShutdown();
    const other = begin(['worker'], lasting(50));
    let ended = false;
    const end = other.beforeApplicationShutdown().then(() => (ended = true));
    await pass(49);
    expect(ended).toBe(false);
    await pass(1);
    await end;
    expect(other.steps).toHaveLength(1);
  });
});
