import { pipeline } from 'node:stream/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { newContentKey, sealedLength, sealStream, wrapContentKey } from '@app/signing';
import { ListOrganisationKeys } from '../parties/list-organisation-keys.js';
import { CONFIG, type Config } from '../platform/config.js';
import { asSystem } from '../platform/context.js';
import { FileStore, type StoredFile } from '../platform/file-store.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Worker } from '../platform/worker.js';
import { GetResource } from '../registration/get-resource.js';
import type { SealedFile } from './delivery.js';
import { FinishPreparation } from './finish-preparation.js';

interface Job {
  readonly id: string;
  readonly attempts: number;
}

/** How long a job stays with a worker that does not say that it is still alive; a buyer waits no longer for another one. */
export const LEASE_S = 15;
/** After so many tries an operator is told. */
const ALERT_ATTEMPTS = 10;

/**
 * Seals files for their buyers, outside any transaction. A job is leased, and the lease renewed while it is worked on: when its worker
 * dies, another takes it up after the lease. Sealing twice is harmless, each time with a key of its own; only one result is recorded.
 */
@Injectable()
export class PrepareDeliveries extends Worker {
  protected readonly log = new Logger(PrepareDeliveries.name);
  protected readonly idleMs = 250;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly sql: Sql,
    private readonly files: FileStore,
    @Inject(CONFIG) private readonly settings: Config,
  ) {
    super();
  }

  async step(): Promise<number> {
    const job = await this.lease();
    if (!job) return 0;
    const renewing = setInterval(() => void this.renew(job), (LEASE_S * 1000) / 3);
    try {
      const sealed = await this.seal(job.id);
      await asSystem(() => this.uow.execute(new FinishPreparation(job.id, sealed)));
    } catch (error) {
      clearInterval(renewing);
      await this.postpone(job, error);
    } finally {
      clearInterval(renewing);
    }
    return 1;
  }

  /** Only as long as the job is still this worker's: each lease counts as an attempt. */
  private async renew({ id, attempts }: Job): Promise<void> {
    await this.sql
      .rows(
        `UPDATE delivery.preparation SET try_at = now() + interval '${LEASE_S} seconds'
         WHERE delivery_id = $1 AND attempts = $2 AND try_at > now()`,
        [id, attempts],
      )
      .catch((error: unknown) => this.log.warn({ delivery: id, error }, 'a lease could not be renewed'));
  }

  private lease(): Promise<Job | undefined> {
    return this.sql.row<Job>(
      `INSERT INTO delivery.preparation (delivery_id, attempts, try_at)
       SELECT d.id, 1, now() + interval '${LEASE_S} seconds' FROM delivery.delivery d
         LEFT JOIN delivery.preparation p ON p.delivery_id = d.id
         WHERE d.state = 'PREPARING' AND (p.try_at IS NULL OR p.try_at <= now()) ORDER BY d.id LIMIT 1
       ON CONFLICT (delivery_id) DO UPDATE SET attempts = preparation.attempts + 1, try_at = excluded.try_at
         WHERE preparation.try_at <= now()
       RETURNING delivery_id AS id, attempts`,
    );
  }

  private async seal(deliveryId: string): Promise<SealedFile> {
    const row = await this.sql.row<{ resourceId: string; buyerId: string }>(
      'SELECT resource_id AS "resourceId", buyer_id AS "buyerId" FROM delivery.delivery WHERE id = $1',
      [deliveryId],
    );
    const { resourceId, buyerId } = row!;
    const { sha256 } = await asSystem(() => this.queries.execute(new GetResource(resourceId)));
    const { keys } = await asSystem(() => this.queries.execute(new ListOrganisationKeys(buyerId, 'enc')));
    const recipient = keys[0];
    if (!recipient) throw new Error(`${buyerId} has no encryption key`);
    const contentKey = newContentKey();
    const jwe = await wrapContentKey(contentKey, recipient);
    let bytes = 0;
    let stored: StoredFile | undefined;
    await pipeline(
      await this.files.open(sha256),
      async function* (source: AsyncIterable<Buffer>) {
        for await (const chunk of source) {
          bytes += chunk.length;
          yield chunk;
        }
      },
      sealStream(contentKey),
      async (sealed: AsyncIterable<Uint8Array>) => {
        stored = await this.files.put(sealed, { limit: sealedLength(this.settings.FILE_LIMIT_BYTES) });
      },
    );
    const { sha256: cipherSha256, bytes: cipherBytes } = stored!;
    return { sha256, bytes, cipherSha256, cipherBytes, keyId: recipient.kid, jwe };
  }

  private async postpone({ id, attempts }: Job, error: unknown): Promise<void> {
    this.log.error(
      { alert: attempts >= ALERT_ATTEMPTS, delivery: id, attempts, error },
      'a delivery could not be prepared',
    );
    await this.sql.rows(
      `UPDATE delivery.preparation SET error = $2, try_at = now() + $3 * interval '1 second' WHERE delivery_id = $1`,
      [id, String(error), Math.min(2 ** attempts, 3600)],
    );
  }
}
