import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { SimilarData as SimilarDataView } from '@app/sdk';
import { Sql } from '../platform/sql.js';
import { sharedRows, similarity, type Fingerprint } from './fingerprint.js';

export type SimilarData = SimilarDataView;

/** Which applications under way or registered concern data like this one, the most alike first (INV-06). */
export class ListSimilarData extends Query<SimilarData[]> {
  constructor(
    readonly resourceId: string,
    readonly applicantId: string,
    /** The application that asks. */
    readonly except: string | null = null,
  ) {
    super();
  }
}

interface Row {
  readonly applicationId: string;
  readonly applicantId: string;
  readonly resourceId: string;
  readonly state: string;
  readonly sameFile: boolean;
  readonly fingerprint: Fingerprint | null;
  readonly columns: string[];
}

/** The least share of rows that is pointed out (PROP); below it the estimate says little. */
const SHARE_MIN = 0.3;
const CANDIDATES_MAX = 200;
const SHOWN_MAX = 20;

const COLUMNS = `(SELECT coalesce(jsonb_agg(lower(trim(c->>'name'))), '[]') FROM jsonb_array_elements(r.report->'columns') c)`;

@QueryHandler(ListSimilarData)
export class ListSimilarDataHandler implements IQueryHandler<ListSimilarData> {
  constructor(private readonly sql: Sql) {}

  async execute({ resourceId, applicantId, except }: ListSimilarData): Promise<SimilarData[]> {
    const own = await this.sql.row<{ sha256: string; fingerprint: Fingerprint | null; columns: string[] }>(
      `SELECT r.sha256, r.fingerprint, ${COLUMNS} AS columns FROM registration.data_resource r WHERE r.id = $1`,
      [resourceId],
    );
    if (!own) return [];
    const rows = await this.sql.rows<Row>(
      `SELECT a.id AS "applicationId", a.applicant_id AS "applicantId", a.resource_id AS "resourceId", a.state,
         r.sha256 = $1 AS "sameFile", r.fingerprint, ${COLUMNS} AS columns
       FROM registration.data_resource r JOIN registration.application a ON a.resource_id = r.id
       WHERE (r.sha256 = $1 OR r.fingerprint->'bands' ?| $2::text[]) AND a.id IS DISTINCT FROM $3 AND a.type = 'INITIAL'
         -- What was filed with it under other regimes is of the same data, as it should be.
         AND NOT EXISTS (SELECT FROM registration.application o WHERE o.id = $3 AND o.group_id = a.group_id)
         AND a.state NOT IN ('DRAFT', 'LAPSED', 'NOT_ACCEPTED', 'TERMINATED', 'REFUSED', 'WITHDRAWN')
       ORDER BY r.sha256 = $1 DESC, a.id DESC LIMIT ${CANDIDATES_MAX}`,
      [own.sha256, own.fingerprint?.bands ?? [], except],
    );
    return rows
      .map((row) => compare(row, own, applicantId))
      .filter(({ share, similarity: alike }) => Math.max(share, alike) >= SHARE_MIN)
      .toSorted((a, b) => b.share - a.share || (a.applicationId < b.applicationId ? -1 : 1))
      .slice(0, SHOWN_MAX);
  }
}

function compare(row: Row, own: Pick<Row, 'fingerprint' | 'columns'>, applicantId: string): SimilarData {
  const { applicationId, resourceId, sameFile, fingerprint } = row;
  const known = own.fingerprint !== null && fingerprint !== null;
  const rounded = (share: number) => Math.round(share * 10_000) / 10_000;
  return {
    kind: row.applicantId === applicantId ? 'DUPLICATE_SUSPECT' : 'SIMILAR_DATA',
    applicationId,
    applicantId: row.applicantId,
    resourceId,
    sameFile,
    share: sameFile ? 1 : rounded(known ? sharedRows(own.fingerprint, fingerprint) : 0),
    similarity: sameFile ? 1 : rounded(known ? similarity(own.fingerprint, fingerprint) : 0),
    schemaShare: rounded(jaccard(own.columns, row.columns)),
  };
}

/** Of the names of columns; a schema is small enough to be compared whole. */
function jaccard(a: readonly string[], b: readonly string[]): number {
  const [left, right] = [new Set(a), new Set(b)];
  const both = [...left].filter((column) => right.has(column)).length;
  return both / (left.size + right.size - both || 1);
}
