import { FilePdfOutlined, LinkOutlined, SearchOutlined } from '@ant-design/icons';
import { Button, Card, Empty, Flex, Input, Progress, Space, Typography } from 'antd';
import { useDeferredValue, useState } from 'react';
import { EndCertificateBody, inForce, ObjectBody, type CertificateView, type Page, type PublicNotice } from '@app/sdk';
import { CreateButton, type Act } from '../actions.js';
import { useApi, usePlatformNow } from '../api.js';
import { Collection } from '../collection.js';
import { groundsFor } from '../forms/choices.js';
import { say, term } from '../i18n.js';
import { ProblemAlert } from '../problem.js';
import { Code, Facts, None, Organisation, Remaining, State, Terms, textAt, When } from '../show.js';

const acts: readonly Act<CertificateView>[] = [
  {
    name: 'cancelCertificate',
    to: 'cancellation',
    permission: 'certificate.propose',
    when: ({ status, registrarId }, { orgId }) => inForce(status) && registrarId === orgId,
    schema: EndCertificateBody,
    choices: () => ({ groundCode: groundsFor('CANCEL') }),
    tone: 'danger',
  },
];

const nameOf = ({ subject }: CertificateView): string => textAt(subject, 'data', 'name');

/** The public register of certificates. */
export function Certificates() {
  const [search, setSearch] = useState('');
  return (
    <Collection<CertificateView>
      page="certificates"
      path="/v1/certificates"
      query={{ search: useDeferredValue(search.trim()), limit: '50' }}
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
    </Collection>
  );
}

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
      </Space>
      <Facts
        of={{
          number: <strong>{number}</strong>,
          dataName: nameOf(certificate),
          rights: <Terms of={certificate.rights} />,
          holderId: `${textAt(certificate.subject, 'holder', 'name')} (${textAt(certificate.subject, 'holder', 'uscc')})`,
          registrarId: <Organisation id={certificate.registrarId} />,
          validFrom: <When at={certificate.validFrom} />,
          validTo: <When at={certificate.validTo} />,
          resourceId: <Code of={certificate.resourceId} />,
          credentialSha256: certificate.credentialSha256 ? (
            <Code of={certificate.credentialSha256.ES256} length={24} />
          ) : (
            <None />
          ),
          documentSha256: <Code of={certificate.documentSha256} length={24} />,
          ...(ended && {
            ended: (
              <>
                <When at={ended.at} /> · {ended.groundCode} · {ended.text}
              </>
            ),
          }),
        }}
      />
    </>
  );
}

/** What is published before it is registered; anyone concerned may object. */
export function Notices() {
  const { data, error } = useApi<Page<PublicNotice>>('/v1/public-notices?limit=100');
  return (
    <>
      <ProblemAlert error={error} />
      {data?.items.length === 0 && <Empty description={say('noNotice')} style={{ padding: 40 }} />}
      <div className="goods">
        {data?.items.map((notice) => (
          <Notice key={notice.applicationId} of={notice} />
        ))}
      </div>
    </>
  );
}

function Notice({ of: notice }: { of: PublicNotice }) {
  const [from, to] = [notice.publishedAt, notice.endsAt].map((at) => new Date(at).getTime()) as [number, number];
  const percent = Math.min(100, Math.max(0, Math.round(((usePlatformNow() - from) / (to - from)) * 100)));
  return (
    <Card title={notice.dataName} extra={<Remaining until={notice.endsAt} />}>
      <Flex vertical gap={10}>
        <Typography.Paragraph ellipsis={{ rows: 4, expandable: true }} style={{ margin: 0 }}>
          {notice.dataAbstract}
        </Typography.Paragraph>
        <Progress
          percent={percent}
          size="small"
          format={() => say('workingDaysLeft', { n: notice.remainingWorkingDays })}
        />
        <Facts
          of={{
            applicant: `${notice.applicant.name} (${notice.applicant.uscc})`,
            registrarId: <Organisation id={notice.registrarId} />,
            restriction: notice.restrictions.join('; ') || term('none'),
            publishedAt: <When at={notice.publishedAt} />,
            endsAt: (
              <>
                <When at={notice.endsAt} /> {notice.provisional && `(${say('provisional')})`}
              </>
            ),
          }}
        />
        <CreateButton
          creation={{
            path: `/v1/applications/${notice.applicationId}/objections`,
            title: say('objectTo'),
            permission: 'application.object',
            schema: ObjectBody,
          }}
        />
      </Flex>
    </Card>
  );
}
