import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { CertificateView } from '@app/sdk';
import { ATTACHED, renderCertificate, sealPdf, type CertificateDocument, type Evidence } from '@app/signing';
import { asSystem } from '../platform/context.js';
import { FileStore } from '../platform/file-store.js';
import { orNull, Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetRegistrar } from '../registrars/get-registrar.js';
import { GetRulePack } from '../rulepacks/get-rule-pack.js';
import { linesOf, sayBoth, subjectOf, titleOf } from './certificate-text.js';
import { GetCredential } from './get-credential.js';
import { GetEvidence } from './get-evidence.js';
import { GetSdJwt } from './get-sd-jwt.js';
import { GetTrust } from './get-trust.js';
import { CertificateIssuer } from './issuer.js';
import { SealDocument } from './seal-document.js';
import { TimeStamper } from './time-stamper.js';

const LIMIT = 20_000_000;
const PUBLICATION_TRIES = 20;
const PUBLICATION_PAUSE_MS = 250;

/** The certificate as a sealed PDF: rendered when it is first asked for, kept under its hash, the same ever after. */
@Injectable()
export class CertificateDocuments {
  constructor(
    private readonly store: FileStore,
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly issuer: CertificateIssuer,
    private readonly stamper: TimeStamper,
  ) {}

  /** @returns the SHA-256 under which the file store has the document */
  async of(certificate: CertificateView): Promise<string> {
    if (certificate.status === 'PREPARED') throw new Refusal('certificates/not-issued', { number: certificate.number });
    if (certificate.documentSha256) return certificate.documentSha256;
    const credential = await this.queries.execute(new GetCredential(certificate.number, 'ES256'));
    const page = await this.pageOf(certificate, await this.attachments(certificate, credential));
    const sealed = await sealPdf(
      await renderCertificate(page, new Date()),
      await this.issuer.seal(),
      this.stamper.stamp,
    );
    const { sha256 } = await this.store.put([sealed] as unknown as AsyncIterable<Uint8Array>, { limit: LIMIT });
    const recorded = await asSystem(() => this.uow.execute(new SealDocument(certificate.id, sha256)));
    return recorded.documentSha256;
  }

  /** So that the document can be checked without a network: what was signed, and that its issuance is in the ledger. */
  private async attachments(
    { id, number }: CertificateView,
    credential: string,
  ): Promise<NonNullable<CertificateDocument['attachments']>> {
    const [{ proof, ...event }, sdJwt, trust] = await Promise.all([
      this.evidence(id),
      this.queries.execute(new GetSdJwt(number)),
      this.queries.execute(new GetTrust()),
    ]);
    const file = (name: string, type: string, text: string) => ({ name, type, bytes: Buffer.from(text) });
    return [
      file(ATTACHED.credential, 'application/vc+jwt', credential),
      file(ATTACHED.sdJwt, 'application/vc+sd-jwt', sdJwt),
      file(ATTACHED.proof, 'text/plain', proof),
      file(ATTACHED.event, 'application/json', JSON.stringify(event)),
      file(ATTACHED.trust, 'application/json', JSON.stringify(trust)),
    ];
  }

  /** A certificate just issued is published within a second or two; whoever asks that early waits for it. */
  private async evidence(certificateId: string): Promise<Evidence> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.queries.execute(new GetEvidence(certificateId));
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== 'ledger/not-published' || tries === PUBLICATION_TRIES)
          throw error;
      }
      await sleep(PUBLICATION_PAUSE_MS);
    }
  }

  private async pageOf(
    certificate: CertificateView,
    attachments: NonNullable<CertificateDocument['attachments']>,
  ): Promise<CertificateDocument> {
    const { number, rulePack, registrarId } = certificate;
    const { remarks, evidence } = subjectOf(certificate);
    const registrar = await orNull(this.queries.execute(new GetRegistrar(registrarId)));
    return {
      title: titleOf(await this.queries.execute(new GetRulePack(rulePack))),
      number,
      fields: linesOf(certificate).map((line) => ({ ...line.name, value: sayBoth(line.value) })),
      remarks: remarks.map(({ text }) => text),
      registrar: { zh: registrar?.name ?? registrarId, en: 'Registrar' },
      evidenceTime: evidence.at,
      verificationUrl: this.issuer.pageOf(number),
      attachments,
    };
  }
}
