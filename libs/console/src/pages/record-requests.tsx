import { Flex, Timeline, Typography } from 'antd';
import { DecideRecordRequestBody, type RecordRequestView } from '@app/sdk';
import { Collection } from '../collection.js';
import { term } from '../i18n.js';
import { Code, Facts, Organisation, State, When } from '../show.js';
import { Thing } from '../thing.js';

const words = { schema: DecideRecordRequestBody } as const;

/** Copies of the record, for a stated purpose, with the consent that it needs. */
export function RecordRequests() {
  return (
    <Collection<RecordRequestView>
      page="record-requests"
      path="/v1/record-requests"
      query={{ limit: '50' }}
      acts={[
        { name: 'record.consent', offered: 'consent', to: 'consent', permission: 'record.consent', ...words },
        { name: 'record.decline', offered: 'decline', to: 'declination', permission: 'record.consent', ...words },
        {
          name: 'record.grant',
          offered: 'grant',
          to: 'grant',
          permission: 'record.decide',
          tone: 'main',
          ...words,
        },
        {
          name: 'record.refuse',
          offered: 'refuse',
          to: 'refusal',
          permission: 'record.decide',
          tone: 'danger',
          ...words,
        },
        { name: 'record.withdraw', offered: 'withdraw', to: 'withdrawal', permission: 'record.request', ...words },
      ]}
      title={({ certificateNumber, state }) => (
        <Flex gap={10} align="center" wrap>
          {certificateNumber} <State of={state} kind="record" />
        </Flex>
      )}
      columns={[
        { name: 'certificateNumber', show: ({ certificateNumber }) => <strong>{certificateNumber}</strong> },
        { name: 'state', show: ({ state }) => <State of={state} kind="record" /> },
        { name: 'requesterId', show: ({ requesterId }) => <Organisation id={requesterId} /> },
        { name: 'requestedAt', show: ({ requestedAt }) => <When at={requestedAt} /> },
      ]}
      detail={(request) => <Request of={request} />}
    />
  );
}

function Request({ of: request }: { of: RecordRequestView }) {
  return (
    <>
      <Facts
        of={{
          certificateNumber: <Thing id={request.certificateId} name={request.certificateNumber} />,
          requesterId: <Organisation id={request.requesterId} />,
          registrantId: <Organisation id={request.registrantId} />,
          registrarId: <Organisation id={request.registrarId} />,
          purpose: request.purpose,
          interest: request.interest,
          requestedAt: <When at={request.requestedAt} />,
          ...(request.record && { evidenceHash: <Code of={request.record.hash} length={32} /> }),
        }}
      />
      <Timeline
        items={request.decisions.map(({ action, at, text }) => ({
          key: at + action,
          content: (
            <>
              <strong>{term(`record.${action}`)}</strong> · <When at={at} />
              <div>{text}</div>
            </>
          ),
        }))}
      />
      {request.record && (
        <Typography.Paragraph copyable style={{ wordBreak: 'break-all' }}>
          {request.record.document}
        </Typography.Paragraph>
      )}
    </>
  );
}
