import { Inject, Injectable } from '@nestjs/common';
import type { JWK } from 'jose';
import {
  FileKeyStore,
  issueSdJwt,
  openSeal,
  openTimestampSeal,
  signCredential,
  signCredentialByAll,
  statusListCredential,
  SM2_ALG,
  type Contexts,
  type Credential,
  type SealIdentity,
  type SigningKey,
  type StatusList,
  type StatusPurpose,
} from '@app/signing';
import { CONFIG, type Config } from '../platform/config.js';
import type { SignedCredentials } from './certificate.js';
import type { PreparedCertificate, SignedCertificate } from './prepared-certificate.js';

const PURPOSES = { ES256: 'credential-es256', EdDSA: 'credential-eddsa', [SM2_ALG]: 'credential-sm2' } as const;

const NAMES = {
  organization: 'databourse',
  root: 'databourse root 根证书',
  issuing: 'databourse issuing 签发证书',
  seal: '数据产权登记专用章 Registration seal',
};

/** A DID document whose keys may all sign credentials. */
export function didDocumentOf(did: string, keys: readonly (JWK & { kid: string })[]) {
  const ids = keys.map(({ kid }) => `${did}#${kid}`);
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/suites/jws-2020/v1'],
    id: did,
    verificationMethod: keys.map((publicKeyJwk, i) => ({
      id: ids[i],
      type: 'JsonWebKey2020',
      controller: did,
      publicKeyJwk,
    })),
    assertionMethod: ids,
  };
}

/** Who signs: the platform's `did:web` and its keys, the addresses that certificates carry, the seal of documents. */
@Injectable()
export class CertificateIssuer {
  constructor(
    private readonly keys: FileKeyStore,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** `did:web` of this service (W3C did:web: the port's colon is percent-encoded, a path becomes colons). */
  get did(): string {
    const { host, pathname } = new URL(this.origin);
    return `did:web:${encodeURIComponent(host)}${pathname.replace(/\/$/, '').replaceAll('/', ':')}`;
  }

  /** The terms of our own credentials; everything in them is defined by one vocabulary. */
  get contextUrl(): string {
    return `${this.origin}/contexts/registration-v1`;
  }

  get contexts(): Contexts {
    return { [this.contextUrl]: 'any' };
  }

  statusListUrl(purpose: StatusPurpose): string {
    return `${this.origin}/v1/status-lists/${purpose}`;
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
    const signer = async (credential: Credential): Promise<SignedCredentials> => {
      const [ES256, EdDSA, sm2] = await signCredentialByAll(credential, keys, contexts);
      return { ES256: ES256!, EdDSA: EdDSA!, ...(sm2 !== undefined && { [SM2_ALG]: sm2 }) };
    };
    return Promise.allSettled(prepared.map((one) => one.sign(signer)));
  }

  /** Signs a status list of the moment. A list is no certificate: it follows from the register and can be made anew. */
  async signStatusList(purpose: StatusPurpose, list: StatusList, validFrom: Date, validUntil: Date): Promise<string> {
    const id = this.statusListUrl(purpose);
    const credential = statusListCredential({ id, issuer: this.did, purpose, list, validFrom, validUntil });
    return signCredential(credential, await this.key('ES256'));
  }

  /** The certificate in the form of which the holder can hide the parts at the pointers, bound to the holder's key if there is one. */
  async signDisclosable(credential: Credential, pointers: readonly string[], holder?: JWK): Promise<string> {
    const { contexts } = this;
    return issueSdJwt(credential, pointers, await this.key('ES256'), { contexts, ...(holder && { holder }) });
  }

  /** W3C did:web. */
  async didDocument() {
    const { did } = this;
    return didDocumentOf(did, (await this.publicKeys()).keys);
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
    return this.config.PUBLIC_URL ?? `http://${this.config.HOST}:${this.config.PORT}`;
  }
}
