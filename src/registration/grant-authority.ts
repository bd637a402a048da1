import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { Created, GrantAuthorityBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { GetFile } from '../platform/get-file.js';
import { fault, orNull } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Authority } from './authority.js';
import { AUTHORITY_END } from './authority-command.js';
import { mustBeFitAgent } from './fit-agent.js';
import { inSightOf, RESOURCE_IN_SIGHT } from './sight.js';

/** A holder authorises an agent; it counts once the agent has accepted. */
export class GrantAuthority extends Command<Created> {
  constructor(readonly body: GrantAuthorityBody) {
    super();
  }
}

@CommandHandler(GrantAuthority)
export class GrantAuthorityHandler implements ICommandHandler<GrantAuthority> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ body }: GrantAuthority): Promise<Created> {
    const actor = permit('authority.grant');
    const now = this.clock.now();
    const { agentId, letter, resourceIds = [] } = body;
    await mustBeFitAgent(agentId, '/agentId', this.queries);
    const file = await orNull(this.queries.execute(new GetFile(letter.fileId)));
    if (file?.ownerId !== actor.orgId)
      throw fault('/letter/fileId', '没有该文件,或不属于您的机构', 'no such file of your organisation');
    const { sha256 } = file;
    if (sha256 !== (letter.sha256 ?? sha256))
      throw fault('/letter/sha256', `文件的哈希值为 ${sha256}`, `the file hashes to ${sha256}`);
    const seen = await this.sql.rows<{ id: string }>(
      `SELECT r.id FROM registration.data_resource r WHERE ${RESOURCE_IN_SIGHT} AND r.id = ANY ($5)`,
      [...inSightOf(actor, [], now), resourceIds],
    );
    const unknown = resourceIds.findIndex((id) => !seen.some((one) => one.id === id));
    if (unknown >= 0) throw fault(`/resourceIds/${unknown}`, '没有该数据资源', 'there is no such data resource');
    const terms = { ...body, letter: { ...letter, sha256 } };
    const authority = this.uow.add(Authority.grant(terms, { actor, now }));
    await this.uow.schedule(AUTHORITY_END, authority.id, authority.deadline);
    return { id: authority.id };
  }
}
