import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { TrustedIssuerView } from '@app/sdk';
import { currentContext } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { trustedIssuerMachine } from './trusted-issuer.js';

export const ISSUER = `
  SELECT id, version, did, name, place, contexts, keys, reason, state, proposed_by AS "proposedBy",
    decided_by AS "decidedBy" FROM recognition.trusted_issuer`;
export type IssuerRow = Omit<TrustedIssuerView, 'actions'>;

export function toIssuerView(row: IssuerRow): TrustedIssuerView {
  const { actor } = currentContext();
  const officer = actor?.roles.includes('authorityOfficer') === true;
  const actions = officer ? trustedIssuerMachine.actions(row.state) : [];
  return { ...row, actions: actions.filter((one) => one !== 'confirm' || row.proposedBy !== actor?.id) };
}

/** Whose signatures are believed, and were proposed to be; public, like the reasons. There are few. */
export class ListTrustedIssuers extends Query<TrustedIssuerView[]> {
  constructor(readonly state: TrustedIssuerView['state'] | null) {
    super();
  }
}

@QueryHandler(ListTrustedIssuers)
export class ListTrustedIssuersHandler implements IQueryHandler<ListTrustedIssuers> {
  constructor(private readonly sql: Sql) {}

  async execute({ state }: ListTrustedIssuers): Promise<TrustedIssuerView[]> {
    const rows = await this.sql.rows<IssuerRow>(
      `${ISSUER} WHERE $1::text IS NULL OR state = $1 ORDER BY id DESC LIMIT 1000`,
      [state],
    );
    return rows.map(toIssuerView);
  }
}
