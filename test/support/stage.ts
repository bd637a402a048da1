import { roles, type Created, type Page, Client, type Role } from '@app/sdk';
import type { Cast } from '../../scripts/job/cast.js';
import { newId } from '../../src/platform/id.js';
import type { TestApp } from './app.js';
import type { Caller } from './world.js';

export interface Actor extends Caller {
  readonly org: string;
  readonly client: Client;
}

/** Something that somebody could do now. */
export interface Left {
  readonly caller: Caller;
  readonly path: string;
  readonly body: object;
}

const all = roles.filter((role) => role !== 'system');
let serial = 0;

/** Where the scenes play: what each of them needs to do over HTTP what people do. */
export class Stage {
  /** Everybody who acted in a scene: the walk goes on as them. */
  readonly actors: Actor[] = [];
  /** What is left for the walk to do: damaged first, then as it should be. */
  readonly left: Left[] = [];
  readonly settle: TestApp['settle'];
  readonly app: TestApp['app'];

  constructor(
    t: Pick<TestApp, 'app' | 'settle'>,
    readonly origin: string,
    readonly cast: Cast,
    private readonly token: (sub: string, org: string, roles: readonly Role[]) => Promise<string>,
  ) {
    this.settle = t.settle;
    this.app = t.app;
  }

  /** Somebody at the organisation who has every role there is; or the one person `sub`. */
  async actor(org: string, sub = newId('per')): Promise<Actor> {
    const token = await this.token(sub, org, all);
    const client = new Client({ origin: this.origin, token: () => Promise.resolve(token) });
    const actor = { name: `${sub} of ${org}`, sub, token, org, client };
    this.actors.push(actor);
    return actor;
  }

  /** A document that nobody uploaded before. */
  async file(
    { client }: Pick<Actor, 'client'>,
    content = `演示材料 ${(serial += 1)}`,
    type = 'text/plain',
  ): Promise<string> {
    return (await client.upload<Created>('/v1/files', content, type, type === 'text/csv' ? 'data.csv' : 'a.txt')).id;
  }

  leave(caller: Actor, path: string, body: object = {}): void {
    this.left.push({ caller, path, body });
  }

  /** Lets so many days pass. */
  async pass(days: number): Promise<void> {
    const body = { byMs: days * 86_400_000, reason: '演示' };
    await this.cast.as.operator.post('/v1/demonstration/clock', body);
    await this.settle();
  }

  async first<T>({ client }: Actor, list: string): Promise<T> {
    return (await client.get<Page<T>>(list)).items[0]!;
  }
}
