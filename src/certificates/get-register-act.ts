import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { rulePack } from '@app/rulepacks';
import type { RegisterActView } from '@app/sdk';
import { permit, type Actor } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { registerActMachine } from './register-act.js';

export type ActRow = Omit<RegisterActView, 'actions' | 'ground' | 'proposed'> & {
  readonly rulePack: string;
  readonly proposedBy: string;
  readonly proposedAt: Date;
};

export const ACT_COLUMNS = `id, version, certificate_id AS "certificateId", number, registrar_id AS "registrarId", kind,
  state, ground_code AS "groundCode", text, remark - 'from' AS remark, rule_pack AS "rulePack",
  proposed_by AS "proposedBy", proposed_at AS "proposedAt", decided`;

/** `$1`: the registrar whose acts are shown; null: all. */
export const ACT_IN_SIGHT = '($1::text IS NULL OR registrar_id = $1)';
export const sightOfActs = ({ orgId, roles }: Actor): string | null =>
  roles.some((role) => role === 'regulator' || role === 'auditor') ? null : orgId;

/** One act of a registrar upon a certificate, with what the reader may do about it. */
export class GetRegisterAct extends Query<RegisterActView> {
  constructor(readonly actId: string) {
    super();
  }
}

@QueryHandler(GetRegisterAct)
export class GetRegisterActHandler implements IQueryHandler<GetRegisterAct> {
  constructor(private readonly sql: Sql) {}

  async execute({ actId }: GetRegisterAct): Promise<RegisterActView> {
    const actor = permit('register-act.read');
    const row = await this.sql.row<ActRow>(
      `SELECT ${ACT_COLUMNS} FROM certificates.register_act WHERE ${ACT_IN_SIGHT} AND id = $2`,
      [sightOfActs(actor), actId],
    );
    if (!row) throw new Refusal('not-found', { kind: 'register act', id: actId });
    return toActView(row, actor);
  }
}

export function toActView({ rulePack: pack, proposedBy, proposedAt, ...row }: ActRow, actor: Actor): RegisterActView {
  const [id, version] = pack.split('@') as [string, string];
  const { grounds } = rulePack(id, version);
  return {
    ...row,
    ground: grounds.find(({ code }) => code === row.groundCode)?.text ?? null,
    proposed: { by: proposedBy, at: proposedAt.toISOString() },
    actions: actionsFor(row, proposedBy, actor),
  };
}

function actionsFor({ state, registrarId }: Pick<ActRow, 'state' | 'registrarId'>, proposedBy: string, actor: Actor) {
  if (actor.orgId !== registrarId) return [];
  const own = actor.id === proposedBy;
  const decides = !own && actor.roles.includes('registrarApprover');
  return registerActMachine
    .actions(state)
    .filter((action) => (action === 'withdraw' ? own : decides) && action !== 'takeEffect');
}
