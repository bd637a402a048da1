import { z } from 'zod';
import { roles, type Role } from './permissions.js';
import { id, Instant, PageQuery, rule, Sha256, text } from './schema.js';

/** Kinds of organisation: 企业、事业单位、政务机构、社会组织、境外机构. */
export const organisationKinds = ['ENTERPRISE', 'PUBLIC_INSTITUTION', 'GOVERNMENT', 'SOCIAL', 'FOREIGN'] as const;

const Uscc = z
  .string()
  .max(18)
  .meta({
    description: 'Unified social credit code (统一社会信用代码), GB 32100-2015, with its check character',
    examples: ['91440101DEM0000018'],
  });
const RegionCode = z
  .string()
  .regex(/^\d{6}$/, { error: 'six digits (GB/T 2260)' })
  .meta({ description: 'Administrative division, GB/T 2260', examples: ['440100'] });

export const RegisterOrganisationBody = z
  .strictObject({ uscc: Uscc, name: text(120), kind: z.enum(organisationKinds), regionCode: RegionCode })
  .meta({ id: 'RegisterOrganisation' });
export type RegisterOrganisationBody = z.infer<typeof RegisterOrganisationBody>;

export const OrganisationView = z
  .object({
    id: id('org'),
    version: z.number().int(),
    uscc: Uscc,
    name: z.string(),
    kind: z.enum(organisationKinds),
    regionCode: RegionCode,
    status: z.enum(['ACTIVE', 'SUSPENDED']),
  })
  .meta({ id: 'Organisation' });
export type OrganisationView = z.infer<typeof OrganisationView>;

const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/, { error: '32 bytes in base64url' });
/** `kid`, `alg` and `use` may stand there, and are not believed: they follow from the key. A private member is refused. */
const told = { kid: z.exactOptional(z.string()), alg: z.exactOptional(z.string()), use: z.exactOptional(z.string()) };
const P256 = z.strictObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: coordinate, y: coordinate, ...told });
const Ed25519 = z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: coordinate, ...told });
export const GivenJwk = z.discriminatedUnion('kty', [P256, Ed25519]).meta({ id: 'GivenJwk' });
export type GivenJwk = z.infer<typeof GivenJwk>;

export const keyUses = ['sig', 'enc'] as const;
export type KeyUse = (typeof keyUses)[number];

/** `typ` of the proof that somebody holds the private half: a compact JWS by the key over {organisationId, thumbprint}. */
export const KEY_PROOF_TYP = 'key-proof+jws';

export const AddOrganisationKeyBody = z
  .strictObject({ jwk: GivenJwk, use: z.enum(keyUses), proof: z.string().max(4096).optional() })
  .check(
    rule<{ use: KeyUse; jwk: GivenJwk }>(
      ({ use, jwk }) => use === 'sig' || jwk.crv === 'P-256',
      '加密密钥须为 P-256',
      'an encryption key must be P-256',
    ),
  )
  .meta({
    id: 'AddOrganisationKey',
    description: `For a signing key, \`proof\` is a JWS by it, typ ${KEY_PROOF_TYP}, over canonical {organisationId, thumbprint}.`,
  });
export type AddOrganisationKeyBody = z.infer<typeof AddOrganisationKeyBody>;

/** A public key of an organisation as published: `kid` is its thumbprint (RFC 7638). */
export const OrganisationJwk = z
  .object({
    kid: z.string(),
    kty: z.string(),
    crv: z.string(),
    x: z.string(),
    y: z.exactOptional(z.string()),
    alg: z.string(),
    use: z.enum(keyUses),
  })
  .meta({ id: 'OrganisationJwk' });
export type OrganisationJwk = z.infer<typeof OrganisationJwk>;

export const OrganisationJwks = z.object({ keys: z.array(OrganisationJwk) }).meta({ id: 'OrganisationJwks' });
export type OrganisationJwks = z.infer<typeof OrganisationJwks>;

const traderRoles: readonly Role[] = ['holder', 'buyer', 'broker'];
const watcherRoles: readonly Role[] = ['regulator', 'auditor'];
const has = (given: readonly Role[], some: readonly Role[]) => given.some((role) => some.includes(role));

const grantableRoles = roles.filter((role) => role !== 'system');
const PersonRoles = z
  .array(z.enum(grantableRoles))
  .min(1)
  .check(
    rule<Role[]>((given) => new Set(given).size === given.length, '角色重复', 'a role is given twice'),
    rule<Role[]>(
      (given) => !(given.includes('exchangeOfficer') && has(given, traderRoles)),
      '交易所职能与数商职能须分离',
      'the function of an exchange and of a merchant are separate (SOD-3)',
    ),
    rule<Role[]>(
      (given) => !given.includes('authorityOfficer') || given.length === 1,
      '数据管理部门账号不得兼任其他角色',
      'officers of the data authority hold no other role',
    ),
    rule<Role[]>(
      (given) => !has(given, watcherRoles) || given.every((role) => watcherRoles.includes(role)),
      '监管和审计账号只读,不得兼任其他角色',
      'regulators and auditors only read and hold no other role (SOD-8)',
    ),
    rule<Role[]>(
      (given) => !given.includes('committeeExpert') || given.length === 1,
      '合规委员会专家须独立,不得兼任其他角色',
      'an expert of the committee is independent and holds no other role (SOD-6)',
    ),
  );

/** OWASP ASVS 5.0, 6.2: at least 8 (we ask 12) and room for 64 and more; no rules about character classes. */
export const Password = z.string().min(12).max(256);
const Login = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{2,63}$/, { error: '3–64 lower-case letters, digits, dots, hyphens and underscores' });

export const AddPersonBody = z
  .strictObject({
    organisationId: id('org'),
    login: Login,
    displayName: text(80),
    password: Password,
    roles: PersonRoles,
  })
  .meta({ id: 'AddPerson' });
export type AddPersonBody = z.infer<typeof AddPersonBody>;

/** One's own: the old one proves that it is not somebody who found the screen unlocked. */
export const ChangePasswordBody = z
  .strictObject({ oldPassword: z.string().min(1).max(256), newPassword: Password })
  .meta({ id: 'ChangePassword' });
export type ChangePasswordBody = z.infer<typeof ChangePasswordBody>;

/** Somebody else's: it opens one sign-in, at which the person chooses another. */
export const SetPasswordBody = z.strictObject({ password: Password }).meta({ id: 'SetPassword' });
export type SetPasswordBody = z.infer<typeof SetPasswordBody>;

export const PersonView = z
  .object({
    id: id('per'),
    version: z.number().int(),
    organisationId: z.string(),
    login: z.string(),
    displayName: z.string(),
    roles: z.array(z.enum(roles)),
    status: z.enum(['ACTIVE', 'DEACTIVATED']),
    lastSignInAt: Instant.nullable(),
  })
  .meta({ id: 'Person' });
export type PersonView = z.infer<typeof PersonView>;

/** The things in which people act, by the prefix of their ids. */
// prettier-ignore
export const peopledThings = [
  'act', 'app', 'aut', 'cas', 'ers', 'exp', 'fct', 'fee', 'obj', 'obl', 'reg', 'rpk', 'rrq', 'stf', 'tri',
] as const;
export const NamesQuery = z.object({
  of: z.string().regex(new RegExp(`^(${peopledThings.join('|')})_[0-9a-f]{32}$`), {
    error: 'the id of a thing in which people act',
  }),
});
export type NamesQuery = z.infer<typeof NamesQuery>;

/** By the id of each person or expert who is known and whose id stands in the thing as the reader sees it. */
export const NamesOfPeople = z.object({ names: z.record(z.string(), z.string()) }).meta({ id: 'NamesOfPeople' });
export type NamesOfPeople = z.infer<typeof NamesOfPeople>;

/** Decisions of officers are made by people: a machine trades or watches. */
export const clientRoles = [
  'holder',
  'buyer',
  'broker',
  'feedReader',
  'regulator',
  'auditor',
] as const satisfies readonly Role[];

export const AddClientBody = z
  .strictObject({
    name: text(80),
    jwks: z.strictObject({ keys: z.array(GivenJwk).min(1).max(5) }),
    roles: z.array(z.enum(clientRoles)).min(1),
  })
  .meta({ id: 'AddClient', description: 'A machine client: it signs in with private_key_jwt (RFC 7523)' });
export type AddClientBody = z.infer<typeof AddClientBody>;

export const memberRoles = ['SELLER', 'BUYER', 'BROKER', 'SERVICE_PROVIDER'] as const;
export type MemberRole = (typeof memberRoles)[number];
export const membershipStates = ['SUBMITTED', 'APPROVED', 'REJECTED', 'SUSPENDED', 'WITHDRAWN'] as const;

export const ApplyForMembershipBody = z
  .strictObject({
    venueId: id('ven'),
    roles: z
      .array(z.enum(memberRoles))
      .min(1)
      .check(rule<MemberRole[]>((given) => new Set(given).size === given.length, '角色重复', 'a role is given twice')),
    commitmentHash: Sha256.meta({ description: 'SHA-256 of the commitment that the organisation signed' }),
  })
  .meta({ id: 'ApplyForMembership' });
export type ApplyForMembershipBody = z.infer<typeof ApplyForMembershipBody>;

export const PartyReasonBody = z.strictObject({ reason: text(400, { multiline: true }) }).meta({ id: 'PartyReason' });
export type PartyReasonBody = z.infer<typeof PartyReasonBody>;

export const MembershipView = z
  .object({
    id: id('mem'),
    version: z.number().int(),
    organisationId: z.string(),
    venueId: z.string(),
    roles: z.array(z.enum(memberRoles)),
    state: z.enum(membershipStates),
    commitmentHash: z.string(),
    reason: z.string().nullable(),
    /** What the machine allows now. */
    actions: z.array(z.string()),
  })
  .meta({ id: 'Membership' });
export type MembershipView = z.infer<typeof MembershipView>;

export const MembershipQuery = PageQuery.extend({ venueId: id('ven').optional() });
export type MembershipQuery = z.infer<typeof MembershipQuery>;

/** What an organisation may do at a venue: nothing unless its membership is APPROVED. */
export interface Admission {
  readonly roles: readonly MemberRole[];
}
