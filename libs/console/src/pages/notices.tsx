import { Card, Empty, Flex, Progress, Typography } from 'antd';
import { ObjectBody, type Page, type PublicNotice } from '@app/sdk';
import { CreateButton } from '../actions.js';
import { useApi, usePlatformNow } from '../api.js';
import { either, label, say, term } from '../i18n.js';
import { ProblemAlert } from '../problem.js';
import { Facts, Organisation, Remaining, When } from '../show.js';

/** What is published before it is registered; anyone concerned may object. */
export function Notices() {
  const { data, error } = useApi<Page<PublicNotice>>('/v1/public-notices?limit=100');
  return (
    <>
      <ProblemAlert error={error} />
      {data?.items.length === 0 && <Empty description={say('noNotice')} style={{ padding: 40 }} />}
      <div className="goods wide">
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
    <Card title={<span className="wrapping">{notice.dataName}</span>} extra={<Remaining until={notice.endsAt} />}>
      <Flex vertical gap={10}>
        <Typography.Paragraph ellipsis={{ rows: 4, expandable: true }} style={{ margin: 0 }}>
          {notice.dataAbstract}
        </Typography.Paragraph>
        <Progress
          percent={percent}
          size="small"
          aria-label={label('endsAt')}
          format={() => say('workingDaysLeft', { n: notice.remainingWorkingDays })}
        />
        <Facts
          labelWidth={104}
          of={{
            type: either(notice.typeName),
            ...(notice.certificateNumber && { certificateNumber: notice.certificateNumber }),
            applicant: [notice.applicant, ...notice.jointApplicants]
              .map(({ name, uscc }) => `${name} (${uscc})`)
              .join('; '),
            ...(notice.transferee && { transfereeId: `${notice.transferee.name} (${notice.transferee.uscc})` }),
            registrarId: <Organisation id={notice.registrarId} />,
            restriction: notice.restrictions.map(either).join('; ') || term('none'),
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
