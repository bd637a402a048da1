import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { isProvisional, workingDaysBetween } from '@app/calendar';
import type { ApplicationView, DeclareResourceBody, Role } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { IsPanelMember } from '../committee/is-panel-member.js';
import { isPermitted, permit, type Actor } from '../platform/context.js';
import { orNull, Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { GetForeignCertificate } from '../recognition/get-foreign-certificate.js';
import { actsOf, applicationMachine, type ApplicationAction } from './application-machine.js';
import type { ApplicationRecord } from './application-record.js';
import { packOf, questionsFor } from './application-rules.js';
import { coApplicantsOf } from './joint-applicants.js';
import { findingsOf } from './findings.js';
import { actionsOfAgent, ListPowers, type Power } from './list-powers.js';
import { APPLICATION_IN_SIGHT, contentFor, inSightOf } from './sight.js';

/** One application with its clocks, the questions of its review, and every decision with its reasons. */
export class GetApplication extends Query<ApplicationView> {
  constructor(readonly applicationId: string) {
    super();
  }
}

type Row = Required<ApplicationRecord> & {
  resourceName: string;
  sourceKind: string;
  declaration: DeclareResourceBody;
} & Pick<ApplicationView, 'agents'>;

type Siblings = ApplicationView['siblings'];

const WATCHERS: readonly Role[] = ['regulator', 'auditor'];

@QueryHandler(GetApplication)
export class GetApplicationHandler implements IQueryHandler<GetApplication> {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
    private readonly queries: QueryBus,
  ) {}

  async execute({ applicationId }: GetApplication): Promise<ApplicationView> {
    const actor = permit('application.read');
    const now = this.clock.now();
    const [orgId, registers, watches, at] = inSightOf(actor, WATCHERS, now);
    const decides =
      actor.roles.includes('committeeExpert') &&
      (await this.queries.execute(new IsPanelMember(actor.id, applicationId)));
    const row = await this.sql.row<Row>(
      `SELECT a.id, a.version, a.applicant_id AS "applicantId", a.registrar_id AS "registrarId",
         a.resource_id AS "resourceId", r.declaration->>'name' AS "resourceName", a.regime, a.type, a.state,
         a.submitted_at AS "submittedAt", a.certificate_number AS "certificateNumber", a.rule_pack AS "rulePack",
         a.group_id AS "groupId", a.objection_id AS "objectionId",
         a.content, a.flags,
         a.similar_data AS "similarData", a.accept_due AS "acceptDue", a.correction, a.accepted_at AS "acceptedAt",
         a.deemed_accepted AS "deemedAccepted", a.review_due AS "reviewDue", a.extended_days AS "extendedDays",
         a.pauses, a.missed, a.reviewer_id AS "reviewerId", a.supplement, a.checklist, a.remarks,
         a.referral, a.resolution, a.waiver,
         a.published_at AS "publishedAt", a.notice_ends_at AS "noticeEndsAt", a.objections, a.decisions,
         a.counterparty_id AS "counterpartyId", a.joined, a.joint,
         (SELECT coalesce(jsonb_agg(x || jsonb_build_object('agentName', o.name)), '[]') FROM jsonb_array_elements(a.agents) x
            JOIN parties.organisation o ON o.id = x->>'agentId') AS agents,
         a.valid_from AS "validFrom", a.valid_to AS "validTo", a.evidence, a.evidence_hash AS "evidenceHash",
         r.declaration->>'sourceKind' AS "sourceKind", r.declaration
       FROM registration.application a JOIN registration.data_resource r ON r.id = a.resource_id
       WHERE ${APPLICATION_IN_SIGHT} AND a.id = $5`,
      [orgId, registers, watches || decides, at, applicationId],
    );
    if (!row) throw new Refusal('not-found', { kind: 'application', id: applicationId });
    const siblings = row.groupId === null ? [] : await this.siblingsOf(row, [orgId, registers, watches, at]);
    const represents = isPermitted(actor, 'authority.use');
    const powers = represents ? await this.queries.execute(new ListPowers(orgId, applicationId, now)) : [];
    return this.withUpgrade(toView(row, siblings, powers, actor, now), row.content.upgradeOf);
  }

  private siblingsOf({ groupId, id }: Row, sight: readonly unknown[]): Promise<Siblings> {
    return this.sql.rows<Siblings[number]>(
      `SELECT a.id, a.version, a.regime, a.state, a.certificate_number AS "certificateNumber"
       FROM registration.application a WHERE ${APPLICATION_IN_SIGHT} AND a.group_id = $5 AND a.id <> $6 ORDER BY a.id`,
      [...sight, groupId, id],
    );
  }

  /** Marks the questions that the body which issued the upgraded certificate has examined. */
  private async withUpgrade(view: ApplicationView, upgradeOf: string | undefined): Promise<ApplicationView> {
    const upgrade = upgradeOf && (await orNull(this.queries.execute(new GetForeignCertificate(upgradeOf))));
    if (!upgrade || !upgrade.verification) return view;
    const { id: foreignCertificateId, number } = upgrade;
    const { reviewItems, checked: reason } = upgrade.verification;
    const checklist = view.checklist.map((item) =>
      reviewItems.includes(item.code) ? { ...item, takenOver: { foreignCertificateId, number, reason } } : item,
    );
    return { ...view, checklist };
  }
}

function toView(row: Row, siblings: Siblings, powers: readonly Power[], actor: Actor, now: Date): ApplicationView {
  const {
    declaration,
    acceptDue: _acceptDue,
    acceptedAt: _acceptedAt,
    reviewDue: _reviewDue,
    publishedAt: _publishedAt,
    noticeEndsAt: _noticeEndsAt,
    pauses: _pauses,
    missed: _missed,
    extendedDays: _extendedDays,
    counterpartyId,
    joined,
    joint: _joint,
    checklist,
    decisions,
    evidence,
    evidenceHash,
    sourceKind,
    validFrom,
    validTo,
    submittedAt,
    ...plain
  } = row;
  const pack = packOf(row.rulePack);
  const { state, correction, supplement, flags, remarks, objections, referral, resolution, similarData } = row;
  const ofRegistrar = actor.orgId === row.registrarId || actor.roles.some((role) => WATCHERS.includes(role));
  return {
    ...plain,
    siblings,
    content: contentFor(actor, row.content),
    state,
    submittedAt: iso(submittedAt),
    validFrom: iso(validFrom),
    validTo: iso(validTo),
    actions: actionsFor(row, actor, powers),
    findings: findingsOf(pack, row.type, row.content, declaration, wasPartlyUpheld(row)),
    obligations: obligationsOf(resolution, now),
    flags: ofRegistrar ? [...flags] : [],
    similarData: ofRegistrar ? [...similarData] : [],
    remarks: [...remarks],
    objections: [...objections],
    counterparty: counterpartyId === null ? null : { organisationId: counterpartyId, joined },
    parties: partiesOf(row),
    referral: referral && { ...referral, triggers: [...referral.triggers] },
    resolution: resolution && {
      ...resolution,
      triggers: [...resolution.triggers],
      conditions: [...resolution.conditions],
    },
    correction: correction && { ...correction, items: [...correction.items] },
    supplement: supplement && { ...supplement, items: [...supplement.items] },
    clocks: clocksOf(row, now),
    checklist: questionsFor(pack, sourceKind).map(({ id: code, question }) => {
      const answer = checklist?.find((item) => item.code === code);
      return { code, question, ok: answer?.ok ?? null, note: answer?.note ?? '', takenOver: null };
    }),
    decisions: decisions.map((decision) => ({
      ...decision,
      ground: packOf(decision.rulePack).grounds.find(({ code }) => code === decision.groundCode)?.text ?? null,
    })),
    evidence: evidence === null ? null : { hash: evidenceHash!, document: evidence },
  };
}

function clocksOf(row: Row, now: Date): ApplicationView['clocks'] {
  const { submittedAt, acceptDue, acceptedAt, reviewDue, publishedAt, noticeEndsAt, pauses, missed, extendedDays } =
    row;
  const paused = pauses.find(({ to }) => to === null) ?? null;
  const acceptance = clock(submittedAt, acceptDue, now);
  const review = clock(acceptedAt, reviewDue, paused ? new Date(paused.from) : now);
  return {
    acceptance: acceptance && { ...acceptance, overdue: missed.includes(acceptance.due) },
    review: review && {
      ...review,
      paused: paused !== null,
      pausedBecause: paused?.because ?? null,
      pausedSince: paused?.from ?? null,
      overdue: missed.includes(review.due),
      extendedDays,
      pauses: [...pauses],
    },
    notice: clock(publishedAt, noticeEndsAt, now),
  };
}

const partiesOf = ({ applicantId, counterpartyId, joined, joint }: Row): ApplicationView['parties'] => [
  { organisationId: applicantId, role: 'APPLICANT', joined: null },
  ...joint.map((one) => ({ ...one, role: 'JOINT_APPLICANT' as const })),
  ...(counterpartyId === null ? [] : [{ organisationId: counterpartyId, role: 'TRANSFEREE' as const, joined }]),
];

const wasPartlyUpheld = ({ decisions }: Row) => decisions.some(({ action }) => action === 'upholdObjectionPartly');

/** What the committee's conditions oblige the holder to. */
function obligationsOf(resolution: Row['resolution'], now: Date) {
  const conditions = resolution?.opinion === 'PASS_WITH_CONDITIONS' ? resolution.conditions : [];
  return conditions.map(({ text, dueAt }) => ({ text, dueAt, overdue: now > new Date(dueAt) }));
}

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

/** `at`: now, or since when the clock stands still. */
const clock = (from: Date | null, due: Date | null, at: Date) =>
  from &&
  due && {
    startedAt: from.toISOString(),
    due: due.toISOString(),
    provisional: isProvisional(from, due),
    remainingWorkingDays: at < due ? workingDaysBetween(at, due) : 0,
  };

/** What the machine allows now and is this reader's to do. */
function actionsFor(row: Row, actor: Actor, powers: readonly Power[]): string[] {
  const { state, applicantId, registrarId, reviewerId, checklist, waiver } = row;
  const may = actionsOfAgent(row, powers);
  if (actor.orgId === applicantId && actor.roles.includes('holder')) may.push(...actsOf.applicant);
  const own = coApplicantsOf(row).find(({ organisationId }) => organisationId === actor.orgId);
  if (own && actor.roles.includes('holder')) may.push(...(own.joined ? (['withdraw'] as const) : actsOf.counterparty));
  if (actor.orgId === registrarId) {
    const approver = actor.roles.includes('registrarApprover');
    if (approver || actor.roles.includes('registrarOfficer')) may.push(...actsOf.officer);
    if (approver) may.push(...actsOf.approver);
  }
  const reviews = actor.id === reviewerId;
  const bySecond = ['approve', 'returnReview'] as const;
  const barred: ApplicationAction[] = [
    ...(reviews
      ? (['takeOverReview'] as const)
      : (['extendReview', 'requestSupplement', 'refer', 'proposeWaiver', 'passReview'] as const)),
    ...(reviews || checklist === null ? bySecond : []),
  ];
  const open = applicationMachine.actions(state).filter((action) => may.includes(action) && !barred.includes(action));
  return waiver && open.includes('approve') ? [...open, 'approveWithoutNotice'] : open;
}
