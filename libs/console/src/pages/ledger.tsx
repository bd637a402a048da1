import { DownloadOutlined, SearchOutlined } from '@ant-design/icons';
import { Button, Flex, Input, Typography } from 'antd';
import { useState } from 'react';
import type { EventView } from '@app/sdk';
import { useChange } from '../api.js';
import { Collection } from '../collection.js';
import { say } from '../i18n.js';
import { ProblemAlert } from '../problem.js';
import { useConnection } from '../session/session.js';
import { Code, Facts, When } from '../show.js';

/** Every change of the platform as the ledger keeps it, with the proof that it stands there. */
export function Ledger() {
  const [stream, setStream] = useState('');
  const valid = /^[a-z]{3}_\w{1,64}$/.test(stream);
  return (
    <Collection<EventView>
      page="ledger"
      path="/v1/events"
      query={{ limit: '50', ...(valid && { stream }) }}
      title={({ type, index }) => `#${index} ${type}`}
      columns={[
        { name: 'index', align: 'right', show: ({ index }) => index },
        { name: 'type', show: ({ type }) => <strong>{type}</strong> },
        { name: 'stream', show: ({ stream: of }) => <Code of={of} length={16} /> },
        { name: 'streamVersion', align: 'right', show: ({ streamVersion }) => streamVersion },
        { name: 'actor', show: ({ actor }) => <Code of={actor} /> },
        { name: 'occurredAt', show: ({ occurredAt }) => <When at={occurredAt} /> },
      ]}
      detail={(event) => <Event of={event} />}
    >
      <Input
        allowClear
        prefix={<SearchOutlined aria-hidden />}
        placeholder={say('streamSearch')}
        aria-label={say('streamSearch')}
        value={stream}
        status={stream === '' || valid ? '' : 'warning'}
        onChange={({ target }) => setStream(target.value.trim())}
        style={{ width: 360 }}
      />
    </Collection>
  );
}

function Event({ of: event }: { of: EventView }) {
  const { client } = useConnection();
  const proof = useChange(async () => {
    const text = await (await client.send(`/v1/events/${event.id}/proof`, {})).text();
    const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
    Object.assign(document.createElement('a'), { href: address, download: `${event.id}.tlog-proof` }).click();
    URL.revokeObjectURL(address);
  });
  return (
    <>
      <Flex vertical gap={8} align="start">
        <Button
          icon={<DownloadOutlined aria-hidden />}
          type="primary"
          loading={proof.isPending}
          onClick={() => proof.mutate()}
        >
          {say('downloadProof')}
        </Button>
        <ProblemAlert error={proof.error} />
        <Typography.Text type="secondary">{say('proofAbout')}</Typography.Text>
      </Flex>
      <Facts
        of={{
          type: event.type,
          stream: <Code of={event.stream} length={40} />,
          streamVersion: event.streamVersion,
          actor: <Code of={event.actor} length={40} />,
          occurredAt: <When at={event.occurredAt} />,
          ...(event.rulePack && { rulePack: event.rulePack }),
          payloadDigest: <Code of={event.payloadDigest} length={40} />,
          salt: <Code of={event.salt} length={40} />,
        }}
      />
      <pre className="payload">
        {event.payload === null ? say('erased') : JSON.stringify(JSON.parse(event.payload), null, 2)}
      </pre>
    </>
  );
}
