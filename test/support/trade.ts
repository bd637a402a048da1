import { createHash, randomBytes } from 'node:crypto';
import { completeUscc } from '@app/rulepacks';
import { KEY_PROOF_TYP, type Role } from '@app/sdk';
import { CONTRACT_SIGNATURE_TYP, LocalKey, publicOnly, signJws } from '@app/signing';
import { Module } from '@nestjs/common';
import { QueryHandler, type Command, type IQueryHandler } from '@nestjs/cqrs';
import { GetCertificate } from '../../src/certificates/get-certificate.js';
import { asSystem } from '../../src/platform/context.js';
import type { DomainEvent } from '../../src/platform/event.js';
import { FileStore } from '../../src/platform/file-store.js';
import { newId } from '../../src/platform/id.js';
import { Refusal } from '../../src/platform/refusal.js';
import type { Reacts } from '../../src/platform/relay.js';
import { Sql } from '../../src/platform/sql.js';
import { UnitOfWork } from '../../src/platform/unit-of-work.js';
import { GetResource } from '../../src/registration/get-resource.js';
import { startApp, type TestApp } from './app.js';
import type { Who } from './client.js';

/** Registrations without their five working days of notice: what the tests of the market need of them. */
const certificates = new Map<string, Record<string, unknown>>();
const resources = new Map<string, Record<string, unknown>>();
function found<T>(map: Map<string, Record<string, unknown>>, kind: string, id: string): Promise<T> {
  const thing = map.get(id);
  if (!thing) throw new Refusal('not-found', { kind, id });
  return Promise.resolve(thing as T);
}

@QueryHandler(GetCertificate)
class GivenCertificates implements IQueryHandler<GetCertificate> {
  execute({ idOrNumber }: GetCertificate): Promise<never> {
    return found(certificates, 'certificate', idOrNumber);
  }
}

@QueryHandler(GetResource)
class GivenResources implements IQueryHandler<GetResource> {
  execute({ resourceId }: GetResource): Promise<never> {
    return found(resources, 'resource', resourceId);
  }
}

@Module({ providers: [GivenCertificates, GivenResources] })
class GivenRegistrations {}

export interface Member {
  readonly id: string;
  readonly who: Who;
  readonly key: LocalKey;
  readonly decryption: LocalKey;
}

/** A venue with an officer, and members who trade there. */
export interface Trade extends TestApp {
  readonly venueId: string;
  readonly officer: Who;
  member(roles: ('SELLER' | 'BUYER')[], options?: { encrypts?: boolean }): Promise<Member>;
  /** Registers a file of these bytes to a holder. */
  certificate(holder: Member, changes?: { certificate?: object; resource?: object }, content?: Buffer): Promise<string>;
  offer(certificateNumber: string, changes?: object): object;
  /** A published listing. */
  listing(seller: Member, changes?: object, content?: Buffer): Promise<string>;
  order(buyer: Member, listingId: string): Promise<string>;
  sign(member: Member, orderId: string): Promise<number>;
  /** What another context would have caused: runs the reaction of this class once. */
  react<E extends DomainEvent>(reaction: new (...args: never[]) => Reacts<E>, event: E): Promise<void>;
  execute(command: Command<unknown>): Promise<unknown>;
  rows(sql: string, parameters?: unknown[]): Promise<Record<string, unknown>[]>;
}

let serial = 0;

export async function startTrade(env: Record<string, string> = {}): Promise<Trade> {
  const t = await startApp(env, GivenRegistrations);
  const exchange = await register(t);
  const officer = of(exchange, 'exchangeOfficer');
  const name = { zh: '演示交易所', en: 'Demonstration exchange' };
  const venue = { code: 'DEMO', name, type: 'EXCHANGE', parentId: null, operatorId: exchange };
  const venueId = (await t.as(operator).post('/v1/venues', venue)).body.id as string;
  const uow = t.app.get(UnitOfWork, { strict: false });
  const certificate: Trade['certificate'] = (holder, changes, content) => certify(t, holder, changes, content);
  const offer: Trade['offer'] = (number, changes) => offerOf(venueId, number, changes);
  return {
    ...t,
    venueId,
    officer,
    member: (roles, options) => join(t, venueId, officer, roles, options),
    certificate,
    offer,
    listing: async (seller, changes, content) => {
      const body = offer(await certificate(seller, {}, content), changes);
      const { id } = (await t.as(seller.who).post('/v1/listings', body)).body as { id: string };
      expect((await t.as(seller.who).act(`/v1/listings/${id}/submission`)).status).toBe(204);
      expect((await t.as(officer).act(`/v1/listings/${id}/approval`)).status).toBe(204);
      return id;
    },
    order: async (buyer, listingId) => (await t.as(buyer.who).post('/v1/orders', { listingId })).body.id as string,
    sign: async ({ id: organisationId, who, key }, orderId) => {
      const { body } = await t.as(who).get(`/v1/orders/${orderId}/contract`);
      const payload = { orderId, contractHash: body.contractHash, organisationId };
      const jws = await signJws(payload, await key.privateJwk(), { typ: CONTRACT_SIGNATURE_TYP });
      return (await t.as(who).act(`/v1/orders/${orderId}/signatures`, { jws })).status;
    },
    react: (reaction, event) =>
      asSystem(() => uow.run(async () => void (await t.app.get(reaction, { strict: false }).on(event, {} as never)))),
    rows: (sql, parameters) => t.app.get(Sql, { strict: false }).rows(sql, parameters),
    execute: (command) => asSystem(() => uow.execute(command)),
  };
}

const operator: Who = { sub: newId('per'), org: newId('org'), roles: ['operator'] };
const of = (org: string, ...roles: Role[]): Who => ({ sub: newId('per'), org, roles });

async function register(t: TestApp): Promise<string> {
  const uscc = completeUscc(`91440101DEM${String((serial += 1)).padStart(6, '0')}`);
  const body = { uscc, name: `Demonstration ${serial}`, kind: 'ENTERPRISE', regionCode: '440100' };
  return (await t.as(operator).post('/v1/organisations', body)).body.id as string;
}

async function join(
  t: TestApp,
  venueId: string,
  officer: Who,
  roles: ('SELLER' | 'BUYER')[],
  { encrypts = true } = {},
): Promise<Member> {
  const id = await register(t);
  const who = of(id, 'holder', 'buyer');
  const application = { venueId, roles, commitmentHash: 'a'.repeat(64) };
  const membership = await t.as(who).post('/v1/memberships', application);
  await t.as(officer).act(`/v1/memberships/${membership.body.id}/approval`);
  const [key, decryption] = [await LocalKey.generate('EdDSA'), await LocalKey.generate('ECDH-ES+A256KW')];
  const proof = await signJws({ organisationId: id, thumbprint: key.kid }, await key.privateJwk(), {
    typ: KEY_PROOF_TYP,
  });
  const keys = `/v1/organisations/${id}/keys`;
  await t.as(who).post(keys, { jwk: publicOnly(key.publicJwk), use: 'sig', proof });
  if (encrypts) await t.as(who).post(keys, { jwk: publicOnly(decryption.publicJwk), use: 'enc' });
  return { id, who, key, decryption };
}

async function certify(
  t: TestApp,
  holder: Member,
  changes: { certificate?: object; resource?: object } = {},
  content: Buffer = randomBytes(100),
): Promise<string> {
  const [number, resourceId] = [`SJ44120260${String((serial += 1)).padStart(5, '0')}`, newId('res')];
  await t.app.get(FileStore, { strict: false }).put(chunks(content), { limit: content.length });
  const sha256 = createHash('sha256').update(content).digest('hex');
  const flags = { isPublicData: false, isGovernmentDutyData: false, personalInfo: 'NONE', grade: 'GENERAL_1' };
  const file = { sha256, bytes: content.length, name: '演示数据' };
  resources.set(resourceId, { id: resourceId, holderId: holder.id, ...flags, ...file, ...changes.resource });
  const years = { validFrom: '2020-01-01T00:00:00Z', validTo: '2099-01-01T00:00:00Z' };
  const facts = { holderId: holder.id, resourceId, rights: ['HOLD', 'OPERATE'], status: 'ACTIVE', ...years };
  certificates.set(number, { id: newId('cert'), number, ...facts, ...changes.certificate });
  return number;
}

const offerOf = (venueId: string, certificateNumber: string, changes: object = {}): object => ({
  venueId,
  certificateNumber,
  title: '演示企业用电数据集',
  description: 'Demonstration electricity data',
  productType: 'DATASET',
  scenarios: ['信贷风控'],
  complianceStatement: { text: '来源合法', accepted: true, statedAt: new Date().toISOString() },
  price: { amount: '10005', currency: 'CNY' },
  deliveryModes: ['FILE'],
  ...changes,
});

/** Ends or changes a certificate behind the scenes; its event is up to the test. */
export const changeCertificate = (number: string, changes: object): void =>
  void certificates.set(number, { ...certificates.get(number), ...changes });

async function* chunks(content: Buffer): AsyncGenerator<Uint8Array> {
  yield content;
}
