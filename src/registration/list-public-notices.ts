import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { isProvisional, workingDaysBetween } from '@app/calendar';
import type { ApplicationType, Page, PageQuery, PublicNotice } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { packOf } from './application-rules.js';
import type { NoticeContent } from './application.js';

/** What is on public notice now; public, and only what N1 §24 publishes. */
export class ListPublicNotices extends Query<Page<PublicNotice>> {
  /** @param first the soonest end, to look through page by page; or the newest, of which there is one page */
  constructor(
    readonly page: PageQuery,
    readonly first: 'ENDING' | 'NEWEST' = 'ENDING',
  ) {
    super();
  }
}

interface Row {
  readonly id: string;
  readonly registrarId: string;
  readonly rulePack: string;
  readonly type: ApplicationType;
  readonly notice: NoticeContent;
  readonly publishedAt: Date;
  readonly endsAt: Date;
}

@QueryHandler(ListPublicNotices)
export class ListPublicNoticesHandler implements IQueryHandler<ListPublicNotices> {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ page: { limit, cursor }, first }: ListPublicNotices): Promise<Page<PublicNotice>> {
    const now = this.clock.now();
    const [endsAt = '-infinity', id = ''] = decodeCursor(cursor, 'instant', 'app_') ?? [];
    const rows = await this.sql.rows<Row>(
      `SELECT id, registrar_id AS "registrarId", rule_pack AS "rulePack", type, notice, published_at AS "publishedAt", notice_ends_at AS "endsAt"
       FROM registration.application WHERE state = 'PUBLIC_NOTICE' AND notice_ends_at >= $1
         AND (notice_ends_at, id) > ($2::timestamptz, $3) ORDER BY ${first === 'NEWEST' ? 'published_at DESC, id DESC' : 'notice_ends_at, id'} LIMIT $4`,
      [now, endsAt, id, limit + 1],
    );
    return toPage(
      rows.map((row) => toNotice(row, now)),
      limit,
      (notice) => [notice.endsAt, notice.applicationId],
    );
  }
}

const toNotice = ({ id, registrarId, rulePack, type, notice, publishedAt, endsAt }: Row, now: Date): PublicNotice => ({
  applicationId: id,
  registrarId,
  ...notice,
  type,
  typeName: packOf(rulePack).types.find(({ id: one }) => one === type)!.name,
  certificateNumber: notice.certificateNumber ?? null,
  jointApplicants: [...(notice.jointApplicants ?? [])],
  transferee: notice.transferee ?? null,
  restrictions: notice.restrictions.map((said) => (typeof said === 'string' ? { zh: said, en: said } : said)),
  publishedAt: publishedAt.toISOString(),
  endsAt: endsAt.toISOString(),
  provisional: isProvisional(publishedAt, endsAt),
  remainingSeconds: Math.floor((endsAt.getTime() - now.getTime()) / 1000),
  remainingWorkingDays: workingDaysBetween(now, endsAt),
});
