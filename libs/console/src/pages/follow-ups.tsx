import { Alert } from 'antd';
import { FileApplicationBody, inForce, type ApplicationType, type CertificateView, type ClaimedRight } from '@app/sdk';
import type { Act } from '../actions.js';
import { groundsFor, materials, obligatory, packOf } from '../forms/choices.js';
import { say, term } from '../i18n.js';
import type { Me } from '../session/session.js';

type FollowUp = Exclude<ApplicationType, 'INITIAL'>;
const followUps: readonly FollowUp[] = ['TRANSFER', 'CHANGE', 'CORRECTION', 'RENEWAL', 'CANCELLATION'];
const formOf = (type: FollowUp) => FileApplicationBody.options.find(({ shape }) => shape.type.value === type)!;

/** A renewal may still be asked for when the certificate has just ended by its term; the service knows its window. */
const allows = (type: FollowUp, { status }: CertificateView): boolean =>
  inForce(status) || (type === 'RENEWAL' && status === 'EXPIRED');

/** The rights of a certificate as one chooses among them, each with its limits. */
const rightsOf = ({ subject }: CertificateView) =>
  (subject['rights'] as ClaimedRight[]).map(({ right, limits }) => ({
    value: right,
    label: [term(right), limits].filter(Boolean).join(' · '),
  }));

/** What concerns a certificate is filed from it: its regime, registrar and number are known, and so is what it certifies. */
export const fileFollowUps: readonly Act<CertificateView>[] = followUps.map((type) => ({
  name: `file.${type}`,
  to: '',
  makes: { path: '/v1/applications', page: 'applications' },
  permission: 'application.file',
  schema: formOf(type),
  when: (certificate: CertificateView, { orgId }: Me) =>
    certificate.holderId === orgId &&
    allows(type, certificate) &&
    (packOf(certificate.rulePack)?.types.some(({ id }) => id === type) ?? false),
  given: ['type', 'regime', 'registrarId', 'certificateNumber'],
  initial: ({ rulePack, registrarId, number, rights, subject }: CertificateView) => ({
    type,
    regime: rulePack.split('@')[0],
    registrarId,
    certificateNumber: number,
    materials: obligatory(rulePack, type).map((code) => ({ code })),
    ...(type === 'RENEWAL' && { rights, years: 1, operatingAgreementEnd: subject['operatingAgreementEnd'] }),
    ...(type === 'TRANSFER' && { rights }),
    ...((type === 'CHANGE' || type === 'CORRECTION') && { items: [{}] }),
  }),
  choices: (certificate: CertificateView) => ({
    code: materials(certificate.rulePack, type),
    groundCode: groundsFor(certificate.rulePack, 'CANCEL'),
    rights: rightsOf(certificate),
  }),
  first: () => <Alert type="info" showIcon title={say('followUpAbout')} style={{ marginBottom: 16 }} />,
}));
