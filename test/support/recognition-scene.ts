import type { Created } from '@app/sdk';
import { LocalKey, publicOnly } from '@app/signing';
import type { Applications } from './application-scene.js';
import type { Stage } from './stage.js';

const reason = '演示';

/** Certificates from elsewhere, submitted, verified, recorded and rejected; issuers proposed and trusted. */
export async function stageRecognition(stage: Stage, applications: Applications): Promise<void> {
  const { holder, officer, approver } = applications;
  const authority = await stage.actor(stage.cast.orgs.regulator);
  const second = await stage.actor(stage.cast.orgs.regulator);
  let serial = 0;
  const submit = async (): Promise<string> => {
    const body = {
      kind: 'SHENZHEN',
      number: `SZDEX-DEMO-${(serial += 1)}`,
      issuer: '演示登记机构(深圳)',
      registerUrl: 'https://register.example/certificates',
      registrarId: officer.org,
      resourceId: await applications.resource(),
      rights: ['HOLD', 'OPERATE'],
      validFrom: '2026-01-01T00:00:00.000Z',
      validTo: '2036-01-01T00:00:00.000Z',
      credential: null,
      fileId: await stage.file(holder),
    };
    return `/v1/foreign-certificates/${(await holder.client.post<Created>('/v1/foreign-certificates', body)).id}`;
  };
  const verified = async (): Promise<string> => {
    const path = await submit();
    const evidenceFileId = await stage.file(officer);
    await officer.client.act(`${path}/verification`, { checked: reason, reviewItems: [], evidenceFileId });
    return path;
  };
  const recorded = async (): Promise<string> => {
    const path = await verified();
    await approver.client.act(`${path}/recording`, {});
    return path;
  };
  await approver.client.act(`${await submit()}/rejection`, { reason });
  const fileId = await stage.file(approver);
  await approver.client.act(`${await recorded()}/termination`, { reason, fileId });
  for (const make of [submit, submit, verified, verified, recorded, recorded]) await make();

  for (const place of ['SJ991', 'SJ992', 'SJ993', 'SJ994']) {
    const jwks = { keys: [publicOnly((await LocalKey.generate('ES256')).publicJwk)] };
    const did = `did:web:registrar-${place.toLowerCase()}.example`;
    const body = { did, name: '演示登记机构(外省)', place, contexts: [], jwks, reason };
    const { id } = await authority.client.post<Created>('/v1/trusted-issuers', body);
    if (place === 'SJ991' || place === 'SJ992') await second.client.act(`/v1/trusted-issuers/${id}/confirmation`, {});
  }
}
