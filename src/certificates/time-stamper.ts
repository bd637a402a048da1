import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import {
  LocalTimestampAuthority,
  TIMESTAMP_QUERY,
  TimestampError,
  timestampRequest,
  tokenOfResponse,
  verifyTimestamp,
  type Timestamping,
} from '@app/signing';
import { CONFIG, type Config } from '../platform/config.js';
import { Outgoing, whyNoAnswer } from '../platform/outgoing.js';
import { Refusal } from '../platform/refusal.js';
import { StartError } from '../platform/start-error.js';
import { CertificateIssuer } from './issuer.js';

const TIMEOUT_MS = 15_000;
/** A token that is longer does not fit into the room that a PDF keeps for its signature. */
const ANSWER_MAX_BYTES = 10_240;

/** Time stamps (RFC 3161) for sealed documents: of the configured authority, else of the local one. */
@Injectable()
export class TimeStamper implements OnModuleInit {
  private outside: readonly string[] = [];

  constructor(
    private readonly issuer: CertificateIssuer,
    private readonly outgoing: Outgoing,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async onModuleInit(): Promise<void> {
    const { TSA_ROOTS: path } = this.config;
    if (path === undefined) return;
    try {
      const pem = await readFile(path, 'utf8');
      this.outside = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
      if (this.outside.length === 0) throw new Error('no certificate');
      for (const root of this.outside) new X509Certificate(root);
    } catch (error) {
      throw new StartError(`TSA_ROOTS: 无法读取 PEM 证书 / cannot read PEM certificates: ${path} (${String(error)})`);
    }
  }

  /** The roots (PEM) under which stamps are accepted: the local one stays, for what was stamped before another was configured. */
  async roots(): Promise<string[]> {
    return [(await this.issuer.seal()).chain[2], ...this.outside];
  }

  readonly stamp: Timestamping = async (value) => {
    const { TSA_URL: url } = this.config;
    if (url === undefined) return new LocalTimestampAuthority(await this.issuer.timestampSeal()).timestamping(value);
    const token = await this.ask(url, timestampRequest(value));
    // Nothing goes into a document that its readers would refuse.
    const [reason] = verifyTimestamp(token, value, this.outside).reasons;
    if (reason) throw new Refusal('certificates/timestamp-unavailable', { reason: reason.code });
    return token;
  };

  private async ask(url: string, request: Buffer): Promise<Buffer> {
    const { TSA_AUTHORIZATION: authorization } = this.config;
    const headers = { 'content-type': TIMESTAMP_QUERY, ...(authorization !== undefined && { authorization }) };
    const fail = (reason: string): Refusal => new Refusal('certificates/timestamp-unavailable', { reason });
    const answer = await this.outgoing
      .exchange(url, { headers, body: request, timeoutMs: TIMEOUT_MS }, ANSWER_MAX_BYTES)
      .catch((error: unknown) => {
        throw fail(whyNoAnswer(error));
      });
    if (answer.status !== 200) throw fail(`HTTP ${answer.status}`);
    try {
      return tokenOfResponse(answer.body, request);
    } catch (error) {
      throw error instanceof TimestampError ? fail(error.message) : error;
    }
  }
}
