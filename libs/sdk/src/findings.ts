import { z } from 'zod';
import { rightKinds } from './registration.js';

const Both = z.object({ zh: z.string(), en: z.string() });

/** Findings about a filing, with the source of each; nothing is written. */
export const Findings = z.object({
  rulePack: z.string(),
  type: z.string(),
  /** What bars any registration of this data, whatever is supplied. */
  bar: z.object({ groundCode: z.string(), text: Both, source: z.string() }).nullable(),
  /** Every right, claimed or not; empty when the regime has no table of rights. */
  rights: z.array(
    z.object({
      right: z.enum(rightKinds),
      claimed: z.boolean(),
      allowed: z.boolean(),
      verdict: z.enum(['yes', 'no', 'by-contract', 'consent-of-others']),
      text: Both,
      source: z.string(),
    }),
  ),
  /** null: 未公布. */
  materials: z
    .array(z.object({ code: z.string(), name: Both, required: z.boolean(), given: z.boolean(), source: z.string() }))
    .nullable(),
  missingFields: z.array(z.object({ id: z.string(), pointer: z.string(), name: Both, hint: Both, source: z.string() })),
  committee: z.object({
    needed: z.boolean(),
    triggers: z.array(z.object({ code: z.string(), text: Both })),
    source: z.string(),
  }),
  /** How long each step takes; `workingDays` null: 未公布, or set by the registrar. */
  durations: z.array(
    z.object({
      id: z.string(),
      name: Both,
      workingDays: z.number().int().nullable(),
      pausedBy: z.array(z.string()),
      note: Both.nullable(),
      source: z.string(),
    }),
  ),
  /** Acceptance, review and notice one after the other, nothing stopping them; null: 未公布. */
  workingDaysAtMost: z.number().int().nullable(),
});
export type Findings = z.infer<typeof Findings>;
