import { SERVING, type RegistrarState } from '@app/sdk';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { openManager } from '../platform/unit-of-work.js';

interface Link {
  readonly state: RegistrarState;
  readonly successorId: string | null;
  readonly handedOver: boolean;
}

/**
 * The organisation that has the powers of a registrar over what it registered: itself, or after a hand-over its successor, and so on.
 * SOD-1: nobody over certificates of its own. Other contexts ask it. @throws Refusal registration/registrar-closed when there is none
 */
export class GetActingRegistrar extends Query<string> {
  constructor(
    readonly registrarId: string,
    readonly holderId: string,
  ) {
    super();
  }
}

@QueryHandler(GetActingRegistrar)
export class GetActingRegistrarHandler implements IQueryHandler<GetActingRegistrar> {
  constructor(private readonly sql: Sql) {}

  async execute({ registrarId, holderId }: GetActingRegistrar): Promise<string> {
    // Held until the commit: what ends its powers waits for the act, or the act begins anew and finds them ended.
    const hold = openManager() ? 'FOR SHARE' : '';
    let acting = registrarId;
    for (;;) {
      const link = await this.sql.row<Link>(
        `SELECT state, successor_id AS "successorId", archive->>'confirmedAt' IS NOT NULL AS "handedOver"
         FROM registration.registrar WHERE organisation_id = $1 ${hold}`,
        [acting],
      );
      if (link === undefined) return acting;
      if (SERVING.includes(link.state) && acting !== holderId) return acting;
      // A successor is catalogued when it takes over and never comes back, so the chain has no circle.
      if (!link.handedOver || link.successorId === null || SERVING.includes(link.state))
        throw new Refusal('registration/registrar-closed', { registrarId: acting, state: link.state });
      acting = link.successorId;
    }
  }
}
