import { z } from 'zod';
import { id, Instant, Money, PageQuery, rule, Sha256, text } from './schema.js';

const Version = z.number().int();
const Organisation = z.string().describe('org_…, or platform for what the platform itself holds');
const Rate = z
  .string()
  .regex(/^(0(\.\d{1,12})?|1(\.0{1,12})?)$/, { error: 'a share of one as a decimal, such as 0.25' })
  .meta({ description: 'A share of one as a decimal string', examples: ['0.25'] });

// Fee schedules

export const ProposeFeeScheduleBody = z
  .strictObject({
    venueId: id('ven'),
    transactionFeeBp: z.number().int().min(0).max(2000).describe('1/10 000 of the gross price'),
    minimum: Money.nullable(),
    cap: Money.nullable(),
    taxRate: Rate.nullable()
      .check(rule((rate) => rate === null || Number(rate) <= 0.2, '税率不得高于 0.2', 'at most 0.2'))
      .describe('The tax inside the price; null: 未公布, not configured'),
    placeholder: z.boolean().describe('The figures are for demonstration and come from no published tariff'),
  })
  .check(
    rule(
      ({ minimum, cap }) => !minimum || !cap || BigInt(minimum.amount) <= BigInt(cap.amount),
      '最低收费高于封顶',
      'the minimum is above the cap',
    ),
  )
  .meta({ id: 'ProposeFeeSchedule' });
export type ProposeFeeScheduleBody = z.infer<typeof ProposeFeeScheduleBody>;

export const feeScheduleStates = ['PROPOSED', 'PUBLISHED', 'SUPERSEDED'] as const;
export const FeeScheduleView = z
  .object({
    id: id('fee'),
    version: Version,
    venueId: z.string(),
    transactionFeeBp: z.number().int(),
    minimum: Money.nullable(),
    cap: Money.nullable(),
    taxRate: Rate.nullable(),
    placeholder: z.boolean(),
    proposedBy: z.string(),
    publishedBy: z.string().nullable(),
    state: z.enum(feeScheduleStates),
    actions: z.array(z.string()),
  })
  .meta({ id: 'FeeSchedule' });
export type FeeScheduleView = z.infer<typeof FeeScheduleView>;
export const FeeSchedulesQuery = PageQuery.extend({
  venueId: id('ven').optional(),
  state: z.enum(feeScheduleStates).optional(),
});
export type FeeSchedulesQuery = z.infer<typeof FeeSchedulesQuery>;

// Distribution schemes

export const participantRoles = ['HOLDER', 'PROCESSOR', 'OPERATOR', 'SOURCE_POOL', 'PUBLIC_FINANCE'] as const;
export const Share = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('PERCENT'), rate: Rate, cap: Money.nullable().default(null) }),
    z.strictObject({
      kind: z.literal('TIER'),
      tiers: z
        .array(z.strictObject({ upTo: Money.nullable(), rate: Rate }))
        .min(1)
        .max(20),
    }),
    z.strictObject({ kind: z.literal('RESIDUAL'), weight: z.number().int().min(1).max(1_000_000_000) }),
  ])
  .meta({ id: 'Share', description: 'Of the distributable amount; residual shares divide what the others leave' });
export const SchemeParticipant = z
  .strictObject({ role: z.enum(participantRoles), organisationId: id('org'), share: Share })
  .meta({ id: 'SchemeParticipant' });
export type SchemeParticipant = z.infer<typeof SchemeParticipant>;

export const ProposeSchemeBody = z
  .strictObject({ name: text(80), participants: z.array(SchemeParticipant).min(1).max(50) })
  .meta({ id: 'ProposeDistributionScheme' });
export type ProposeSchemeBody = z.infer<typeof ProposeSchemeBody>;

/** `typ` of a party's signature under a scheme: a JWS over canonical {schemeId, contentHash, organisationId}. */
export const SCHEME_SIGNATURE_TYP = 'distribution-scheme+jws';
export const SignSchemeBody = z
  .strictObject({
    jws: z
      .string()
      .min(1)
      .max(8192)
      .describe('Compact JWS over {schemeId, contentHash, organisationId}, canonical JSON'),
  })
  .meta({ id: 'SignDistributionScheme' });
export type SignSchemeBody = z.infer<typeof SignSchemeBody>;

export const SchemeView = z
  .object({
    id: id('sch'),
    version: Version,
    sellerId: z.string(),
    name: z.string(),
    participants: z.array(SchemeParticipant),
    steps: z.array(z.record(z.string(), z.unknown())).describe('The lines as the distribution computes them'),
    contentHash: Sha256,
    signedBy: z.array(z.string()),
    state: z.enum(['PROPOSED', 'SIGNED']),
    actions: z.array(z.string()),
  })
  .meta({ id: 'DistributionScheme' });
export type SchemeView = z.infer<typeof SchemeView>;

// Escrow, distribution, payouts

export const OrderQuery = PageQuery.extend({ orderId: id('ord').optional() });
export type OrderQuery = z.infer<typeof OrderQuery>;

export const EscrowView = z
  .object({
    id: id('esc'),
    version: Version,
    orderId: z.string(),
    reference: z.string().describe('What the payer states to the bank'),
    buyerId: z.string(),
    sellerId: z.string(),
    venueId: z.string(),
    due: Money,
    funded: Money,
    released: Money,
    refunded: Money,
    held: Money,
    schemeId: z.string().nullable(),
    feeScheduleId: z.string().nullable(),
    commission: z.object({ mandateId: z.string(), brokerId: z.string(), basisPoints: z.number().int() }).nullable(),
    state: z.enum(['OPENED', 'FUNDED', 'CANCELLED', 'REFUNDED', 'RELEASED']),
    accountId: z.string(),
  })
  .meta({ id: 'Escrow' });
export type EscrowView = z.infer<typeof EscrowView>;

export const DistributionLine = z
  .object({
    id: z.string(),
    role: z.enum(['TAX', 'EXCHANGE', 'BROKER', ...participantRoles]),
    organisationId: z.string(),
    accountCode: z.enum(['2101', '2102', '2103', '2104', '2105', '2106', '2301', '4001']),
    base: Money.nullable(),
    amount: Money,
  })
  .meta({ id: 'DistributionLine' });
export type DistributionLine = z.infer<typeof DistributionLine>;

export const DistributionView = z
  .object({
    id: id('dis'),
    version: Version,
    escrowId: z.string(),
    orderId: z.string(),
    operatorId: z.string(),
    gross: Money,
    distributable: Money,
    lines: z.array(DistributionLine),
    schemeId: z.string().nullable(),
    feeScheduleId: z.string().nullable(),
    approvedBy: z.string().nullable(),
    state: z.enum(['CALCULATED', 'POSTED', 'PAID']),
    actions: z.array(z.string()),
  })
  .meta({ id: 'Distribution' });
export type DistributionView = z.infer<typeof DistributionView>;

export const PayoutView = z
  .object({
    id: id('pay'),
    version: Version,
    payeeId: z.string(),
    amount: Money,
    orderId: z.string().nullable(),
    distributionId: z.string().nullable(),
    reason: z.string().nullable(),
    state: z.enum(['INSTRUCTED', 'SENT', 'CONFIRMED', 'FAILED']),
    actions: z.array(z.string()),
  })
  .meta({ id: 'Payout' });
export type PayoutView = z.infer<typeof PayoutView>;

// Accounts

export const AccountView = z
  .object({
    id: id('acc'),
    version: Version.describe('How many entries it has'),
    code: z.string(),
    name: z.object({ zh: z.string(), en: z.string() }),
    ownerId: Organisation,
    subject: z.string().describe('The order of an escrow account, else empty'),
    currency: z.string(),
    side: z.enum(['D', 'C']).describe('Its normal side: balance and available are positive there'),
    balance: z.string(),
    held: z.string(),
    available: z.string(),
  })
  .meta({ id: 'Account' });
export type AccountView = z.infer<typeof AccountView>;
export const AccountsQuery = PageQuery.extend({
  code: z
    .string()
    .regex(/^\d{4}$/)
    .optional(),
  ownerId: z.string().optional(),
});
export type AccountsQuery = z.infer<typeof AccountsQuery>;

export const EntryView = z
  .object({
    version: Version,
    transferId: z.string(),
    kind: z.string(),
    orderId: z.string().nullable(),
    counterAccountId: z.string(),
    delta: z.string().describe('Minor units; a debit is positive'),
    balanceAfter: z.string(),
  })
  .meta({ id: 'AccountEntry' });
export type EntryView = z.infer<typeof EntryView>;

export const BooksCheck = z
  .object({ ok: z.boolean(), faults: z.array(z.object({ rule: z.string(), subject: z.string(), detail: z.string() })) })
  .meta({ id: 'BooksCheck' });
export type BooksCheck = z.infer<typeof BooksCheck>;

// The bank

export const BankNoticeView = z
  .object({
    id: id('bnt'),
    version: Version,
    bankId: z.string(),
    kind: z.enum(['CREDIT', 'PAID', 'RETURNED']),
    reference: z.string(),
    counterparty: z.string(),
    amount: Money,
    transferId: z.string().nullable(),
    state: z.enum(['MATCHED', 'SUSPENDED', 'SENT_BACK']),
    actions: z.array(z.string()),
  })
  .meta({ id: 'BankNotice' });
export type BankNoticeView = z.infer<typeof BankNoticeView>;

export const ReconciliationItem = z
  .object({ bankId: z.string(), missing: z.enum(['BOOKS', 'BANK']), kind: z.string(), amount: z.string() })
  .meta({ id: 'ReconciliationItem' });
export type ReconciliationItem = z.infer<typeof ReconciliationItem>;

export const ReconciliationView = z
  .object({
    id: id('rec'),
    version: Version,
    at: Instant,
    bankBalance: Money,
    bookBalance: Money,
    difference: z.string().describe('Bank less books, in minor units'),
    items: z.array(ReconciliationItem),
    state: z.enum(['BALANCED', 'OPEN', 'ADOPTED']),
    actions: z.array(z.string()),
  })
  .meta({ id: 'Reconciliation' });
export type ReconciliationView = z.infer<typeof ReconciliationView>;

export const SimulatePaymentBody = z
  .strictObject({
    reference: text(64),
    amount: Money.check(rule<Money>(({ amount }) => amount !== '0', '金额须大于零', 'must be more than nothing')),
    payer: id('org'),
  })
  .meta({ id: 'SimulatePayment' });
export type SimulatePaymentBody = z.infer<typeof SimulatePaymentBody>;

export const BankBehaviour = z
  .strictObject({
    delayMs: z
      .number()
      .int()
      .min(0)
      .max(366 * 86_400_000)
      .describe('How late notices are sent'),
    copies: z.number().int().min(1).max(5).describe('How often each notice is sent'),
    reversed: z.boolean().describe('The newest notice first'),
    silent: z.boolean().describe('Notices are never sent; only the statement tells'),
    refusePayouts: z.boolean().describe('Payments out come back'),
  })
  .meta({ id: 'BankBehaviour' });
export type BankBehaviour = z.infer<typeof BankBehaviour>;
