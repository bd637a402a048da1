import { FilePdfOutlined, LinkOutlined, SearchOutlined } from '@ant-design/icons';
import { Button, Flex, Input, Select, Space } from 'antd';
import { useDeferredValue, useState } from 'react';
import {
  certificateStates,
  EndCertificateBody,
  FileObjectionBody,
  inForce,
  PlaceRemarkBody,
  rightKinds,
  RequestRecordBody,
  type CertificateView,
} from '@app/sdk';
import { regions } from '@app/rulepacks';
import type { Act } from '../actions.js';
import { Collection } from '../collection.js';
import { groundsFor, industries, nameOfGround, nameOfPack, useRulePacks } from '../forms/choices.js';
import { either, label, say, term, termOf } from '../i18n.js';
import type { Me } from '../session/session.js';
import { Code, Facts, None, Organisation, State, Terms, textAt, When } from '../show.js';
import { Thing } from '../thing.js';
import { fileFollowUps } from './follow-ups.js';
import { Chain, Remarks, Rights } from './register-parts.js';
import { Verification } from './verification.js';

const lasts = ({ status }: CertificateView): boolean => inForce(status) || status === 'RESTRICTED';
/** Each proposes an act of the register: a second person decides it. */
const propose = {
  permission: 'certificate.propose',
  when: (certificate: CertificateView, { orgId }: Me) => lasts(certificate) && certificate.registrarId === orgId,
} as const;

const acts: readonly Act<CertificateView>[] = [
  { name: 'placeRemark', to: 'remarks', schema: PlaceRemarkBody, ...propose },
  {
    name: 'cancelCertificate',
    to: 'cancellation',
    schema: EndCertificateBody,
    choices: ({ rulePack }) => ({ groundCode: groundsFor(rulePack, 'CANCEL') }),
    tone: 'danger',
    ...propose,
  },
  {
    name: 'revokeCertificate',
    to: 'revocation',
    schema: EndCertificateBody,
    choices: ({ rulePack }) => ({ groundCode: groundsFor(rulePack, 'REVOKE') }),
    tone: 'danger',
    ...propose,
  },
  {
    name: 'objectToCertificate',
    to: 'objections',
    permission: 'objection.file',
    when: (certificate, { orgId }) => lasts(certificate) && certificate.holderId !== orgId,
    schema: FileObjectionBody,
    makes: { page: 'objections' },
  },
  ...fileFollowUps,
  {
    name: 'requestRecord',
    to: 'record-requests',
    permission: 'record.request',
    schema: RequestRecordBody,
    makes: { page: 'record-requests' },
  },
];

const nameOf = ({ subject }: CertificateView): string => textAt(subject, 'data', 'name');

/** The public register of certificates. */
export function Certificates() {
  const [search, setSearch] = useState('');
  const [filter, setFilter] = useState<Readonly<Record<string, string | undefined>>>({});
  useRulePacks();
  const narrow = (name: string) => (value: string | undefined) => setFilter({ ...filter, [name]: value });
  const dated = (name: string) => (
    <Input
      type="date"
      aria-label={label(name)}
      prefix={label(name)}
      style={{ width: 220 }}
      onChange={({ target }) => narrow(name)(target.value || undefined)}
    />
  );
  return (
    <Collection<CertificateView>
      page="certificates"
      path="/v1/certificates"
      query={{ ...filter, search: useDeferredValue(search.trim()), limit: '50' }}
      acts={acts}
      empty={say('noCertificate')}
      title={({ number, status }) => (
        <Flex gap={10} align="center">
          {number} <State of={status} kind="certificate" />
        </Flex>
      )}
      columns={[
        { name: 'number', show: ({ number }) => <strong className="figures">{number}</strong> },
        { name: 'dataName', show: nameOf },
        { name: 'status', show: ({ status }) => <State of={status} kind="certificate" /> },
        { name: 'rights', show: ({ rights }) => <Terms of={rights} /> },
        { name: 'validFrom', show: ({ validFrom }) => <When at={validFrom} /> },
        { name: 'validTo', show: ({ validTo }) => <When at={validTo} /> },
      ]}
      detail={(certificate) => <Certificate of={certificate} />}
    >
      <Input
        allowClear
        prefix={<SearchOutlined aria-hidden />}
        placeholder={say('searchCertificates')}
        aria-label={say('searchCertificates')}
        value={search}
        onChange={({ target }) => setSearch(target.value)}
        style={{ width: 320 }}
      />
      <Narrow
        name="status"
        choices={certificateStates.map((value) => [value, termOf('certificate', value)])}
        set={narrow}
      />
      <Narrow name="right" choices={rightKinds.map((value) => [value, term(value)])} set={narrow} />
      <Narrow name="industry" choices={industries().map(({ value, label: words }) => [value, words])} set={narrow} />
      <Narrow name="region" choices={regionChoices()} set={narrow} />
      {dated('registeredFrom')}
      {dated('registeredTo')}
      <Verification />
    </Collection>
  );
}

const regionChoices = () => Object.entries(regions).map(([code, name]) => [code, `${code} ${either(name)}`] as const);

interface NarrowProps {
  readonly name: string;
  readonly choices: readonly (readonly [value: string, text: string])[];
  readonly set: (name: string) => (value: string | undefined) => void;
}
const Narrow = ({ name, choices, set }: NarrowProps) => (
  <Select
    allowClear
    showSearch={{ optionFilterProp: 'label' }}
    placeholder={label(name)}
    aria-label={label(name)}
    style={{ width: 150 }}
    options={choices.map(([value, text]) => ({ value, label: text }))}
    onChange={set(name)}
  />
);

function Certificate({ of: certificate }: { of: CertificateView }) {
  const { number, ended } = certificate;
  return (
    <>
      <Space wrap>
        <Button icon={<LinkOutlined aria-hidden />} href={`/certificates/${number}`} target="_blank">
          {say('publicPage')}
        </Button>
        <Button icon={<FilePdfOutlined aria-hidden />} href={`/v1/certificates/${number}/pdf`} target="_blank">
          {say('sealedPdf')}
        </Button>
        <Button href={`/v1/certificates/${number}/credential`} download={`${number}.jwt`}>
          {say('credential')}
        </Button>
        <Button href={`/v1/certificates/${number}/sd-jwt`} download={`${number}.sd-jwt`}>
          {say('sdJwt')}
        </Button>
        <Button href={`/v1/certificates/${number}/bundle`} download={`${number}.json`}>
          {say('bundle')}
        </Button>
        <Button href="/.well-known/trust.json" download="trust.json">
          {say('trustFile')}
        </Button>
      </Space>
      <Facts
        of={{
          number: <strong>{number}</strong>,
          dataName: nameOf(certificate),
          rights: <Rights of={certificate} />,
          holderId: `${textAt(certificate.subject, 'holder', 'name')} (${textAt(certificate.subject, 'holder', 'uscc')})`,
          registrarId: <Organisation id={certificate.registrarId} />,
          validFrom: <When at={certificate.validFrom} />,
          validTo: <When at={certificate.validTo} />,
          resourceId: <Thing id={certificate.resourceId} name={nameOf(certificate)} />,
          application: <Thing id={certificate.applicationId} name={nameOf(certificate)} />,
          rulePack: nameOfPack(certificate.rulePack),
          chainOf: <Chain of={certificate} />,
          ...(certificate.openObjections > 0 && { openObjections: certificate.openObjections }),
          credentialSha256: certificate.credentialSha256 ? (
            <Code of={certificate.credentialSha256.ES256} length={24} />
          ) : (
            <None />
          ),
          documentSha256: <Code of={certificate.documentSha256} length={24} />,
          ...(ended && {
            ended: (
              <>
                <When at={ended.at} /> · {nameOfGround(certificate.rulePack, ended.groundCode)} · {ended.text}
              </>
            ),
          }),
        }}
      />
      <Remarks of={certificate} />
    </>
  );
}
