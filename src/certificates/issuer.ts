import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { decodeProtectedHeader, type JWK } from 'jose';
import {
  didDocument,
  didWeb,
  FileKeyStore,
  issueSdJwt,
  openSeal,
  openTimestampSeal,
  SigningThread,
  signCredential,
  signCanonicalByAll,
  statusListCredential,
  SM2_ALG,
  suites,
  type Contexts,
  type Credential,
  type SealIdentity,
  type SigningKey,
  type StatusList,
  type StatusPurpose,
} from '@app/signing';
import { CONFIG, originOf, type Config } from '../platform/config.js';
import type { SignedCredentials } from './certificate-events.js';
import type { PreparedCertificate, SignedCertificate } from './prepared-certificate.js';

const PURPOSES = { ES256: 'credential-es256', EdDSA: 'credential-eddsa', [SM2_ALG]: 'credential-sm2' } as const;

/** What is signed is read first, which holds up this thread; it serves requests in between. */
const SIGNED_AT_ONCE = 32;
/** Fewer are signed as soon as they are asked for. */
const MANY = 8;

/** As the answer's cache-control. */
const LIST_TTL_MS = 60_000;

const NAMES = {
  organization: 'databourse',
  root: 'databourse root 根证书',
  issuing: 'databourse issuing 签发证书',
  seal: '数据产权登记专用章 Registration seal',
};

/** When a status list holds, and under which address it is published. */
export interface ListMoment {
  readonly validFrom: Date;
  readonly validUntil: Date;
  readonly origin?: string | undefined;
}

/** What an address implies; certificates of an earlier address keep theirs. */
export const didOf = (origin: string): string => didWeb(origin);
export const contextOf = (origin: string): string => `${origin}/contexts/registration-v1`;
export const statusListOf = (origin: string, purpose: StatusPurpose): string => `${origin}/v1/status-lists/${purpose}`;

/** Who signs: the platform's `did:web` and its keys, the addresses that certificates carry, the seal of documents. */
@Injectable()
export class CertificateIssuer {
  private readonly thread = new SigningThread();

  constructor(
    private readonly keys: FileKeyStore,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  get did(): string {
    return didOf(this.origin);
  }

  /** The terms of our own credentials; everything in them is defined by one vocabulary. */
  get contextUrl(): string {
    return contextOf(this.origin);
  }

  get contexts(): Contexts {
    return { [this.contextUrl]: 'any' };
  }

  statusListUrl(purpose: StatusPurpose): string {
    return statusListOf(this.origin, purpose);
  }

  pageOf(number: string): string {
    return `${this.origin}/certificates/${number}`;
  }

  /** Signs certificates, each of which must have its token; one that fails fails alone. */
  async sign(prepared: readonly PreparedCertificate[]): Promise<PromiseSettledResult<SignedCertificate>[]> {
    if (prepared.length === 0) return [];
    const national = this.config.CREDENTIAL_SM2 ? [this.key(SM2_ALG)] : [];
    const keys = await Promise.all([this.key('ES256'), this.key('EdDSA'), ...national]);
    const { contexts } = this;
    const thread = prepared.length < MANY ? undefined : this.thread;
    const signer = async (credential: Credential, canonical: Buffer): Promise<SignedCredentials> => {
      const [ES256, EdDSA, sm2] = await signCanonicalByAll(credential, canonical, keys, contexts, thread);
      return { ES256: ES256!, EdDSA: EdDSA!, ...(sm2 !== undefined && { [SM2_ALG]: sm2 }) };
    };
    const signed: Promise<PromiseSettledResult<SignedCertificate>[]>[] = [];
    for (let i = 0; i < prepared.length; i += SIGNED_AT_ONCE) {
      if (i > 0) await setImmediate();
      const some = prepared.slice(i, i + SIGNED_AT_ONCE);
      signed.push(Promise.allSettled(some.map((one) => one.sign(signer))));
    }
    return (await Promise.all(signed)).flat();
  }

  /** Signs a status list. A list is no certificate: it follows from the register and can be made anew. */
  async signStatusList(purpose: StatusPurpose, list: StatusList, moment: ListMoment): Promise<string> {
    const { validFrom, validUntil, origin = this.origin } = moment;
    const [id, issuer] = [statusListOf(origin, purpose), didOf(origin)];
    const credential = statusListCredential({ id, issuer, purpose, list, validFrom, validUntil, ttlMs: LIST_TTL_MS });
    return signCredential(credential, await this.key('ES256'));
  }

  /**
   * An issued credential in the form of which its holder can hide the parts at the pointers, bound to the holder's key if there is one. Only what
   * one of our keys signed before is signed.
   */
  async signDisclosable(issued: string, pointers: readonly string[], holder?: JWK): Promise<string> {
    const { kid, alg } = decodeProtectedHeader(issued);
    const own = (await this.publicKeys()).keys.find((key) => kid?.endsWith(`#${key.kid}`) === true);
    if (!own) throw new Error('Not issued by this service');
    const { payload } = await suites.get(String(alg))!.verify(issued, own);
    const credential = JSON.parse(Buffer.from(payload).toString()) as Credential;
    // Of whatever address of ours it was issued under.
    const named = credential['@context'].filter((context) => typeof context === 'string');
    const contexts: Contexts = Object.fromEntries(named.map((context) => [context, 'any']));
    return issueSdJwt(credential, pointers, await this.key('ES256'), { contexts, ...(holder && { holder }) });
  }

  async didDocument(origin: string = this.origin) {
    return didDocument(didOf(origin), (await this.publicKeys()).keys);
  }

  /** Every key that signed or signs by this algorithm, oldest first; none when certificates are not signed by it. */
  async keysOf(alg: keyof typeof PURPOSES) {
    if (alg !== SM2_ALG || this.config.CREDENTIAL_SM2) await this.key(alg); // It is made on the first call.
    return (await this.keys.publicJwks([PURPOSES[alg]])).keys;
  }

  /** The key of a generation; from now on the one that signs in every process that shares the key store. @returns its id */
  async makeKey(alg: keyof typeof PURPOSES, generation: number): Promise<string> {
    return (await this.keys.generation(PURPOSES[alg], generation, alg)).kid;
  }

  publicKeys() {
    return this.keys.publicJwks(Object.values(PURPOSES));
  }

  /** The X.509 identity that seals documents for a registrar; certified by this platform's own root. */
  seal(): Promise<SealIdentity> {
    // Real time, not the clock of a demonstration: verifiers outside know only the real one.
    return openSeal(this.keys, NAMES, new Date());
  }

  /** The identity of the local time-stamping authority, under the same root. */
  timestampSeal(): Promise<SealIdentity> {
    return openTimestampSeal(this.keys, { ...NAMES, seal: 'databourse time stamps 时间戳' }, new Date());
  }

  private key(alg: keyof typeof PURPOSES): Promise<SigningKey> {
    return this.keys.active(PURPOSES[alg], alg);
  }

  private get origin(): string {
    return originOf(this.config);
  }
}
