import { Injectable, Logger } from '@nestjs/common';
import { asSystem } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Worker } from '../platform/worker.js';
import { IssueCertificates } from './issue-certificates.js';
import { CertificateIssuer } from './issuer.js';
import { PreparedCertificate, type SignedCertificate } from './prepared-certificate.js';

const BATCH = 256;
/** As many are kept at hand; what is beyond is read again. */
const AT_HAND_MAX = 1024;
const PAUSE_MAX_MS = 3_600_000;
const NOTHING = { ids: [], done: Promise.resolve() };

/** What is being signed. */
interface Signing {
  readonly prepared: readonly PreparedCertificate[];
  readonly outcomes: ReturnType<CertificateIssuer['sign']>;
}

/**
 * Signs what is prepared, outside any transaction: the intent is in the ledger before a key is used, the result after.
 * A crash in between leaves the intent, and the next step signs again; only one result is recorded. A certificate that
 * fails is tried again with growing pauses and holds up no other.
 */
@Injectable()
export class SignPreparedCertificates extends Worker {
  protected readonly log = new Logger(SignPreparedCertificates.name);
  /** For what another process prepared. */
  protected readonly idleMs = 50;
  /** What this process prepared and has not begun to sign. */
  private atHand: PreparedCertificate[] = [];
  /** What is signed while the batch before still is: whoever signs has always something to do. */
  private ahead: Signing | undefined;
  private readonly failed = new Map<string, { tries: number; retryAt: number }>();
  /** What was signed last; the next are signed while it is recorded. */
  private recording: { readonly ids: readonly string[]; readonly done: Promise<void> } = NOTHING;

  constructor(
    private readonly sql: Sql,
    private readonly uow: UnitOfWork,
    private readonly issuer: CertificateIssuer,
  ) {
    super();
  }

  take(prepared: readonly PreparedCertificate[]): void {
    this.atHand.push(...prepared.slice(0, AT_HAND_MAX - this.atHand.length));
    this.nudge();
  }

  async step(): Promise<number> {
    const { prepared, outcomes: signing } = this.ahead ?? this.sign(await this.next());
    this.ahead = this.atHand.length > 0 ? this.sign(this.atHand.splice(0, BATCH)) : undefined;
    const outcomes = await signing;
    const signed: SignedCertificate[] = [];
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.status === 'fulfilled') signed.push(outcome.value);
      else this.hold(prepared[i]!.certificateId, outcome.reason);
    }
    await this.recording.done;
    this.recording = { ids: signed.map(({ certificateId }) => certificateId), done: this.issue(signed) };
    // Nothing is left to be signed meanwhile.
    if (!this.ahead && prepared.length < BATCH) await this.finish();
    return prepared.length;
  }

  private sign(prepared: readonly PreparedCertificate[]): Signing {
    const outcomes = this.issuer.sign(prepared);
    outcomes.catch(() => undefined); // Told when they are asked for.
    return { prepared, outcomes };
  }

  private async next(): Promise<readonly PreparedCertificate[]> {
    if (this.atHand.length > 0) return this.atHand.splice(0, BATCH);
    const now = performance.now();
    const held = [...this.failed].filter(([, { retryAt }]) => retryAt > now).map(([id]) => id);
    const prepared = await PreparedCertificate.read(this.sql, BATCH, [...held, ...this.recording.ids]);
    // What came to hand meanwhile may have been read, too.
    const ids = new Set(prepared.map(({ certificateId }) => certificateId));
    this.atHand = this.atHand.filter(({ certificateId }) => !ids.has(certificateId));
    return prepared;
  }

  override async beforeApplicationShutdown(): Promise<void> {
    await super.beforeApplicationShutdown();
    this.atHand = [];
    if (this.ahead) await this.step();
    await this.finish();
  }

  private async finish(): Promise<void> {
    await this.recording.done;
    this.recording = NOTHING;
  }

  /** All at once, or what can be done one by one. */
  private async issue(signed: readonly SignedCertificate[]): Promise<void> {
    if (signed.length === 0) return;
    try {
      await asSystem(() => this.uow.execute(new IssueCertificates(signed)));
      for (const { certificateId } of signed) this.failed.delete(certificateId);
    } catch (error) {
      if (signed.length === 1) return this.hold(signed[0]!.certificateId, error);
      this.log.warn({ count: signed.length, error }, 'a batch was not recorded; recording its certificates one by one');
      for (const one of signed) await this.issue([one]);
    }
  }

  private hold(certificateId: string, error: unknown): void {
    const tries = (this.failed.get(certificateId)?.tries ?? 0) + 1;
    const pauseMs = Math.min(1000 * 2 ** tries, PAUSE_MAX_MS);
    this.failed.set(certificateId, { tries, retryAt: performance.now() + pauseMs });
    this.log.error({ alert: true, certificateId, tries, retryInMs: pauseMs, error }, 'a certificate cannot be issued');
  }
}
