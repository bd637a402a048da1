import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { sha256Hex } from '@app/signing';
import { regions } from '@app/rulepacks';
import type pg from 'pg';
import { aggregateOf, type Aggregate } from '../../src/platform/aggregate.js';
import { asSystem } from '../../src/platform/context.js';
import { eventType, revive } from '../../src/platform/event.js';
import { newId } from '../../src/platform/id.js';
import { UnitOfWork } from '../../src/platform/unit-of-work.js';
import { ApplicationRegistered, evidenceOf } from '../../src/registration/application-registered.js';

const AT_ONCE = 100;
/** INV-05: so many numbers has a registrar in a month. */
const PER_REGISTRAR = 9_999;

interface StoredEvent {
  readonly type: string;
  readonly payload: string;
}
interface Place {
  readonly regionCode2: string;
  readonly digit: string;
}

/**
 * Copies of one application that went the whole way over HTTP: each with a resource of its own, at as many registrars as its number
 * needs, by the very events of the model, whose ids, registrar and evidence are its own.
 */
export class RegisteredApplications {
  private readonly places: Place[];

  private constructor(
    private readonly uow: UnitOfWork,
    private readonly model: { ids: Ids; registrar: StoredEvent[]; resource: StoredEvent[]; application: StoredEvent[] },
    taken: readonly Place[],
  ) {
    const all = Object.keys(regions).flatMap((regionCode2) =>
      Array.from({ length: 10 }, (_, digit) => ({ regionCode2, digit: String(digit) })),
    );
    this.places = all.filter((p) => !taken.some((t) => t.regionCode2 === p.regionCode2 && t.digit === p.digit));
  }

  static async of(
    app: NestFastifyApplication,
    db: pg.Pool,
    certificateNumber: string,
  ): Promise<RegisteredApplications> {
    const { rows } = await db.query<Ids>(
      `SELECT a.id AS application, a.resource_id AS resource, r.organisation_id AS organisation, r.id AS registrar
       FROM registration.application a JOIN registration.registrar r ON r.organisation_id = a.registrar_id
       WHERE a.certificate_number = $1`,
      [certificateNumber],
    );
    const ids = rows[0]!;
    const eventsOf = async (stream: string): Promise<StoredEvent[]> =>
      (
        await db.query<StoredEvent>('SELECT type, payload FROM ledger.payload WHERE stream = $1 ORDER BY version', [
          stream,
        ])
      ).rows;
    const application = await eventsOf(ids.application);
    const registered = application.findIndex(({ type }) => type === eventType(ApplicationRegistered));
    const model = {
      ids,
      registrar: await eventsOf(ids.registrar),
      resource: await eventsOf(ids.resource),
      application: application.slice(0, registered + 1),
    };
    const taken = await db.query<Place>('SELECT region_code2 AS "regionCode2", digit FROM registration.registrar');
    return new RegisteredApplications(app.get(UnitOfWork), model, taken.rows);
  }

  /** Applications that lack only their registration. @returns registers some of them; none when all are */
  async make(count: number): Promise<() => Promise<ApplicationRegistered[]>> {
    const { registrar, resource, application, ids } = this.model;
    const own: Own[] = [];
    for (let left = count; left > 0; left -= PER_REGISTRAR) {
      const place = this.places.shift();
      if (!place) throw new Error('no registrar is left');
      const office = { ...ids, organisation: newId('org'), registrar: newId('reg'), place };
      await this.write(() => Promise.resolve([fold(registrar, this.mine(office))]));
      for (let i = Math.min(left, PER_REGISTRAR); i > 0; i -= 1)
        own.push({ ...office, application: newId('app'), resource: newId('res') });
    }
    let made = 0;
    await inLanes(async () => {
      const some = own.slice(made, (made += AT_ONCE));
      await this.write(() =>
        Promise.resolve(
          some.flatMap((one) => {
            const mine = this.mine(one);
            return [fold(resource, mine), fold(application.slice(0, -1), mine)];
          }),
        ),
      );
      return made < own.length;
    });
    const last = application.at(-1)!;
    return async () => {
      const some = own.splice(0, AT_ONCE);
      if (some.length === 0) return [];
      const events = some.map((one) => revive(last.type, this.mine(one)(last.payload)));
      await this.write(async () => {
        const ids = some.map((one) => one.application);
        for (const [i, found] of (await this.uow.getAll(aggregateOf(ids[0]!)!, ids)).entries()) found.apply(events[i]!);
        return [];
      });
      return events as ApplicationRegistered[];
    };
  }

  private write(work: () => Promise<Aggregate[]>): Promise<void> {
    return asSystem(() =>
      this.uow.run(async () => {
        for (const aggregate of await work()) this.uow.add(aggregate);
      }),
    );
  }

  /** Rewrites a payload of the model; the hash of the evidence is another one then. */
  private mine(own: Own): (payload: string) => string {
    const { ids } = this.model;
    const placed = (key: string, value: unknown): unknown => {
      if (key === 'regionCode2') return own.place.regionCode2;
      return key === 'digit' || key === 'registrarDigit' ? own.place.digit : value;
    };
    return (payload) => {
      const text = (['application', 'resource', 'registrar', 'organisation'] as const).reduce(
        (before, key) => before.replaceAll(ids[key], own[key]),
        payload,
      );
      const event = JSON.parse(text, placed) as object;
      if (!('evidenceHash' in event)) return JSON.stringify(event);
      const evidenceHash = sha256Hex(evidenceOf(event as ApplicationRegistered));
      return JSON.stringify({ ...event, evidenceHash });
    };
  }
}

/** Two at a time: while the database writes the one, the other is made. */
export async function inLanes(step: () => Promise<boolean>): Promise<void> {
  const lane = async (): Promise<void> => {
    while (await step()) continue;
  };
  await Promise.all([lane(), lane()]);
}

type Ids = Readonly<Record<'application' | 'resource' | 'organisation' | 'registrar', string>>;
type Own = Ids & { readonly place: Place };

function fold(events: readonly StoredEvent[], mine: (payload: string) => string): Aggregate {
  const made = events.map(({ type, payload }) => revive(type, mine(payload)));
  const first = made[0] as { applicationId?: string; resourceId?: string; registrarId?: string };
  // An application's events name its resource and registrar, too; the stream is what they begin with.
  const stream = first.applicationId ?? first.resourceId ?? first.registrarId!;
  const aggregate = new (aggregateOf(stream)!)();
  for (const event of made) aggregate.apply(event);
  return aggregate;
}
