import { z } from 'zod';
import { applicationTypes } from './particulars.js';
import { unique } from './registration.js';
import { id, Instant, PageQuery, rule, Sha256, text } from './schema.js';

export const authorityStates = ['PROPOSED', 'ACTIVE', 'DECLINED', 'REVOKED', 'RENOUNCED', 'EXPIRED'] as const;

/**
 * What a principal may have done for it. ANSWER: corrections and supplements; JOIN: applying together with another; OBJECT: filing an objection
 * and all that the objector does in it; ANSWER_OBJECTION: what a registrant does in an objection to its own registration; REQUEST_RECORD: asking for
 * a record and getting it. What is missing here (declaring data, granting authority, consenting) only the principal itself does.
 */
export const authorityActs = [
  'FILE',
  'REVISE',
  'SUBMIT',
  'ANSWER',
  'WITHDRAW',
  'JOIN',
  'OBJECT',
  'ANSWER_OBJECTION',
  'REQUEST_RECORD',
] as const;
export type AuthorityAct = (typeof authorityActs)[number];
export const authorityActNames: Readonly<Record<AuthorityAct, { zh: string; en: string }>> = {
  FILE: { zh: '提出申请', en: 'file' },
  REVISE: { zh: '修改草稿', en: 'revise a draft' },
  SUBMIT: { zh: '提交', en: 'submit' },
  ANSWER: { zh: '补正与补充材料', en: 'answer corrections and supplements' },
  WITHDRAW: { zh: '撤回申请', en: 'withdraw an application' },
  JOIN: { zh: '加入共同申请', en: 'join an application' },
  OBJECT: { zh: '提出异议及后续办理', en: 'object and pursue it' },
  ANSWER_OBJECTION: { zh: '答复对本方登记的异议', en: 'answer objections to the principal’s own registration' },
  REQUEST_RECORD: { zh: '申请查阅复制', en: 'ask for a record' },
};

/** These are no acts in an application of the principal: no type of registration limits them. */
export const actsBesideApplications = [
  'OBJECT',
  'ANSWER_OBJECTION',
  'REQUEST_RECORD',
] as const satisfies readonly AuthorityAct[];

/** 委托期限 (PROP): as long as a registration lasts at most. */
export const AUTHORITY_YEARS_MAX = 5;
const LONGEST_MS = AUTHORITY_YEARS_MAX * 366 * 86_400_000;

interface Term {
  readonly validFrom: string;
  readonly validTo: string;
}
const length = ({ validFrom, validTo }: Term) => Date.parse(validTo) - Date.parse(validFrom);
const besides: readonly AuthorityAct[] = actsBesideApplications;

/** 授权委托书: whom, for what, how long, and the sealed letter that says so. It cannot be passed on (不得转委托). */
export const GrantAuthorityBody = z
  .strictObject({
    agentId: id('org'),
    acts: z
      .array(z.enum(authorityActs))
      .min(1)
      .max(authorityActs.length)
      .check(unique<string>((act) => act)),
    types: z
      .array(z.enum(applicationTypes))
      .max(applicationTypes.length)
      .check(unique<string>((type) => type))
      .default([]),
    resourceIds: z
      .array(id('res'))
      .min(1)
      .max(100)
      .check(unique<string>((one) => one))
      .optional()
      .describe('The data that it is limited to; absent: all'),
    validFrom: Instant,
    validTo: Instant,
    letter: z.strictObject({
      fileId: id('file'),
      sha256: Sha256.optional().describe('What the file must hash to'),
      seal: z.strictObject({ by: text(200), hash: Sha256 }).optional(),
    }),
  })
  .check(
    rule<Term>((term) => length(term) > 0, '截止时间须晚于起始时间', 'must end after it begins'),
    rule<Term>(
      (term) => length(term) <= LONGEST_MS,
      `期限最长 ${AUTHORITY_YEARS_MAX} 年`,
      `at most ${AUTHORITY_YEARS_MAX} years`,
    ),
    rule<{ acts: readonly AuthorityAct[]; types: readonly string[] }>(
      ({ acts, types }) => types.length > 0 || acts.every((act) => besides.includes(act)),
      '代理登记申请须列明登记类型',
      'name the types of registration that it is for',
    ),
  )
  .meta({ id: 'GrantAuthority' });
export type GrantAuthorityBody = z.infer<typeof GrantAuthorityBody>;

export const EndAuthorityBody = z.strictObject({ reason: text(400, { multiline: true }) }).meta({ id: 'EndAuthority' });
export type EndAuthorityBody = z.infer<typeof EndAuthorityBody>;

const By = z.object({ by: z.string(), at: Instant });

export const AuthorityView = z
  .object({
    id: id('aut'),
    version: z.number().int(),
    principalId: id('org'),
    principalName: z.string(),
    agentId: id('org'),
    agentName: z.string(),
    acts: z.array(z.enum(authorityActs)),
    types: z.array(z.enum(applicationTypes)),
    resourceIds: z.array(z.string()).nullable(),
    validFrom: Instant,
    validTo: Instant,
    letter: z.object({
      fileId: z.string(),
      sha256: Sha256,
      seal: z.object({ by: z.string(), hash: Sha256 }).optional(),
    }),
    state: z.enum(authorityStates),
    granted: By,
    answered: By.nullable(),
    /** How it ended before its time, and why; `by` system: its time was over. */
    ended: By.extend({ reason: z.string() }).nullable(),
    /** The agent may act at this moment. */
    inForce: z.boolean(),
    /** Until it ends; 0 when it has. */
    remainingSeconds: z.number().int(),
    /** What this reader may do now. */
    actions: z.array(z.string()),
  })
  .meta({ id: 'Authority' });
export type AuthorityView = z.infer<typeof AuthorityView>;

/** `as`: those that the reader's organisation gave, or got. */
export const AuthorityQuery = PageQuery.extend({
  state: z.enum(authorityStates).optional(),
  as: z.enum(['PRINCIPAL', 'AGENT']).optional(),
});
export type AuthorityQuery = z.infer<typeof AuthorityQuery>;

/** Who acted for whom in an application, and by what authority. `letter`: SHA-256 of the letter of authority. */
export const Agency = z
  .object({ authorityId: id('aut'), agentId: id('org'), principalId: id('org'), letter: Sha256 })
  .meta({ id: 'Agency' });
export type Agency = z.infer<typeof Agency>;
