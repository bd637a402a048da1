import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Agency, DeclareResourceBody, PreCheckView } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { ListRulePacks } from '../rulepacks/list-rule-packs.js';
import { packOf } from './application-rules.js';
import { standsAgainst, type TypeFacts } from './application-types.js';
import type { ApplicationRecord } from './application-record.js';
import { jointFaults } from './joint-applicants.js';
import { ListSimilarData } from './list-similar-data.js';
import { preCheck } from './pre-check.js';
import { priorOf } from './prior-certificate.js';
import { APPLICATION_IN_SIGHT, inSightOf } from './sight.js';
import { submissionFacts } from './submission-facts.js';

/** What an application would meet if it were submitted as it stands (预检). */
export class GetPreCheckOfApplication extends Query<PreCheckView> {
  constructor(readonly applicationId: string) {
    super();
  }
}

type Row = TypeFacts &
  Pick<ApplicationRecord, 'id' | 'joint' | 'resourceId' | 'type' | 'priorCertificateId' | 'counterpartyId'> & {
    readonly declaration: DeclareResourceBody;
    readonly agents: readonly Agency[];
  };

@QueryHandler(GetPreCheckOfApplication)
export class GetPreCheckOfApplicationHandler implements IQueryHandler<GetPreCheckOfApplication> {
  constructor(
    private readonly sql: Sql,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ applicationId }: GetPreCheckOfApplication): Promise<PreCheckView> {
    const actor = permit('application.read');
    const row = await this.sql.row<Row>(
      `SELECT a.id, a.joint, a.agents, a.applicant_id AS "applicantId", a.registrar_id AS "registrarId",
         a.resource_id AS "resourceId", a.type, a.rule_pack AS "rulePack", a.content, a.submitted_at AS "submittedAt",
         a.prior_certificate_id AS "priorCertificateId", a.counterparty_id AS "counterpartyId", a.joined, r.declaration
       FROM registration.application a JOIN registration.data_resource r ON r.id = a.resource_id
       WHERE ${APPLICATION_IN_SIGHT} AND a.id = $5`,
      [...inSightOf(actor, ['regulator', 'auditor'], this.clock.now()), applicationId],
    );
    if (!row) throw new Refusal('not-found', { kind: 'application', id: applicationId });
    const { applicantId, agents, joint, resourceId, type, rulePack, content, declaration } = row;
    await this.queries.execute(new ListRulePacks());
    const submitters = [applicantId, ...agents.map(({ agentId }) => agentId)];
    const facts = await submissionFacts(
      this.queries,
      { applicantId, submitters },
      content,
      { declaration },
      this.clock.now(),
    );
    const prior = await priorOf(row, this.queries);
    const against = [
      ...jointFaults(joint, facts.jointApplicants),
      ...standsAgainst(row, prior, this.clock.now(), 'SUBMISSION'),
    ];
    const asked = new ListSimilarData(resourceId, applicantId, applicationId);
    const similar = prior ? [] : await this.queries.execute(asked);
    const duplicates = similar.filter(({ kind }) => kind === 'DUPLICATE_SUSPECT');
    const found = preCheck(packOf(rulePack), type, content, declaration, { ...facts, prior }, against);
    return { ...found, duplicates, alsoUnder: [] };
  }
}
