import { z } from 'zod';
import { Instant, LegalDate, PageQuery, Sha256, text } from './schema.js';

export const rulePackStates = ['PROPOSED', 'REVIEWED', 'REJECTED', 'PUBLISHED', 'WITHDRAWN'] as const;

const Texts = z.object({ zh: z.string(), en: z.string() });
const longText = text(2000, { multiline: true });

/** `pack` is one of the schema that `/v1/rule-packs/schema` gives; what is wrong in it is told with its place. */
export const ProposeRulePackBody = z
  .strictObject({
    pack: z
      .record(z.string(), z.unknown())
      .meta({ description: 'A rule pack as /v1/rule-packs/schema describes it, at most 256 KiB' }),
    reason: longText,
  })
  .meta({ id: 'ProposeRulePack' });
export type ProposeRulePackBody = z.infer<typeof ProposeRulePackBody>;

export const RulePackOpinionBody = z.strictObject({ text: longText }).meta({ id: 'RulePackOpinion' });
export type RulePackOpinionBody = z.infer<typeof RulePackOpinionBody>;

/** One version of a regime, as everybody may read it. `inForce`: something that begins today begins under it. */
export const RulePackSummary = z
  .object({
    id: z.string(),
    version: z.string(),
    name: Texts,
    jurisdiction: z.string(),
    regime: z.string(),
    status: z.enum(['IN_FORCE', 'DRAFT', 'LAPSED']),
    effectiveFrom: LegalDate.nullable(),
    effectiveTo: LegalDate.nullable(),
    inForce: z.boolean(),
    /** Null for a version that came with the program. */
    publishedAt: Instant.nullable(),
  })
  .meta({ id: 'RulePackSummary' });
export type RulePackSummary = z.infer<typeof RulePackSummary>;

export const DifferenceQuery = z.object({
  /** Without it, the version before. */
  against: z
    .string()
    .regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}$/, { error: 'a version such as 1.0.0' })
    .optional(),
});
export type DifferenceQuery = z.infer<typeof DifferenceQuery>;

export const RulePackChange = z
  .object({
    pointer: z.string(),
    kind: z.enum(['ADDED', 'REMOVED', 'CHANGED']),
    before: z.unknown().optional(),
    after: z.unknown().optional(),
  })
  .meta({ id: 'RulePackChange' });

/**
 * What differs, by JSON Pointer: into the earlier version for what was removed, otherwise into the later one. `from` null: there is no
 * version before.
 */
export const RulePackDifference = z
  .object({ from: z.string().nullable(), to: z.string(), changes: z.array(RulePackChange) })
  .meta({ id: 'RulePackDifference' });
export type RulePackDifference = z.infer<typeof RulePackDifference>;

const Opinion = z.object({ by: z.string(), at: Instant, text: z.string() });

export const RulePackProposalSummary = z
  .object({
    id: z.string(),
    version: z.int(),
    packId: z.string(),
    packVersion: z.string(),
    effectiveFrom: LegalDate.nullable(),
    organisationId: z.string(),
    proposal: Opinion,
    review: Opinion.nullable(),
    ending: Opinion.nullable(),
    state: z.enum(rulePackStates),
    actions: z.array(z.string()),
  })
  .meta({ id: 'RulePackProposalSummary' });
export type RulePackProposalSummary = z.infer<typeof RulePackProposalSummary>;

/** `comparedWith`: the newest version published before it, null for a new regime; `changes` is what differs from that. */
export const RulePackProposalView = RulePackProposalSummary.extend({
  document: z.record(z.string(), z.unknown()),
  documentSha256: Sha256,
  comparedWith: z.string().nullable(),
  changes: z.array(RulePackChange),
}).meta({ id: 'RulePackProposal' });
export type RulePackProposalView = z.infer<typeof RulePackProposalView>;

export const RulePackProposalsQuery = PageQuery.extend({
  packId: z.string().max(40).optional(),
  state: z.enum(rulePackStates).optional(),
});
export type RulePackProposalsQuery = z.infer<typeof RulePackProposalsQuery>;
