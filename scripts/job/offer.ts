import { createReadStream } from 'node:fs';
import { basename, extname } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import {
  SCHEME_SIGNATURE_TYP,
  type ApplicationView,
  type Created,
  type FileView,
  type MandateView,
  type OrganisationView,
  type Page,
  type PlatformStatus,
  type ResourceView,
  type SchemeView,
} from '@app/sdk';
import { signJws } from '@app/signing';
import { blockOf } from './applicant-block.js';
import type { Cast } from './cast.js';
import type { Memory } from './memory.js';
import { until, type Progress } from './progress.js';

export interface Offer {
  readonly resourceId: string;
  readonly rows: number;
  readonly certificateNumber: string;
  readonly listingId: string;
}

/** How the default data set is described; a file of the user's is described by its name. */
export interface Description {
  readonly name: string;
  readonly abstract: string;
  readonly timeFrom: string;
  readonly timeTo: string;
  readonly regionText: string;
}

/** The primary market and the listing: every step is a request that somebody of the cast makes over HTTP. */
export class OfferMaker {
  constructor(
    protected readonly cast: Cast,
    protected readonly memory: Memory,
    protected readonly progress: Progress,
  ) {}

  /** The primary market's part and the listing: what can then be ordered any number of times. */
  async offer(file: string, description: Description): Promise<Offer> {
    const { resourceId, rows } = await this.declare(file, description);
    const applicationId = await this.apply(resourceId);
    await this.review(applicationId);
    const certificateNumber = await this.certify(applicationId);
    const listingId = await this.list(certificateNumber, description);
    return { resourceId, rows, certificateNumber, listingId };
  }

  protected key(name: string): string {
    return `job-${this.memory.run!.id}-${name}`;
  }

  private declare(file: string, description: Description) {
    const { holder } = this.cast.as;
    return this.progress.step(
      '上传并登记数据资源',
      'Data resource uploaded and profiled',
      async () => {
        const content = Readable.toWeb(createReadStream(file)) as WebStream as unknown as BodyInit;
        const uploaded = await holder.upload<FileView>('/v1/files', content, mediaTypeOf(file), basename(file));
        const body = {
          ...description,
          industry: { section: 'I', text: '软件和信息技术服务业 Software and information technology services' },
          sourceKind: 'COLLECTED',
          rightsSituation: 'SELF_GENERATED',
          regionLevel: 'INTERNATIONAL',
          updateFrequency: 'ON_DEMAND',
          form: { media: ['TABLE'], structure: 'STRUCTURED' },
          grade: 'GENERAL_1',
          personalInfo: 'NONE',
          isPublicData: false,
          isGovernmentDutyData: false,
          restriction: '无 none',
          fileId: uploaded.id,
        };
        const { id } = await holder.post<Created>('/v1/resources', body, this.key(`resource-${uploaded.id}`));
        const { report } = await holder.get<ResourceView>(`/v1/resources/${id}`);
        return { resourceId: id, rows: report.rows };
      },
      ({ rows }) => `${rows} 行 rows`,
    );
  }

  private apply(resourceId: string): Promise<string> {
    const { holder } = this.cast.as;
    return this.progress.step('申请初次登记', 'Application filed and submitted', async () => {
      const body = {
        regime: 'CN-PROPERTY-2026',
        type: 'INITIAL',
        resourceId,
        registrarId: this.cast.orgs.registrar,
        rights: ['HOLD', 'USE', 'OPERATE'].map((right) => ({ right })),
        scenario: '数据分析与模型训练 Analysis and model training',
        materials: await this.materials(),
        validityYears: 5,
        applicants: [blockOf(await holder.get<OrganisationView>(`/v1/organisations/${this.cast.orgs.holder}`))],
      };
      const { id } = await holder.post<Created>('/v1/applications', body, this.key('application'));
      await holder.act(`/v1/applications/${id}/submission`, {}, this.key('submission'));
      return id;
    });
  }

  private async materials() {
    const text = '演示材料 Demonstration material\n';
    const { id: fileId } = await this.cast.as.holder.upload<FileView>('/v1/files', text, 'text/plain', 'material.txt');
    return ['form', 'identity', 'acquisition', 'sample', 'description'].map((code) => ({ code, fileId }));
  }

  private review(id: string): Promise<void> {
    const { registrar, approver, operator } = this.cast.as;
    const path = `/v1/applications/${id}`;
    return this.progress.step(
      '受理、审查、核准、公示',
      'Accepted, reviewed, approved, public notice over',
      async () => {
        await registrar.act(`${path}/acceptance`, {}, this.key('acceptance'));
        await registrar.act(`${path}/review-start`, {}, this.key('review-start'));
        const asked = await registrar.get<ApplicationView>(path);
        const checklist = asked.checklist.map(({ code }) => ({ code, ok: true, note: '已核 checked' }));
        await registrar.act(`${path}/review-pass`, { checklist }, this.key('review-pass'));
        await approver.act(`${path}/approval`, {}, this.key('approval'));
        const { clocks } = await registrar.get<ApplicationView>(path);
        const { now } = await operator.get<PlatformStatus>('/v1/status');
        const byMs = Date.parse(clocks.notice!.due) - Date.parse(now) + 60_000;
        if (byMs > 0)
          await operator.post(
            '/v1/demonstration/clock',
            { byMs, reason: '公示期届满 The notice period passes' },
            this.key('clock'),
          );
      },
    );
  }

  private certify(id: string): Promise<string> {
    const { holder } = this.cast.as;
    return this.progress.step(
      '存证并签发登记凭证',
      'Evidence recorded, certificate signed and sealed',
      async () => {
        const view = await until(
          () => holder.get<ApplicationView>(`/v1/applications/${id}`),
          ({ state }) => state === 'CERTIFIED',
          'certificate',
        );
        const number = view.certificateNumber!;
        const credential = await (await holder.send(`/v1/certificates/${number}/credential`, {})).text();
        const verdict = await holder.post<{ ok: boolean }>('/v1/certificates/verification', { credential });
        if (!verdict.ok) throw new Error(`the certificate does not verify: ${JSON.stringify(verdict)}`);
        await (await holder.send(`/v1/certificates/${number}/pdf`, {})).arrayBuffer();
        return number;
      },
      (number) => number,
    );
  }

  private list(certificateNumber: string, description: Description) {
    const { holder, exchange } = this.cast.as;
    const { orgs, venueId } = this.cast;
    return this.progress.step(
      '委托经纪人、订立分配方案、挂牌',
      'Broker mandated, scheme signed, product listed',
      async () => {
        const now = Date.parse(this.memory.run!.at);
        const mandate = {
          brokerId: orgs.broker,
          side: 'SELL',
          venueId,
          // A placeholder: no rule on commissions is known.
          commissionBp: 300,
          validFrom: new Date(now - 60_000).toISOString(),
          validTo: new Date(now + 365 * 86_400_000).toISOString(),
          exclusive: false,
        };
        const mandateId = await this.mandate(mandate);
        const schemeId = await this.scheme();
        const listing = {
          venueId,
          certificateNumber,
          title: description.name,
          description: description.abstract,
          productType: 'DATASET',
          scenarios: ['数据分析与模型训练 Analysis and model training'],
          complianceStatement: {
            text: '来源合法,不含个人信息和重要数据。 Lawful source; no personal or important data.',
            accepted: true,
            statedAt: new Date(now).toISOString(),
          },
          price: { amount: '1000000', currency: 'CNY' },
          deliveryModes: ['FILE'],
          schemeId,
          brokerMandateId: mandateId,
          acceptanceDays: 7,
        };
        const { id: listingId } = await holder.post<Created>('/v1/listings', listing, this.key('listing'));
        await holder.act(`/v1/listings/${listingId}/submission`, {}, this.key('listing-submitted'));
        await exchange.act(`/v1/listings/${listingId}/approval`, {}, this.key('listing-approved'));
        return listingId;
      },
    );
  }

  /** One mandate serves every sale while it lasts. */
  private async mandate(body: object): Promise<string> {
    const { holder, broker } = this.cast.as;
    const { items } = await holder.get<Page<MandateView>>('/v1/mandates?limit=100');
    const usable = ({ state, brokerId }: MandateView) =>
      ['OFFERED', 'ACTIVE'].includes(state) && brokerId === this.cast.orgs.broker;
    const { id } = items.find(usable) ?? (await holder.post<Created>('/v1/mandates', body, this.key('mandate')));
    await this.once(() => broker.act(`/v1/mandates/${id}/acceptance`, {}));
    return id;
  }

  private async scheme(): Promise<string> {
    const { holder } = this.cast.as;
    const { orgs } = this.cast;
    const share = { kind: 'RESIDUAL', weight: 1 };
    const body = {
      name: '演示分配方案 Demonstration scheme',
      participants: [{ role: 'HOLDER', organisationId: orgs.holder, share }],
    };
    const { id } = await holder.post<Created>('/v1/distribution-schemes', body, this.key('scheme'));
    const { contentHash } = await holder.get<SchemeView>(`/v1/distribution-schemes/${id}`);
    const payload = { schemeId: id, contentHash, organisationId: orgs.holder };
    const jws = await signJws(payload, this.memory.keys.holder, { typ: SCHEME_SIGNATURE_TYP });
    await this.once(() => holder.act(`/v1/distribution-schemes/${id}/signatures`, { jws }));
    return id;
  }

  /** A signature differs on every try, so a killed job cannot repeat the request by its key: having signed already is as good. */
  protected async once(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      const { code } = error as { code?: string };
      if (code !== 'illegal-transition' && !code?.endsWith('already-signed')) throw error;
    }
  }
}

const mediaTypeOf = (file: string): string =>
  ({ '.csv': 'text/csv', '.json': 'application/json', '.parquet': 'application/vnd.apache.parquet' })[
    extname(file).toLowerCase()
  ] ?? 'application/octet-stream';
