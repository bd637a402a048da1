import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { Created, RequestRecordBody } from '@app/sdk';
import { GetCertificate } from '../certificates/get-certificate.js';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
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

  async execute({ certificateNumber, body }: RequestRecord): Promise<Created> {
    const actor = permit('record.request');
    const certificate = await this.queries.execute(new GetCertificate(certificateNumber));
    const { id: certificateId, applicationId, registrarId, holderId: registrantId } = certificate;
    const parties = { registrarId, registrantId, requesterId: actor.orgId };
    const facts = { certificateId, certificateNumber: certificate.number, applicationId, ...parties, ...body };
    const { id } = this.uow.add(RecordRequest.request(facts, { actor, now: this.clock.now() }));
    return { id };
  }
}
