import { Inject, Injectable } from '@nestjs/common';
import {
  FileKeyStore,
  keysOf,
  openSeal,
  signCredential,
  type Contexts,
  type Credential,
  type ResolveKey,
  type SealIdentity,
} from '@app/signing';
import { CONFIG, type Config } from '../platform/config.js';
import type { SignedCredentials } from './certificate.js';

const PURPOSES = { ES256: 'credential-es256', EdDSA: 'credential-eddsa' } as const;

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

  get statusListUrl(): string {
    return `${this.origin}/v1/status-lists/revocation`;
  }

  pageOf(number: string): string {
    return `${this.origin}/certificates/${number}`;
  }

  async sign(credential: Credential): Promise<SignedCredentials> {
    const [ES256, EdDSA] = await Promise.all(
      (['ES256', 'EdDSA'] as const).map(async (alg) =>
        signCredential(credential, await this.keys.active(PURPOSES[alg], alg), this.contexts),
      ),
    );
    return { ES256: ES256!, EdDSA: EdDSA! };
  }

  publicKeys() {
    return this.keys.publicJwks(Object.values(PURPOSES));
  }

  async resolveKey(): Promise<ResolveKey> {
    return keysOf(this.did, await this.publicKeys());
  }

  /** The X.509 identity that seals documents for a registrar; certified by this platform's own root. */
  seal(): Promise<SealIdentity> {
    const names = {
      organization: 'databourse',
      root: 'databourse root 根证书',
      issuing: 'databourse issuing 签发证书',
      seal: '数据产权登记专用章 Registration seal',
    };
    // Real time, not the clock of a demonstration: verifiers outside know only the real one.
    return openSeal(this.keys, names, new Date());
  }

  private get origin(): string {
    return this.config.PUBLIC_URL ?? `http://${this.config.HOST}:${this.config.PORT}`;
  }
}
