import { z } from 'zod';
import { id, Instant, LegalDate, rule, Sha256, text } from './schema.js';

/** Text with the limit that a form counts in characters (code points), not in UTF-16 units. */
const characters = (max: number, options: { min?: number; multiline?: boolean } = {}) =>
  text(2 * max, options)
    .check(rule<string>((s) => Array.from(s).length <= max, `不得超过 ${max} 个字`, `at most ${max} characters`))
    .meta({ maxLength: max });

/** No two items with the same key. */
export const unique = <T>(key: (item: T) => unknown) =>
  rule<T[]>((items) => new Set(items.map(key)).size === items.length, '有重复项', 'an item stands there twice');

export const rightKinds = ['HOLD', 'USE', 'OPERATE'] as const;
export const sourceKinds = ['COLLECTED', 'CRAWLED_PUBLIC', 'CONTRACT', 'DERIVED'] as const;
export const regionLevels = ['INTERNATIONAL', 'NATIONAL', 'PROVINCE', 'CITY', 'COUNTY', 'BELOW_COUNTY'] as const;
export const updateFrequencies = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY', 'ON_DEMAND', 'REAL_TIME', 'OTHER'] as const;
export const mediaKinds = ['IMAGE', 'TEXT', 'VIDEO', 'AUDIO', 'TABLE', 'OTHER'] as const;
export const structures = ['STRUCTURED', 'SEMI_STRUCTURED', 'UNSTRUCTURED'] as const;
export const grades = ['CORE', 'IMPORTANT', 'GENERAL_1', 'GENERAL_2', 'GENERAL_3', 'GENERAL_4'] as const;
export const personalInfoKinds = ['NONE', 'ANONYMISED', 'PI', 'SENSITIVE'] as const;

/** What a holder says of its data; the fields of N1 annex 1. */
export const DeclareResourceBody = z
  .strictObject({
    name: characters(40),
    abstract: characters(400, { multiline: true }),
    /** GB/T 4754: letter of the section, name of the division. */
    industry: z.strictObject({
      section: z.string().regex(/^[A-T]$/, { error: 'a letter from A to T' }),
      text: text(80),
    }),
    sourceKind: z.enum(sourceKinds),
    /** A row of the rule pack's table of rights, for example SELF_GENERATED. */
    rightsSituation: text(40),
    regionLevel: z.enum(regionLevels),
    regionText: text(80),
    timeFrom: LegalDate,
    timeTo: LegalDate,
    updateFrequency: z.enum(updateFrequencies),
    form: z.strictObject({
      media: z
        .array(z.enum(mediaKinds))
        .min(1)
        .check(unique((medium) => medium)),
      structure: z.enum(structures),
    }),
    grade: z.enum(grades),
    personalInfo: z.enum(personalInfoKinds),
    isPublicData: z.boolean(),
    isGovernmentDutyData: z.boolean(),
    /** 限制范围; 无 when there is none. */
    restriction: characters(400, { multiline: true }),
    fileId: id('file'),
  })
  .check(
    z.refine<{ timeFrom: string; timeTo: string }>(({ timeFrom, timeTo }) => timeFrom <= timeTo, {
      path: ['timeTo'],
      params: { zh: '截止日期不得早于起始日期', en: 'must not be before timeFrom' },
      error: 'must not be before timeFrom',
    }),
  )
  .meta({ id: 'DeclareResource' });
export type DeclareResourceBody = z.infer<typeof DeclareResourceBody>;

const Share = z
  .string()
  .regex(/^(0\.\d{4}|1\.0000)$/)
  .meta({ description: 'A share with four decimals', examples: ['0.0125'] });

/** What the file itself says. `min`, `max`: as text, at most 64 characters; null for nested values and empty columns. */
export const QualityReport = z
  .object({
    format: z.enum(['CSV', 'JSON', 'PARQUET']),
    bytes: z.number().int(),
    sha256: Sha256,
    rows: z.number().int(),
    columns: z.array(
      z.object({
        name: z.string(),
        type: z.string(),
        nullShare: Share,
        min: z.string().nullable(),
        max: z.string().nullable(),
        /** Different values, estimated (HyperLogLog). */
        distinct: z.number().int(),
      }),
    ),
    /** Rows that repeat an earlier one, exactly counted. */
    duplicateRows: z.number().int(),
    /** Share of the cells that are not null. */
    completeness: Share,
    profiler: z.string(),
  })
  .meta({ id: 'QualityReport' });
export type QualityReport = z.infer<typeof QualityReport>;

export const ResourceView = DeclareResourceBody.extend({
  id: id('res'),
  version: z.number().int(),
  holderId: id('org'),
  sha256: Sha256,
  rows: z.number().int(),
  bytes: z.number().int(),
  declaredAt: Instant,
  report: QualityReport,
}).meta({ id: 'Resource' });
export type ResourceView = z.infer<typeof ResourceView>;

// `omit` refuses a schema with checks; a summary repeats what was checked when it was declared.
const { report: _, ...summary } = ResourceView.shape;
export const ResourceSummary = z.object(summary).meta({ id: 'ResourceSummary' });
export type ResourceSummary = z.infer<typeof ResourceSummary>;

export const OpenRegistrarBody = z
  .strictObject({
    organisationId: id('org'),
    name: text(120),
    /** GB/T 2260, the first two digits. */
    regionCode2: z.string().regex(/^\d{2}$/, { error: 'two digits' }),
    digit: z.string().regex(/^\d$/, { error: 'one digit' }),
  })
  .meta({ id: 'OpenRegistrar' });
export type OpenRegistrarBody = z.infer<typeof OpenRegistrarBody>;

export const registrarStates = [
  'CANDIDATE',
  'RECOMMENDED',
  'CATALOGUED',
  'PUBLISHING_SUSPENDED',
  'REMOVED',
  'EXIT_NOTICED',
  'EXIT_APPROVED',
  'EXITED',
] as const;
export type RegistrarState = (typeof registrarStates)[number];

/** In the catalogue, with all duties; suspended or not. */
export const SERVING: readonly RegistrarState[] = [
  'CATALOGUED',
  'PUBLISHING_SUSPENDED',
  'EXIT_NOTICED',
  'EXIT_APPROVED',
];
/** Applications may be filed; from the approval of an exit on, no more. */
export const TAKES_APPLICATIONS: readonly RegistrarState[] = ['CATALOGUED', 'PUBLISHING_SUSPENDED', 'EXIT_NOTICED'];
/** Suspended, removed or gone: nothing is published and nothing registered (N1 §38). */
export const MAY_PUBLISH: readonly RegistrarState[] = ['CATALOGUED', 'EXIT_NOTICED', 'EXIT_APPROVED'];

export const RegistrarView = z
  .object({
    id: id('reg'),
    version: z.number().int(),
    organisationId: id('org'),
    name: z.string(),
    regionCode2: z.string(),
    digit: z.string(),
    state: z.enum(registrarStates),
  })
  .meta({ id: 'Registrar' });
export type RegistrarView = z.infer<typeof RegistrarView>;
