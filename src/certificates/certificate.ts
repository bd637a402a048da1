import { Column, Entity } from 'typeorm';
import { addMonths } from '@app/calendar';
import { deadline, ground, rulePack, RulePackError, type GroundKind } from '@app/rulepacks';
import { blocks, type RegisterRemark, type Remark } from '@app/sdk';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { newId } from '../platform/id.js';
import { Refusal } from '../platform/refusal.js';
import * as events from './certificate-events.js';
import { certificateMachine, type CertificateAction, type CertificateState } from './certificate-machine.js';
import type { Signed } from './prepared-certificate.js';

export * from './certificate-events.js';
export * from './certificate-machine.js';

/** Neither about to be signed nor ended. */
const LASTING: readonly CertificateState[] = ['ACTIVE', 'OBJECTED', 'RESTRICTED'];

/** One registered item's certificate (登记凭证). The register is this row; every document only repeats it (N1 §26). */
@Entity({ schema: 'certificates', name: 'certificate' })
@Stream('cert')
export class Certificate extends Aggregate {
  @Column('text') readonly number!: string;
  @Column('text') readonly status!: CertificateState;
  @Column('text') readonly applicationId!: string;
  @Column('text') readonly holderId!: string;
  @Column('text') readonly registrarId!: string;
  @Column('text') readonly resourceId!: string;
  @Column('jsonb') readonly rights!: readonly events.Right[];
  @Column('timestamptz') readonly validFrom!: Date;
  @Column('timestamptz') readonly validTo!: Date;
  @Column('integer') readonly statusListIndex!: number;
  @Column('text') readonly rulePack!: string;
  /** What the register is searched by, and the address under which it was issued: as the credential has it, which stands in its event. */
  @Column('text', { nullable: true, select: false }) readonly dataName?: string | null;
  @Column('text', { nullable: true, select: false }) readonly holderName?: string | null;
  @Column('text', { nullable: true, select: false }) readonly industrySection?: string | null;
  @Column('text', { nullable: true, select: false }) readonly industryText?: string | null;
  @Column('text', { nullable: true, select: false }) readonly issuedUnder?: string | null;
  /** The signatures over the credential. */
  @Column('jsonb', { nullable: true }) readonly credentials!: events.SignedCredentials | null;
  @Column('text', { nullable: true }) readonly documentSha256!: string | null;
  /** The number before it in the chain. */
  @Column('text', { nullable: true }) readonly supersedes!: string | null;
  @Column('text', { nullable: true }) readonly transferredFrom!: string | null;
  @Column('jsonb', { nullable: true }) readonly ended!: { at: string; groundCode: string; text: string } | null;
  /** Written since the issuance, lifted ones too. */
  @Column('jsonb') readonly remarks!: readonly RegisterRemark[];
  /** The accepted objections that are open. */
  @Column('jsonb') readonly objections!: readonly string[];
  @Column('text', { nullable: true }) readonly supersededBy!: string | null;

  /** Settles what will be signed. INV-04: in force from the evidence time, at most five years (N1 §26). */
  static prepare(facts: events.CertificateFacts): Certificate {
    const latest = addMonths(new Date(facts.validFrom), 60);
    if (new Date(facts.validTo) > latest) throw new Error(`${facts.number} would last longer than five years`);
    const certificate = new Certificate();
    certificate.apply(new events.CertificatePrepared(newId('cert'), facts));
    return certificate;
  }

  /**
   * What the review remarked of a court or an authority restricts the certificate from its first moment (INV-10).
   * @param subject of the credential that is signed
   */
  issue({ subject, credentials }: Signed): void {
    certificateMachine.next(this.status, 'issue');
    const { id, number, applicationId, holderId, resourceId, rights, validFrom, validTo, rulePack: pack } = this;
    const [from, to] = [validFrom.toISOString(), validTo.toISOString()];
    const { upgradedFrom, remarks = [] } = subject as { upgradedFrom?: { id: string }; remarks?: readonly Remark[] };
    const facts = [id, number, applicationId, holderId, resourceId, rights, from, to, pack, credentials] as const;
    this.apply(new events.CertificateIssued(...facts, upgradedFrom?.id));
    for (const { kind, text } of remarks.filter(blocks)) {
      const origin = { authority: null, documentSha256: null, from, to: null };
      this.placeRemark({ id: newId('rmk'), kind: kind as events.PlacedRemark['kind'], text, ...origin }, validFrom);
    }
  }

  /** The PDF is rendered once; a second one, from a race or a crash, is not recorded. */
  sealDocument(documentSha256: string): void {
    if (this.documentSha256 !== null) return;
    this.apply(new events.CertificateDocumentSealed(this.id, this.number, documentSha256));
  }

  /** Not renewed: it lapses by itself (N1 §36), or its registration is cancelled (N2 §15), as the pack has it. */
  expire(at: Date): void {
    const [id, version] = this.rulePack.split('@') as [string, string];
    const pack = rulePack(id, version);
    const { deadline: term, renewal } = pack.validityPolicy;
    const rule = deadline(pack, term);
    if ('onExpiry' in rule && rule.onExpiry === 'CANCEL')
      return this.end('cancelByRegistrar', events.CertificateCancelled, renewal.ifMissed!, TERM_ENDED, at);
    certificateMachine.next(this.status, 'expire');
    this.apply(new events.CertificateExpired(this.id, this.number, at.toISOString()));
  }

  /** At the holder's request. */
  cancel(groundCode: string, text: string, at: Date): void {
    this.mustNotBeRestricted();
    this.end('cancel', events.CertificateCancelled, groundCode, text, at);
  }

  /** Of the registrar's own motion, or by the result of an objection (N1 §37). */
  cancelByRegistrar(groundCode: string, text: string, at: Date): void {
    this.end('cancelByRegistrar', events.CertificateCancelled, groundCode, text, at);
  }

  revoke(groundCode: string, text: string, at: Date): void {
    this.end('revoke', events.CertificateRevoked, groundCode, text, at);
  }

  /** @param supersededBy the number of the certificate that takes its place; null: it is registered, its number follows */
  supersede(supersededBy: string | null, applicationId: string, at: Date): void {
    this.mustNotBeRestricted();
    certificateMachine.next(this.status, 'supersede');
    const { id, number } = this;
    this.apply(new events.CertificateSuperseded(id, number, supersededBy, at.toISOString(), applicationId));
  }

  nameSuccessor(supersededBy: string): void {
    if (!this.awaitsSuccessor) return;
    this.apply(new events.CertificateSuccessorNumbered(this.id, this.number, supersededBy));
  }

  placeRemark(remark: events.PlacedRemark, at: Date): void {
    this.mustLast();
    this.apply(new events.CertificateRemarkPlaced(this.id, this.number, remark));
    if (blocks(remark) && this.status !== 'RESTRICTED')
      this.apply(new events.CertificateRestricted(this.id, this.number, remark.id, at.toISOString()));
  }

  liftRemark(remarkId: string, because: events.LiftedBecause, text: string, at: Date): void {
    this.mustLast();
    if (!this.openRemarks.some(({ id }) => id === remarkId))
      throw new Refusal('not-found', { kind: 'remark', id: remarkId });
    const [{ id, number }, when] = [this, at.toISOString()];
    this.apply(new events.CertificateRemarkLifted(id, number, remarkId, because, text, when));
    if (this.status !== 'RESTRICTED' || this.openRemarks.some(blocks)) return;
    this.apply(new events.CertificateReleased(id, number, when));
    if (this.objections.length > 0) this.apply(new events.CertificateObjected(id, number, when));
  }

  /** Lifts what has lasted as long as it was to last. */
  liftExpired(at: Date): void {
    if (!this.isLasting) return;
    for (const { id, to } of this.openRemarks)
      if (to !== null && new Date(to) <= at) this.liftRemark(id, 'EXPIRED', '期限届满 The term has ended', at);
  }

  /** A certificate that has ended meanwhile has nothing to flag. */
  openObjection(objectionId: string, at: Date): void {
    if (!this.isLasting || this.objections.includes(objectionId)) return;
    const [{ id, number }, when] = [this, at.toISOString()];
    this.apply(new events.CertificateObjectionOpened(id, number, objectionId, when));
    if (this.status === 'ACTIVE') this.apply(new events.CertificateObjected(id, number, when));
  }

  closeObjection(objectionId: string, at: Date): void {
    if (!this.objections.includes(objectionId)) return;
    const [{ id, number }, when] = [this, at.toISOString()];
    this.apply(new events.CertificateObjectionClosed(id, number, objectionId, when));
    if (this.status === 'OBJECTED' && this.objections.length === 0)
      this.apply(new events.CertificateObjectionCleared(id, number, when));
  }

  get isLasting(): boolean {
    return LASTING.includes(this.status);
  }

  /** Its rights have passed on, to a certificate that has no number yet. */
  get awaitsSuccessor(): boolean {
    return this.status === 'SUPERSEDED' && this.supersededBy === null;
  }

  get openRemarks(): readonly RegisterRemark[] {
    return this.remarks.filter(({ lifted }) => lifted === null);
  }

  /** When the next remark lifts itself; null: none does, or the certificate has ended. */
  get nextLifting(): Date | null {
    const ends = this.openRemarks.flatMap(({ to }) => (to === null ? [] : [to])).toSorted();
    return this.isLasting && ends[0] !== undefined ? new Date(ends[0]) : null;
  }

  onCertificatePrepared({ certificateId: id, facts }: events.CertificatePrepared): void {
    const { number, applicationId, holderId, registrarId, resourceId, rights, statusListIndex, rulePack: pack } = facts;
    const { supersedes = null, transferredFrom = null } = facts;
    const named = { id, number, applicationId, holderId, registrarId, resourceId, rights, statusListIndex };
    const term = { rulePack: pack, validFrom: new Date(facts.validFrom), validTo: new Date(facts.validTo) };
    const unsigned = { credentials: null, documentSha256: null, ended: null, status: certificateMachine.initial };
    const clear = { remarks: [], objections: [], supersedes, transferredFrom, supersededBy: null };
    Object.assign(this, named, term, searchedBy(facts.credential), unsigned, clear);
  }
  onCertificateIssued({ credentials }: events.CertificateIssued): void {
    this.become('issue', { credentials });
  }
  onCertificateDocumentSealed({ documentSha256 }: events.CertificateDocumentSealed): void {
    Object.assign(this, { documentSha256 });
  }
  onCertificateExpired({ at }: events.CertificateExpired): void {
    // A-X1: not renewed, lapses by itself (N1 §36).
    this.become('expire', { ended: { at, groundCode: 'A-X1', text: TERM_ENDED } });
  }
  onCertificateCancelled({ groundCode, text, at }: events.CertificateCancelled): void {
    this.become('cancelByRegistrar', { ended: { at, groundCode, text } });
  }
  onCertificateRevoked({ groundCode, text, at }: events.CertificateRevoked): void {
    this.become('revoke', { ended: { at, groundCode, text } });
  }
  onCertificateSuperseded({ supersededBy }: events.CertificateSuperseded): void {
    this.become('supersede', { supersededBy });
  }
  onCertificateSuccessorNumbered({ supersededBy }: events.CertificateSuccessorNumbered): void {
    Object.assign(this, { supersededBy });
  }
  onCertificateRemarkPlaced({ remark }: events.CertificateRemarkPlaced): void {
    Object.assign(this, { remarks: [...this.remarks, { ...remark, lifted: null }] });
  }
  onCertificateRemarkLifted({ remarkId, because, text, at }: events.CertificateRemarkLifted): void {
    const lift = (remark: RegisterRemark) =>
      remark.id === remarkId ? { ...remark, lifted: { at, because, text } } : remark;
    Object.assign(this, { remarks: this.remarks.map(lift) });
  }
  onCertificateRestricted(): void {
    this.become('restrict');
  }
  onCertificateReleased(): void {
    this.become('release');
  }
  onCertificateObjectionOpened({ objectionId }: events.CertificateObjectionOpened): void {
    Object.assign(this, { objections: [...this.objections, objectionId] });
  }
  onCertificateObjectionClosed({ objectionId }: events.CertificateObjectionClosed): void {
    Object.assign(this, { objections: this.objections.filter((open) => open !== objectionId) });
  }
  onCertificateObjected(): void {
    this.become('object');
  }
  onCertificateObjectionCleared(): void {
    this.become('clearObjection');
  }

  private end(
    action: 'cancel' | 'cancelByRegistrar' | 'revoke',
    type: typeof events.CertificateCancelled | typeof events.CertificateRevoked,
    code: string,
    text: string,
    at: Date,
  ): void {
    certificateMachine.next(this.status, action);
    mustBeGround(this.rulePack, code, action === 'revoke' ? 'REVOKE' : 'CANCEL');
    this.apply(new type(this.id, this.number, code, text, at.toISOString(), this.rulePack));
  }

  private mustLast(): void {
    const { number, status } = this;
    if (!this.isLasting) throw new Refusal('certificates/not-lasting', { number, status });
  }

  private mustNotBeRestricted(): void {
    if (this.status === 'RESTRICTED') throw new Refusal('certificates/restricted', { number: this.number });
  }

  private become(action: CertificateAction, changes: object = {}): void {
    Object.assign(this, changes, { status: certificateMachine.next(this.status, action) });
  }
}

type Searched = { readonly name?: string; readonly industry?: { readonly section?: string; readonly text?: string } };

function searchedBy({ id, credentialSubject: { data, holder } }: events.CertificateFacts['credential']) {
  const { name: dataName = null, industry } = (data ?? {}) as Searched;
  const { name: holderName = null } = (holder ?? {}) as Searched;
  const { section: industrySection = null, text: industryText = null } = industry ?? {};
  const issuedUnder = typeof id === 'string' ? id.replace(/\/certificates\/[^/]*$/, '') : null;
  return { dataName, holderName, industrySection, industryText, issuedUnder };
}

const TERM_ENDED = '有效期届满 The term has ended';

/** @throws Refusal when the rule pack has no such ground for this kind of decision */
export function mustBeGround(pack: string, code: string, kind: GroundKind): void {
  const [id, version] = pack.split('@') as [string, string];
  try {
    ground(rulePack(id, version), code, kind);
  } catch (error) {
    if (!(error instanceof RulePackError) || error.code === 'unknown-pack') throw error;
    throw new Refusal('certificates/ground', { groundCode: code, rulePack: pack });
  }
}
