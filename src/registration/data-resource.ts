import { Column, Entity } from 'typeorm';
import { rulePacks } from '@app/rulepacks';
import type { DeclareResourceBody, QualityReport } from '@app/sdk';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { fault } from '../platform/refusal.js';
import type { Fingerprint } from './fingerprint.js';

@Event('registration.data-resource-declared.v1')
export class DataResourceDeclared {
  constructor(
    readonly resourceId: string,
    readonly holderId: string,
    readonly declaration: DeclareResourceBody,
    readonly report: QualityReport,
    readonly by: string,
    readonly at: string,
    /** Absent from resources that were declared before fingerprints were taken. */
    readonly fingerprint?: Fingerprint,
  ) {}
}

/** Data that an organisation holds, as it declares it and as its file was measured. What changes is another resource. */
@Entity({ schema: 'registration', name: 'data_resource' })
@Stream('res')
export class DataResource extends Aggregate {
  @Column('text') readonly holderId!: string;
  @Column('jsonb') readonly declaration!: DeclareResourceBody;
  @Column('jsonb') readonly report!: QualityReport;
  @Column('text') readonly sha256!: string;
  @Column('jsonb', { nullable: true }) readonly fingerprint!: Fingerprint | null;
  @Column('timestamptz') readonly declaredAt!: Date;

  static declare(
    declaration: DeclareResourceBody,
    report: QualityReport,
    { id: by, orgId }: { id: string; orgId: string },
    now: Date,
    fingerprint?: Fingerprint,
  ): DataResource {
    mustFitSource(declaration);
    const resource = new DataResource();
    const personal = ['PI', 'SENSITIVE'].includes(declaration.personalInfo);
    const kept = personal ? withoutValues(report) : report;
    resource.apply(
      new DataResourceDeclared(newId('res'), orgId, declaration, kept, by, now.toISOString(), fingerprint),
    );
    return resource;
  }

  onDataResourceDeclared({ resourceId, holderId, declaration, report, at, fingerprint }: DataResourceDeclared): void {
    const { sha256 } = report;
    Object.assign(this, {
      id: resourceId,
      holderId,
      declaration,
      report,
      sha256,
      fingerprint: fingerprint ?? null,
      declaredAt: new Date(at),
    });
  }
}

/** The bounds of a column are values out of it: of personal information none may stand in a report. */
const withoutValues = (report: QualityReport): QualityReport => ({
  ...report,
  columns: report.columns.map((column) => ({ ...column, min: null, max: null })),
});

/** INV-09: what was gathered from the public cannot be declared as anything that carries more rights. */
function mustFitSource({ rightsSituation: situation, sourceKind }: DeclareResourceBody): void {
  if (!rulePacks.some(({ rights }) => rights?.some((row) => row.situation === situation)))
    throw fault('/rightsSituation', '没有此取得情形', 'no row of a table of rights');
  const gathered = sourceKind === 'CRAWLED_PUBLIC';
  const fits = gathered ? situation.startsWith('AUTOMATED_PUBLIC') : situation !== 'AUTOMATED_PUBLIC';
  if (!fits) throw fault('/rightsSituation', '取得情形与数据来源不符', 'does not fit sourceKind');
}
