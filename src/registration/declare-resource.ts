import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { Created, DeclareResourceBody, QualityReport } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import type { Fingerprint } from './fingerprint.js';
import { ListRulePacks } from '../rulepacks/list-rule-packs.js';
import { DataResource } from './data-resource.js';

/** Declares data whose file was measured before (`GetQualityReport`), which also checked whose file it is. */
export class DeclareResource extends Command<Created> {
  constructor(
    readonly body: DeclareResourceBody,
    readonly report: QualityReport,
    readonly fingerprint: Fingerprint,
  ) {
    super();
  }
}

@CommandHandler(DeclareResource)
export class DeclareResourceHandler implements ICommandHandler<DeclareResource> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ body, report, fingerprint }: DeclareResource): Promise<Created> {
    const actor = permit('resource.declare');
    await this.queries.execute(new ListRulePacks());
    return { id: this.uow.add(DataResource.declare(body, report, actor, this.clock.now(), fingerprint)).id };
  }
}
