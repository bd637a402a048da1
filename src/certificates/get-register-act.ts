import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { rulePack } from '@app/rulepacks';
import type { RegisterActView } from '@app/sdk';
import { permit, type Actor } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { ListRegistersKept, type RegistersKept } from '../registrars/list-registers-kept.js';
import { registerActMachine } from './register-act.js';

export type ActRow = Omit<RegisterActView, 'actions' | 'ground' | 'proposed'> & {
  readonly rulePack: string;
  readonly holderId: string;
  readonly proposedBy: string;
  readonly proposedAt: Date;
};

export const ACT_COLUMNS = `id, version, certificate_id AS "certificateId", number, registrar_id AS "registrarId", kind,
  state, ground_code AS "groundCode", text, remark - 'from' AS remark, rule_pack AS "rulePack",
  proposed_by AS "proposedBy", proposed_at AS "proposedAt", decided,
  (SELECT holder_id FROM certificates.certificate WHERE id = certificate_id) AS "holderId"`;

/** `$1`: the registrars whose acts are shown; null: all. */
export const ACT_IN_SIGHT = '($1::text[] IS NULL OR registrar_id = ANY ($1))';
export const sightOfActs = ({ roles }: Actor, { registrarIds }: RegistersKept): readonly string[] | null =>
  roles.some((role) => role === 'regulator' || role === 'auditor') ? null : registrarIds;

/** One act of a registrar upon a certificate, with what the reader may do about it. */
export class GetRegisterAct extends Query<RegisterActView> {
  constructor(readonly actId: string) {
    super();
  }
}

@QueryHandler(GetRegisterAct)
export class GetRegisterActHandler implements IQueryHandler<GetRegisterAct> {
  constructor(
    private readonly sql: Sql,
    private readonly queries: QueryBus,
  ) {}

  async execute({ actId }: GetRegisterAct): Promise<RegisterActView> {
    const actor = permit('register-act.read');
    const kept = await this.queries.execute(new ListRegistersKept(actor.orgId));
    const row = await this.sql.row<ActRow>(
      `SELECT ${ACT_COLUMNS} FROM certificates.register_act WHERE ${ACT_IN_SIGHT} AND id = $2`,
      [sightOfActs(actor, kept), actId],
    );
    if (!row) throw new Refusal('not-found', { kind: 'register act', id: actId });
    return toActView(row, actor, kept);
  }
}

export function toActView(
  { rulePack: pack, proposedBy, proposedAt, holderId, ...row }: ActRow,
  actor: Actor,
  kept: RegistersKept,
): RegisterActView {
  const [id, version] = pack.split('@') as [string, string];
  const { grounds } = rulePack(id, version);
  return {
    ...row,
    ground: grounds.find(({ code }) => code === row.groundCode)?.text ?? null,
    proposed: { by: proposedBy, at: proposedAt.toISOString() },
    actions: mayAct(row.registrarId, holderId, actor, kept) ? actionsFor(row, proposedBy, actor) : [],
  };
}

/** As `GetActingRegistrar` has it: whoever keeps the register now, and nobody upon a certificate of its own (SOD-1). */
const mayAct = (registrarId: string, holderId: string, { orgId }: Actor, { registrarIds, serves }: RegistersKept) =>
  serves && registrarIds.includes(registrarId) && orgId !== holderId;

function actionsFor({ state }: Pick<ActRow, 'state'>, proposedBy: string, actor: Actor) {
  const own = actor.id === proposedBy;
  const decides = !own && actor.roles.includes('registrarApprover');
  return registerActMachine
    .actions(state)
    .filter((action) => (action === 'withdraw' ? own : decides) && action !== 'takeEffect');
}
