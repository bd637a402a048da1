import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ForeignCertificateView } from '@app/sdk';
import { currentContext, SYSTEM, type Actor } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { foreignCertificateMachine, type ForeignCertificateAction } from './foreign-certificate.js';

export const FOREIGN = `
  SELECT id, version, state, holder_id AS "holderId", registrar_id AS "registrarId", resource_id AS "resourceId", kind,
    rule_pack AS "rulePack", number, issuer, register_url AS "registerUrl", rights, valid_from AS "validFrom",
    valid_to AS "validTo", document_sha256 AS "documentSha256", verification, recorded, ended,
    upgraded_by AS "upgradedBy", refusals
  FROM recognition.foreign_certificate`;
/** What was recorded is public; the rest is for its holder, its registrar and those who watch. `$1`: the organisation, null: all. */
export const FOREIGN_IN_SIGHT = `($1::text IS NULL OR recorded IS NOT NULL OR holder_id = $1 OR registrar_id = $1)`;
export const sightOfForeign = (): string | null => {
  const { actor } = currentContext();
  if (!actor) return '';
  const all =
    actor === SYSTEM || actor.roles.some((role) => ['regulator', 'auditor', 'authorityOfficer'].includes(role));
  return all ? null : actor.orgId;
};

export type ForeignRow = Omit<ForeignCertificateView, 'actions' | 'validFrom' | 'validTo'> & {
  readonly validFrom: Date;
  readonly validTo: Date | null;
};

export function toForeignView({ validFrom, validTo, ...row }: ForeignRow): ForeignCertificateView {
  const { actor } = currentContext();
  const term = { validFrom: validFrom.toISOString(), validTo: validTo?.toISOString() ?? null };
  return { ...row, ...term, actions: actor ? actionsFor(row, actor) : [] };
}

type Seen = Pick<ForeignCertificateView, 'state' | 'registrarId' | 'verification'>;
function actionsFor({ state, registrarId, verification }: Seen, { id, orgId, roles }: Actor): string[] {
  const may: ForeignCertificateAction[] = [];
  const approver = roles.includes('registrarApprover');
  if (orgId === registrarId && (approver || roles.includes('registrarOfficer'))) may.push('verify', 'reject');
  if (orgId === registrarId && approver) may.push('end', ...(verification?.by === id ? [] : (['record'] as const)));
  if (roles.includes('exchangeOfficer')) may.push('refuseReliance');
  return foreignCertificateMachine.actions(state).filter((action) => may.includes(action));
}

/** A certificate issued elsewhere, by its id. Other contexts ask it too. */
export class GetForeignCertificate extends Query<ForeignCertificateView> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(GetForeignCertificate)
export class GetForeignCertificateHandler implements IQueryHandler<GetForeignCertificate> {
  constructor(private readonly sql: Sql) {}

  async execute({ id }: GetForeignCertificate): Promise<ForeignCertificateView> {
    const row = await this.sql.row<ForeignRow>(`${FOREIGN} WHERE ${FOREIGN_IN_SIGHT} AND id = $2`, [
      sightOfForeign(),
      id,
    ]);
    if (!row) throw new Refusal('not-found', { kind: 'foreign certificate', id });
    return toForeignView(row);
  }
}
