import { z } from 'zod';
import { ApplicationContent, SimilarData } from './application.js';
import { Findings } from './findings.js';
import { grades, personalInfoKinds, sourceKinds } from './registration.js';
import { id, rule, text } from './schema.js';
import { alsoUnder, otherRegimes } from './several.js';

/** What the data would be declared as, before there is any. */
const Intended = z.strictObject({
  /** A row of the rule pack's table of rights, for example SELF_GENERATED. */
  rightsSituation: text(40),
  sourceKind: z.enum(sourceKinds),
  personalInfo: z.enum(personalInfoKinds).default('NONE'),
  grade: z.enum(grades).default('GENERAL_4'),
  isPublicData: z.boolean().default(false),
  isGovernmentDutyData: z.boolean().default(false),
});

const { resourceId: _, ...content } = ApplicationContent.shape;

/** A filing that is only looked at (预检): of data that is declared, or of data that might be. */
export const PreCheckBody = z
  .strictObject({
    ...content,
    rights: content.rights.default([]),
    scenario: content.scenario.default(''),
    materials: content.materials.default([]),
    validityYears: content.validityYears.default(1),
    regime: text(40),
    onBehalfOf: id('org').optional(),
    alsoUnder,
    resourceId: id('res').optional(),
    declaration: Intended.optional(),
  })
  .check(
    rule<{ resourceId?: string | undefined; declaration?: object | undefined }>(
      (body) => (body.resourceId === undefined) !== (body.declaration === undefined),
      '须填写 resourceId 或 declaration 之一',
      'either resourceId or declaration',
    ),
    otherRegimes,
  )
  .meta({ id: 'PreCheckFiling' });
export type PreCheckBody = z.infer<typeof PreCheckBody>;

const PreChecked = Findings.extend({
  /** Nothing would be refused when it is submitted. */
  ready: z.boolean(),
  /** Exactly what a submission would be refused for. */
  faults: z.array(z.object({ pointer: z.string(), zh: z.string(), en: z.string() })),
});

export const PreCheckView = PreChecked.extend({
  /** Own applications about data like this one. */
  duplicates: z.array(SimilarData),
  /** The same of each further regime, of what its application would take of the filing. */
  alsoUnder: z.array(PreChecked.extend({ regime: z.string() })),
}).meta({ id: 'PreCheck' });
export type PreCheckView = z.infer<typeof PreCheckView>;
