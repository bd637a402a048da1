import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { completeUscc } from '@app/rulepacks';
import {
  Client,
  KEY_PROOF_TYP,
  signIn,
  SignInRefused,
  type Created,
  type Discipline,
  type OrganisationJwks,
  type Page,
  type RegistrarView,
  type Role,
  type VenueView,
} from '@app/sdk';
import { publicOnly, signJws } from '@app/signing';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { StartError } from '../../src/platform/start-error.js';
import type { Memory } from './memory.js';

const people = {
  holder: { org: 'holder', roles: ['holder'], name: '数据持有方 Data holder' },
  buyer: { org: 'buyer', roles: ['buyer'], name: '数据买方 Buyer' },
  broker: { org: 'broker', roles: ['broker'], name: '数据经纪人 Broker' },
  registrar: { org: 'registrar', roles: ['registrarOfficer'], name: '登记审查员 Registrar officer' },
  approver: { org: 'registrar', roles: ['registrarApprover'], name: '登记核准人 Registrar approver' },
  exchange: { org: 'exchange', roles: ['exchangeOfficer'], name: '交易所专员 Exchange officer' },
  finance: { org: 'exchange', roles: ['financeOfficer'], name: '财务经办 Finance officer' },
  treasurer: { org: 'exchange', roles: ['financeOfficer'], name: '财务复核 Second finance officer' },
  regulator: { org: 'regulator', roles: ['regulator', 'auditor'], name: '监管人员 Regulator' },
  authority: { org: 'regulator', roles: ['authorityOfficer'], name: '主管部门经办 Authority officer' },
  supervisor: { org: 'regulator', roles: ['authorityOfficer'], name: '主管部门复核 Second authority officer' },
  'expert-a': { org: 'university', roles: ['committeeExpert'], name: '演示专家甲 Demonstration expert A' },
  'expert-b': { org: 'university', roles: ['committeeExpert'], name: '演示专家乙 Demonstration expert B' },
  'expert-c': { org: 'institute', roles: ['committeeExpert'], name: '演示专家丙 Demonstration expert C' },
  'expert-d': { org: 'institute', roles: ['committeeExpert'], name: '演示专家丁 Demonstration expert D' },
  'expert-e': { org: 'institute', roles: ['committeeExpert'], name: '演示专家戊 Demonstration expert E' },
} as const satisfies Record<string, { org: Org; roles: readonly Role[]; name: string }>;
export type Login = keyof typeof people;

type Org = 'holder' | 'buyer' | 'broker' | 'registrar' | 'exchange' | 'regulator' | 'university' | 'institute';
/** Those who may sit on a panel: they work at organisations that are a party of no deal. */
const experts = {
  'expert-a': 'LAW',
  'expert-b': 'SECURITY',
  'expert-c': 'INDUSTRY',
  'expert-d': 'ACCOUNTING',
  'expert-e': 'TECHNOLOGY',
} as const satisfies Partial<Record<Login, Discipline>>;
const organisations: Record<Org, { name: string; kind: string }> = {
  holder: { name: '演示数据持有企业 Demonstration holder', kind: 'ENTERPRISE' },
  buyer: { name: '演示数据需求企业 Demonstration buyer', kind: 'ENTERPRISE' },
  broker: { name: '演示数据经纪机构 Demonstration broker', kind: 'ENTERPRISE' },
  registrar: { name: '演示登记机构 Demonstration registrar', kind: 'PUBLIC_INSTITUTION' },
  exchange: { name: '演示数据交易所 Demonstration exchange', kind: 'PUBLIC_INSTITUTION' },
  regulator: { name: '演示数据管理部门 Demonstration regulator', kind: 'GOVERNMENT' },
  university: { name: '演示大学 Demonstration university', kind: 'PUBLIC_INSTITUTION' },
  institute: { name: '演示研究院 Demonstration institute', kind: 'PUBLIC_INSTITUTION' },
};

/** Everybody in the demonstration, ready to act. */
export interface Cast {
  readonly as: Readonly<Record<Login | 'operator', Client>>;
  readonly orgs: Readonly<Record<Org, string>>;
  readonly venueId: string;
  readonly logins: readonly { login: string; name: string }[];
}

export async function gather(origin: string, dataDir: string, memory: Memory): Promise<Cast> {
  const clientFor = (login: string, password: string): Client => {
    let token: ReturnType<typeof signIn> | undefined;
    const fresh = () => signIn({ issuer: `${origin}/oidc`, login, password, resource: `${origin}/v1` });
    return new Client({
      origin,
      token: async () => {
        const held = await token?.catch(() => undefined);
        if (!held || held.expiresAt.getTime() - Date.now() < 60_000) token = fresh();
        return (await token!).accessToken;
      },
    });
  };
  const operator = await operatorOf(dataDir, clientFor);
  const key = (name: string) => `cast-${memory.castId}-${name}`;
  const orgs = {} as Record<Org, string>;
  // Codes that no authority gives: they say DEM, and differ from one demonstration to the next.
  const serial = (createHash('sha256').update(memory.castId).digest().readUInt32BE() % 9000) + 1000;
  for (const [i, [org, facts]] of Object.entries(organisations).entries()) {
    const uscc = completeUscc(`Y1440000DEM${serial}${String(i).padStart(2, '0')}`);
    const body = { uscc, ...facts, regionCode: '440100' };
    orgs[org as Org] = (await operator.post<Created>('/v1/organisations', body, key(org))).id;
  }
  const { items: venues } = await operator.get<Page<VenueView>>('/v1/venues?limit=100');
  const others = venues.some(({ code, operatorId }) => code === 'DEMO-EXCHANGE' && operatorId !== orgs.exchange);
  const suffix = others ? `-${serial}` : '';
  const as = { operator } as Record<Login | 'operator', Client>;
  const logins: { login: string; name: string }[] = [];
  for (const [part, { org, roles, name }] of Object.entries(people)) {
    const login = `${part}${suffix}`;
    const person = { organisationId: orgs[org], login, displayName: name, password: memory.password, roles };
    const { id: personId } = await operator.post<Created>('/v1/people', person, key(`person-${part}`));
    const discipline = (experts as Partial<Record<string, Discipline>>)[part];
    if (discipline) {
      const term = { termFrom: '2026-01-01', termTo: '2099-12-31' };
      const member = { personId, disciplines: [discipline], employerId: orgs[org], ...term };
      await operator.post('/v1/committee/experts', member, key(part));
    }
    as[part as Login] = clientFor(login, memory.password);
    logins.push({ login, name });
  }
  await openRegistrar(operator, orgs.registrar, key('registrar-entry'));
  const venueId = await openMarket(as, orgs, suffix, key);
  await admit(as, orgs, venueId, memory, key);
  return { as, orgs, venueId, logins };
}

async function operatorOf(dataDir: string, clientFor: (login: string, password: string) => Client): Promise<Client> {
  const unknown = (): never => {
    throw new StartError(
      `该数据库已有运营方,其口令不在 ${dataDir} 中。请恢复原数据目录、设置 OPERATOR_PASSWORD,或改用空数据库。\n` +
        `This database has its operator already, whose password is not in ${dataDir}. Bring back the data directory that belongs to it, set OPERATOR_PASSWORD, or use an empty database.`,
    );
  };
  const known =
    process.env['OPERATOR_PASSWORD'] ?? (await readFile(join(dataDir, 'operator-password'), 'utf8').catch(unknown));
  const operator = clientFor('operator', known.trim());
  await operator.get('/v1/status').catch((error: unknown) => {
    if (error instanceof SignInRefused && error.status < 429) unknown();
    throw error;
  });
  return operator;
}

/** The first place in the province's catalogue that is free, or the one that it has. */
async function openRegistrar(operator: Client, organisationId: string, key: string): Promise<void> {
  const { items } = await operator.get<Page<RegistrarView>>('/v1/registrars?limit=100');
  if (items.some((registrar) => registrar.organisationId === organisationId)) return;
  const taken = new Set(items.filter(({ regionCode2 }) => regionCode2 === '44').map(({ digit }) => digit));
  const digit = '123456789'.split('').find((one) => !taken.has(one)) ?? '9';
  const { name } = organisations.registrar;
  await operator.post('/v1/registrars', { organisationId, regionCode2: '44', digit, name }, key);
}

async function openMarket(
  as: Cast['as'],
  orgs: Cast['orgs'],
  suffix: string,
  key: (name: string) => string,
): Promise<string> {
  const venue = {
    code: `DEMO-EXCHANGE${suffix}`,
    name: { zh: '演示数据交易所', en: 'Demonstration exchange' },
    type: 'EXCHANGE',
    parentId: null,
    operatorId: orgs.exchange,
  };
  const { id: exchangeId } = await as.operator.post<Created>('/v1/venues', venue, key('venue'));
  const base = {
    ...venue,
    code: `DEMO-BASE${suffix}`,
    type: 'BASE',
    parentId: exchangeId,
    name: { zh: '演示服务基地', en: 'Demonstration base' },
  };
  const platform = {
    ...base,
    code: `DEMO-PLATFORM${suffix}`,
    type: 'PLATFORM',
    name: { zh: '演示行业平台', en: 'Demonstration platform' },
  };
  await as.operator.post('/v1/venues', base, key('base'));
  await as.operator.post('/v1/venues', platform, key('platform'));
  const fees = {
    venueId: exchangeId,
    transactionFeeBp: 250,
    minimum: null,
    cap: null,
    taxRate: null,
    placeholder: true,
  };
  const { id: feeId } = await as.finance.post<Created>('/v1/fee-schedules', fees, key('fees'));
  await as.treasurer.act(`/v1/fee-schedules/${feeId}/publication`, {}, key('fees-published'));
  return exchangeId;
}

/** The parties' keys and their memberships of the exchange. */
async function admit(
  as: Cast['as'],
  orgs: Cast['orgs'],
  venueId: string,
  memory: Memory,
  key: (name: string) => string,
): Promise<void> {
  for (const party of ['holder', 'buyer', 'broker'] as const) {
    await addSigningKey(as[party], orgs[party], memory.keys[party]);
    const roles = { holder: ['SELLER'], buyer: ['BUYER'], broker: ['BROKER'] }[party];
    const commitmentHash = createHash('sha256')
      .update('流通交易声明和承诺(演示文本) Declaration and commitment (demonstration text)')
      .digest('hex');
    const application = { venueId, roles, commitmentHash };
    const { id } = await as[party].post<Created>('/v1/memberships', application, key(`member-${party}`));
    await as.exchange.act(`/v1/memberships/${id}/approval`, {}, key(`admit-${party}`));
  }
  const encryption = { jwk: publicOnly(memory.buyerEncryptionKey), use: 'enc' };
  await as.buyer.act(`/v1/organisations/${orgs.buyer}/keys`, encryption, key('key-buyer-enc'));
}

/** A proof of possession is different each time it is made, so a key that is there already is left alone. */
async function addSigningKey(client: Client, organisationId: string, jwk: JWK): Promise<void> {
  const thumbprint = await calculateJwkThumbprint(jwk);
  const { keys } = await client.get<OrganisationJwks>(`/v1/organisations/${organisationId}/keys`);
  if (keys.some(({ kid }) => kid === thumbprint)) return;
  const proof = await signJws({ organisationId, thumbprint }, jwk, { typ: KEY_PROOF_TYP });
  await client.act(`/v1/organisations/${organisationId}/keys`, { jwk: publicOnly(jwk), use: 'sig', proof });
}
