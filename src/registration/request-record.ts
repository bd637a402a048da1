import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { Created, RequestRecordBody } from '@app/sdk';
import { GetCertificate } from '../certificates/get-certificate.js';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { actingFor } from './acting-for.js';
import { RecordRequest } from './record-request.js';

/** Asks to see and copy the record of a registration, for a stated purpose (N1 §30). */
export class RequestRecord extends Command<Created> {
  constructor(
    readonly certificateNumber: string,
    readonly body: RequestRecordBody,
  ) {
    super();
  }
}

@CommandHandler(RequestRecord)
export class RequestRecordHandler implements ICommandHandler<RequestRecord> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ certificateNumber, body: { onBehalfOf, ...body } }: RequestRecord): Promise<Created> {
    const actor = permit('record.request');
    const own = { actor, now: this.clock.now() };
    const need = { act: 'REQUEST_RECORD', type: null, resourceId: null } as const;
    const act = await actingFor([onBehalfOf ?? actor.orgId], need, own, this.queries, this.uow);
    const certificate = await this.queries.execute(new GetCertificate(certificateNumber));
    const { id: certificateId, applicationId, registrarId, holderId: registrantId } = certificate;
    const parties = { registrarId, registrantId, requesterId: act.actor.orgId };
    const facts = { certificateId, certificateNumber: certificate.number, applicationId, ...parties, ...body };
    const { id } = this.uow.add(RecordRequest.request(facts, act));
    return { id };
  }
}
