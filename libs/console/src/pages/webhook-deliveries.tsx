import { Button, Flex, Segmented, Table, Tag, Typography } from 'antd';
import { useState } from 'react';
import { deliveryStates, type WebhookDeliveryView, type WebhookView } from '@app/sdk';
import { useChange, usePages } from '../api.js';
import { label, say, termOf } from '../i18n.js';
import { ProblemAlert } from '../problem.js';
import { To } from '../router.js';
import { can, useConnection, useMe } from '../session/session.js';
import { Facts, None, State, When } from '../show.js';

const ALL = 'ALL';

/** The messages of one endpoint, the newest first. */
export function Deliveries({ webhook: { id, operatorId, state } }: { webhook: WebhookView }) {
  const me = useMe();
  const { client } = useConnection();
  const [which, setWhich] = useState<string>(ALL);
  const list = usePages<WebhookDeliveryView>(`/v1/webhooks/${id}/deliveries`, {
    limit: '50',
    ...(which !== ALL && { state: which }),
  });
  const replay = useChange((position: number) => client.post(`/v1/webhooks/${id}/deliveries/${position}/replay`, {}));
  const replays = can(me, 'webhook.manage') && state !== 'RETIRED';
  return (
    <Flex vertical gap={12}>
      <Segmented<string>
        aria-label={label('state')}
        value={which}
        onChange={setWhich}
        options={[ALL, ...deliveryStates].map((value) => ({ value, label: termOf('webhook', value) }))}
        style={{ alignSelf: 'start' }}
      />
      <ProblemAlert error={list.error ?? replay.error} />
      <Table<WebhookDeliveryView>
        rowKey="position"
        size="small"
        pagination={false}
        loading={list.isPending && !list.error}
        scroll={{ x: 'max-content' }}
        dataSource={list.items}
        locale={{ emptyText: say('nothing') }}
        expandable={{ expandedRowRender: (delivery) => <Attempt of={delivery} /> }}
        columns={[
          {
            title: label('position'),
            align: 'right',
            render: (_, { position }) => (
              <To page="feed" id={`${operatorId}:${position}`}>
                {position}
              </To>
            ),
          },
          { title: label('state'), render: (_, { state: of }) => <State of={of} kind="webhook" /> },
          { title: label('attempts'), dataIndex: 'attempts', align: 'right' },
          { title: label('answer'), render: (_, { last }) => <Answer of={last} /> },
          { title: label('at'), render: (_, { changedAt }) => <When at={changedAt} /> },
          ...(replays
            ? [
                {
                  title: '',
                  render: (_: unknown, { position, last }: WebhookDeliveryView) =>
                    last && (
                      <Button size="small" loading={replay.isPending} onClick={() => replay.mutate(position)}>
                        {say('replay')}
                      </Button>
                    ),
                },
              ]
            : []),
        ]}
      />
      {list.hasNextPage && <Button onClick={() => void list.fetchNextPage()}>{say('more')}</Button>}
    </Flex>
  );
}

type Last = WebhookDeliveryView['last'];

function Answer({ of: last }: { of: Last }) {
  if (!last) return <None />;
  if (last.status === null) return <Tag color="error">{say('noAnswer')}</Tag>;
  return <Tag color={last.status < 300 ? 'success' : 'error'}>{last.status}</Tag>;
}

function Attempt({ of: { last, nextAttemptAt } }: { of: WebhookDeliveryView }) {
  return (
    <Flex vertical gap={8}>
      <Facts
        of={{
          ...(nextAttemptAt && { nextAttemptAt: <When at={nextAttemptAt} /> }),
          ...(last && { lastAttemptAt: <When at={last.at} />, durationMs: `${last.durationMs} ms` }),
          ...(last?.error && { error: last.error }),
        }}
      />
      {last?.excerpt && (
        <>
          <Typography.Text type="secondary">{say('excerpt')}</Typography.Text>
          <pre className="payload">{last.excerpt}</pre>
        </>
      )}
    </Flex>
  );
}
