import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { CertificateView } from '@app/sdk';
import { ATTACHED, renderCertificate, sealPdf, type CertificateDocument, type Evidence } from '@app/signing';
import { asSystem } from '../platform/context.js';
import { FileStore } from '../platform/file-store.js';
import { Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { certifiedHolders, inWords } from './certified-holders.js';
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
const RIGHTS = { HOLD: '持有权 hold', USE: '使用权 use', OPERATE: '经营权 operate' } as const;

interface Subject {
  readonly holder: { name: string; uscc: string };
  /** Where several hold it jointly: all of them. */
  readonly holders?: { name: string; uscc: string }[];
  readonly data: Readonly<Record<string, unknown>> & { name: string; abstract: string };
  readonly restriction: string;
  readonly scenario: string;
  readonly remarks: readonly unknown[];
  readonly registrar: string;
  readonly upgradedFrom?: { number: string; issuer: string };
  readonly evidence: { at: string; sha256: string };
}

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
    const page = this.pageOf(certificate, await this.attachments(certificate, credential));
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

  private pageOf(
    certificate: CertificateView,
    attachments: NonNullable<CertificateDocument['attachments']>,
  ): CertificateDocument {
    const { remarks, registrar, evidence } = certificate.subject as unknown as Subject;
    return {
      title: { zh: '数据产权登记凭证', en: 'Data property registration certificate' },
      number: certificate.number,
      fields: fieldsOf(certificate),
      remarks: remarks.map(text),
      registrar: { zh: registrar, en: 'Registrar' },
      evidenceTime: evidence.at,
      verificationUrl: this.issuer.pageOf(certificate.number),
      attachments,
    };
  }
}

const iso = (instant: unknown): string => new Date(instant as string).toISOString();

const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value ?? '无 none'));

/** What the page prints of the certificate, one line each. */
export function fieldsOf(
  certificate: Pick<CertificateView, 'subject' | 'rights' | 'validFrom' | 'validTo'>,
): CertificateDocument['fields'] {
  const {
    holder,
    holders = [holder],
    data,
    restriction,
    scenario,
    upgradedFrom,
    evidence,
  } = certificate.subject as unknown as Subject;
  return [
    { zh: '权利人', en: 'Holder', value: holders.map(({ name, uscc }) => `${name} (${uscc})`).join('、') },
    { zh: '数据名称', en: 'Data', value: data.name },
    { zh: '数据概述', en: 'Abstract', value: data.abstract },
    { zh: '所属行业', en: 'Industry', value: text(data['industry']) },
    { zh: '数据来源', en: 'Source', value: text(data['sourceKind']) },
    { zh: '地域范围', en: 'Region', value: text(data['regionText']) },
    { zh: '时域范围', en: 'Time range', value: `${text(data['timeFrom'])} – ${text(data['timeTo'])}` },
    { zh: '数据量', en: 'Volume', value: `${text(data['rows'])} 行 rows, ${text(data['bytes'])} 字节 bytes` },
    { zh: '权利', en: 'Rights', value: certificate.rights.map((right) => RIGHTS[right]).join('、') },
    ...certifiedHolders(certificate).map((row) => ({
      zh: '权利配置',
      en: 'Holder of right',
      value: inWords(row, 'zh-CN', 'en'),
    })),
    { zh: '应用场景', en: 'Scenario', value: scenario },
    { zh: '限制范围', en: 'Restriction', value: restriction },
    { zh: '有效期', en: 'In force', value: `${iso(certificate.validFrom)} – ${iso(certificate.validTo)}` },
    ...(upgradedFrom
      ? [{ zh: '升级自', en: 'Upgraded from', value: `${upgradedFrom.number} (${upgradedFrom.issuer})` }]
      : []),
    { zh: '存证值', en: 'Evidence (SHA-256)', value: evidence.sha256 },
  ];
}
