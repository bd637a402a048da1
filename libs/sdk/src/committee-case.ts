import { z } from 'zod';
import { disciplines, interestKinds } from './committee.js';
import { id, Instant, PageQuery, rule, Sha256, text } from './schema.js';

export const opinions = ['PASS', 'PASS_WITH_CONDITIONS', 'RETURN_FOR_SUPPLEMENT', 'FAIL'] as const;
export type Opinion = (typeof opinions)[number];
export const caseStates = [
  'OPEN',
  'PANEL_DRAWN',
  'RECUSAL_CHECKED',
  'VOTING',
  'TIE',
  'RESOLVED',
  'SEALED',
  'CLOSED',
] as const;

const reason = text(400, { multiline: true });

/** Whether the expert is free of interests in this case; who is not says why and is replaced. */
export const DeclareImpartialityBody = z
  .strictObject({ impartial: z.boolean(), reason: text(400, { min: 0, multiline: true }).default('') })
  .check(rule(({ impartial, reason: why }) => impartial || why !== '', '回避须说明理由', 'a recusal needs its reason'))
  .meta({ id: 'DeclareImpartiality' });
export type DeclareImpartialityBody = z.infer<typeof DeclareImpartialityBody>;

export const RemovePanellistBody = z.strictObject({ expertId: id('exp'), reason }).meta({ id: 'RemovePanellist' });
export type RemovePanellistBody = z.infer<typeof RemovePanellistBody>;

export const Condition = z
  .strictObject({ text: text(400, { multiline: true }), dueAt: Instant })
  .meta({ id: 'Condition' });
export type Condition = z.infer<typeof Condition>;

/** `groundCode`: a ground of refusal of the rule pack, with FAIL only. */
export const VoteBody = z
  .strictObject({
    opinion: z.enum(opinions),
    groundCode: text(20).nullable().default(null),
    reasons: text(2000, { multiline: true }),
    conditions: z.array(Condition).max(10).default([]),
  })
  .check(
    rule(
      ({ opinion, conditions }) => (opinion === 'PASS_WITH_CONDITIONS') === conditions.length > 0,
      '附条件通过须列明条件,其他意见不得附条件',
      'a pass with conditions names them, and no other opinion has any',
    ),
    rule(
      ({ opinion, groundCode }) => opinion === 'FAIL' || groundCode === null,
      '仅不通过的意见可引用不予登记情形',
      'only FAIL has a ground',
    ),
  )
  .meta({ id: 'CommitteeVote' });
export type VoteBody = z.infer<typeof VoteBody>;

/** As it was committed: SHA-256 over the bytes of `salt` (hex) and the canonical JSON of `vote`. */
export const OpenedVote = z.object({
  expertId: z.string(),
  commitment: Sha256,
  salt: Sha256,
  vote: z.object({
    caseId: z.string(),
    ballot: z.number().int(),
    expertId: z.string(),
    opinion: z.enum(opinions),
    groundCode: z.string().nullable(),
    reasons: z.string(),
    conditions: z.array(z.object({ text: z.string(), dueAt: z.string() })),
  }),
});
export type OpenedVote = z.infer<typeof OpenedVote>;

export const Exclusion = z.object({
  expertId: z.string(),
  reason: z.enum([...interestKinds, 'SUSPENDED', 'TERM', 'RECUSED', 'SILENT', 'REMOVED']),
  organisationId: z.string().nullable(),
});
export type Exclusion = z.infer<typeof Exclusion>;
export const Candidate = z.object({ expertId: z.string(), disciplines: z.array(z.enum(disciplines)) });
export type Candidate = z.infer<typeof Candidate>;

/** Everything from which anyone can draw the panel again. */
export const PanelDraw = z
  .object({
    round: z.number().int(),
    candidates: z.array(Candidate),
    exclusions: z.array(Exclusion),
    size: z.number().int(),
    disciplines: z.array(z.enum(disciplines)),
    seed: Sha256,
    origin: z.object({
      eventId: z.string(),
      leafIndex: z.number().int(),
      checkpointSize: z.number().int(),
      root: Sha256,
    }),
    order: z.array(z.string()),
    panel: z.array(z.string()),
  })
  .meta({ id: 'PanelDraw' });
export type PanelDraw = z.infer<typeof PanelDraw>;

const Seat = z.object({
  expertId: z.string(),
  name: z.string().nullable(),
  disciplines: z.array(z.enum(disciplines)),
  answerDue: Instant,
  acceptedAt: Instant.nullable(),
  hasVoted: z.boolean(),
  chair: z.boolean(),
});
const Vacated = z.object({
  expertId: z.string(),
  kind: z.enum(['RECUSED', 'SILENT', 'REMOVED']),
  text: z.string(),
  by: z.string(),
  at: Instant,
  round: z.number().int(),
  replacedBy: z.string().nullable(),
});
export type Vacated = z.infer<typeof Vacated>;

/** What everybody concerned may read once it is sealed; without names. */
export const ResolutionView = z.object({
  opinion: z.enum(opinions),
  groundCode: z.string().nullable(),
  reasons: z.string(),
  conditions: z.array(Condition),
  tally: z.object({
    PASS: z.number().int(),
    PASS_WITH_CONDITIONS: z.number().int(),
    RETURN_FOR_SUPPLEMENT: z.number().int(),
    FAIL: z.number().int(),
  }),
  present: z.number().int(),
  byVeto: z.boolean(),
  byChair: z.boolean(),
  dissent: z.array(z.object({ opinion: z.enum(opinions), reasons: z.string() })),
  resolutionHash: Sha256,
  decidedAt: Instant,
});
export type ResolutionView = z.infer<typeof ResolutionView>;

export const CaseSummary = z
  .object({
    id: id('cas'),
    version: z.number().int(),
    applicationId: z.string(),
    applicantId: z.string(),
    registrarId: z.string(),
    resourceId: z.string(),
    rulePack: z.string(),
    state: z.enum(caseStates),
    openedAt: Instant,
    /** null: 未公布. */
    dueAt: Instant.nullable(),
  })
  .meta({ id: 'CommitteeCaseSummary' });
export type CaseSummary = z.infer<typeof CaseSummary>;

/** `draw`, `seats`, `vacated`, `ballots`: null for readers who may not know the panel (yet). */
export const CaseView = CaseSummary.extend({
  triggers: z.array(z.string()),
  text: z.string(),
  round: z.number().int(),
  ballot: z.number().int(),
  policy: z.object({
    size: z.number().int(),
    quorum: z.string(),
    majorityAbove: z.string(),
    vetoOn: z.string().nullable(),
    opinions: z.array(z.enum(opinions)),
  }),
  /** Why no panel could be drawn, when there are too few who may sit on it. */
  shortage: z.object({ eligible: z.number().int(), needed: z.number().int() }).nullable(),
  draw: PanelDraw.nullable(),
  seats: z.array(Seat).nullable(),
  vacated: z.array(Vacated).nullable(),
  votingEndsAt: Instant.nullable(),
  extended: z.boolean(),
  decideTieBy: Instant.nullable(),
  /** Closed ballots: every vote with its salt, to be compared with its commitment. */
  ballots: z.array(z.array(OpenedVote)).nullable(),
  resolution: ResolutionView.nullable(),
  closedReason: z.string().nullable(),
  actions: z.array(z.string()),
}).meta({ id: 'CommitteeCase' });
export type CaseView = z.infer<typeof CaseView>;
export const CaseQuery = PageQuery.extend({
  state: z.enum(caseStates).optional(),
  applicationId: id('app').optional(),
});
export type CaseQuery = z.infer<typeof CaseQuery>;

/** The resolution with names, and the platform's seal over it (a compact JWS of the same canonical JSON). */
export const SealedResolution = z
  .object({ caseId: z.string(), document: z.string(), resolutionHash: Sha256, jws: z.string() })
  .meta({ id: 'SealedResolution' });
export type SealedResolution = z.infer<typeof SealedResolution>;

export const SealKeys = z.object({ keys: z.array(z.record(z.string(), z.unknown())) }).meta({ id: 'SealKeys' });
export type SealKeys = z.infer<typeof SealKeys>;
