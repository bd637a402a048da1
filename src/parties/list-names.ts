import { peopledThings, type NamesOfPeople } from '@app/sdk';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GetRegisterAct } from '../certificates/get-register-act.js';
import { GetCase } from '../committee/get-case.js';
import { GetExpert } from '../committee/get-expert.js';
import { GetObligation } from '../committee/get-obligation.js';
import { ListNamesOfExperts } from '../committee/list-names-of-experts.js';
import { GetErasure } from '../ledger/get-erasure.js';
import { permit } from '../platform/context.js';
import { GetForeignCertificate } from '../recognition/get-foreign-certificate.js';
import { GetTrustedIssuer } from '../recognition/get-trusted-issuer.js';
import { GetRegistrarDetail } from '../registrars/get-registrar-detail.js';
import { GetStaffMember } from '../registrars/get-staff-member.js';
import { GetApplication } from '../registration/get-application.js';
import { GetAuthority } from '../registration/get-authority.js';
import { GetObjection } from '../registration/get-objection.js';
import { GetRecordRequest } from '../registration/get-record-request.js';
import { GetRulePackProposal } from '../rulepacks/get-rule-pack-proposal.js';
import { GetFeeSchedule } from '../settlement/get-fee-schedule.js';
import { ListNamesOfPeople } from './list-names-of-people.js';

/** Each of these decides itself what the reader may see of it. */
const readings: Readonly<Record<(typeof peopledThings)[number], (id: string) => Query<unknown>>> = {
  act: (id) => new GetRegisterAct(id),
  app: (id) => new GetApplication(id),
  aut: (id) => new GetAuthority(id),
  cas: (id) => new GetCase(id),
  ers: (id) => new GetErasure(id),
  exp: (id) => new GetExpert(id),
  fct: (id) => new GetForeignCertificate(id),
  fee: (id) => new GetFeeSchedule(id),
  obj: (id) => new GetObjection(id),
  obl: (id) => new GetObligation(id),
  reg: (id) => new GetRegistrarDetail(id),
  rpk: (id) => new GetRulePackProposal(id),
  rrq: (id) => new GetRecordRequest(id),
  stf: (id) => new GetStaffMember(id),
  tri: (id) => new GetTrustedIssuer(id),
};

/**
 * What the people, and the experts of the committee, are called whose ids stand in a thing, as this reader is shown it. The ledger, which everybody may read, holds
 * pseudonyms: whoever is not shown where somebody acted does not learn from it who that is.
 */
export class ListNames extends Query<NamesOfPeople> {
  constructor(readonly of: string) {
    super();
  }
}

@QueryHandler(ListNames)
export class ListNamesHandler implements IQueryHandler<ListNames> {
  constructor(private readonly queries: QueryBus) {}

  async execute({ of }: ListNames): Promise<NamesOfPeople> {
    permit('person.read-names');
    const prefix = peopledThings.find((one) => of.startsWith(`${one}_`))!;
    const shown = JSON.stringify(await this.queries.execute(readings[prefix](of)));
    const [people, experts] = [/\bper_[0-9a-f]{32}\b/g, /\bexp_[0-9a-f]{32}\b/g].map((one) => [
      ...new Set(shown.match(one)),
    ]);
    const names = [
      ...(await this.queries.execute(new ListNamesOfPeople(people!))),
      ...(await this.queries.execute(new ListNamesOfExperts(experts!))),
    ];
    return { names: Object.fromEntries(names) };
  }
}
