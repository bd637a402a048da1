import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { QualityReport } from '@app/sdk';
import { mustActFor, permit } from '../platform/context.js';
import { FileStore } from '../platform/file-store.js';
import { GetFile } from '../platform/get-file.js';
import { Refusal } from '../platform/refusal.js';
import type { Fingerprint } from './fingerprint.js';
import { profile } from './quality-report.js';

export interface MeasuredFile {
  readonly report: QualityReport;
  readonly fingerprint: Fingerprint;
}

/** Measures a file of the actor's organisation. Takes up to a minute: ask it before a command, never within one. */
export class GetQualityReport extends Query<MeasuredFile> {
  constructor(readonly fileId: string) {
    super();
  }
}

const WAITING_MAX = 8;

@QueryHandler(GetQualityReport)
export class GetQualityReportHandler implements IQueryHandler<GetQualityReport> {
  private waiting = 0;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly queries: QueryBus,
    private readonly store: FileStore,
  ) {}

  async execute({ fileId }: GetQualityReport): Promise<MeasuredFile> {
    const actor = permit('resource.declare');
    const { ownerId, sha256, bytes } = await this.queries.execute(new GetFile(fileId));
    mustActFor(actor, ownerId);
    if (this.waiting >= WAITING_MAX) throw new Refusal('busy');
    this.waiting += 1;
    // One after the other: each may take half a gigabyte.
    const turn = this.last.then(async () => {
      const { profile: measured, fingerprint } = await profile(await this.store.path(sha256));
      return { report: { ...measured, bytes, sha256 }, fingerprint };
    });
    this.last = turn.catch(() => undefined).finally(() => (this.waiting -= 1));
    return turn;
  }
}
