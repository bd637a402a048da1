import { Alert, Flex, Table, Typography } from 'antd';
import {
  AddWebhookBody,
  ChangeWebhookBody,
  ReplayWebhookBody,
  RollWebhookKeyBody,
  type WebhookKey,
  type WebhookKeyMade,
  type WebhookView,
} from '@app/sdk';
import { CreateButton, type Act, type Creation } from '../actions.js';
import { Collection } from '../collection.js';
import { label, say, term } from '../i18n.js';
import { Code, Facts, None, Organisation, State, Terms, Venue, When } from '../show.js';
import { useFeedTypes } from './feed.js';
import { Deliveries } from './webhook-deliveries.js';
import { verifier } from './webhook-verifier.js';

/** Where the feed is sent to, with which keys, and how that goes. */
export function Webhooks() {
  const types = useFeedTypes().map((value) => ({ value, label: value }));
  const choices = () => ({ types });
  const shown = (made: unknown) => <KeyMade of={made as WebhookKeyMade} />;
  // Not of the state machine: possible as long as it can be retired.
  const alive = { permission: 'webhook.manage', offered: 'retire' } as const;
  const acts: readonly Act<WebhookView>[] = [
    { name: 'enableWebhook', offered: 'enable', to: 'activation', permission: 'webhook.manage', tone: 'main' },
    {
      ...alive,
      name: 'changeWebhook',
      to: '',
      method: 'PATCH',
      schema: ChangeWebhookBody,
      initial: ({ url, description, venueId, types: of }) => ({ url, description, venueId, types: of }),
      choices,
    },
    { ...alive, name: 'rollKey', to: 'key', schema: RollWebhookKeyBody, shown },
    { name: 'disableWebhook', offered: 'disable', to: 'deactivation', permission: 'webhook.manage', tone: 'danger' },
    { ...alive, name: 'retireWebhook', to: 'retirement', tone: 'danger' },
  ];
  const add: Creation = {
    path: '/v1/webhooks',
    title: say('addWebhook'),
    permission: 'webhook.manage',
    schema: AddWebhookBody,
    choices,
    shown,
  };
  return (
    <Collection<WebhookView>
      page="webhooks"
      path="/v1/webhooks"
      query={{ limit: '100' }}
      creations={[add]}
      acts={acts}
      title={({ state }) => (
        <Flex gap={10}>
          {say('webhook')} <State of={state} />
        </Flex>
      )}
      columns={[
        { name: 'url', show: ({ url }) => <span className="url">{url}</span> },
        { name: 'state', show: ({ state }) => <State of={state} /> },
        { name: 'operatorId', show: ({ operatorId }) => <Organisation id={operatorId} /> },
        { name: 'venueId', show: ({ venueId }) => (venueId ? <Venue id={venueId} /> : say('wholeFeed')) },
        { name: 'position', align: 'right', show: ({ position }) => position },
      ]}
      detail={(webhook) => <Webhook of={webhook} />}
    />
  );
}

function Webhook({ of: webhook }: { of: WebhookView }) {
  const { id, url, description, venueId, types, keys, reason, position, pausedUntil, failingSince, state } = webhook;
  const replay: Creation = {
    path: `/v1/webhooks/${id}/replays`,
    title: say('replayRange'),
    permission: 'webhook.manage',
    schema: ReplayWebhookBody,
    initial: () => ({ first: Math.max(1, position - 99), last: Math.max(1, position) }),
  };
  return (
    <>
      {reason && reason !== 'REQUESTED' && (
        <Alert type="warning" showIcon title={term(`webhook.${reason}`)} description={say('webhookStopped')} />
      )}
      <Facts
        of={{
          url: <span className="url">{url}</span>,
          ...(description && { description }),
          ...(reason && { reason: term(`webhook.${reason}`) }),
          venueId: venueId ? <Venue id={venueId} /> : say('wholeFeed'),
          types: types ? <Terms of={types} /> : say('allTypes'),
          position,
          ...(pausedUntil && { pausedUntil: <When at={pausedUntil} /> }),
          ...(failingSince && { failingSince: <When at={failingSince} /> }),
        }}
      />
      {keys.length > 0 && <Keys of={keys} />}
      <section>
        <Flex gap={12} wrap align="center" justify="space-between" style={{ marginBottom: 8 }}>
          <Typography.Title level={5} style={{ margin: 0 }}>
            {say('webhookDeliveries')}
          </Typography.Title>
          {state !== 'RETIRED' && position > 0 && <CreateButton creation={replay} />}
        </Flex>
        <Deliveries webhook={webhook} />
      </section>
    </>
  );
}

const Keys = ({ of: keys }: { of: readonly WebhookKey[] }) => (
  <section>
    <Typography.Title level={5}>{say('keys')}</Typography.Title>
    <Table<WebhookKey>
      rowKey="id"
      size="small"
      pagination={false}
      scroll={{ x: 'max-content' }}
      dataSource={[...keys]}
      columns={[
        { title: label('scheme'), render: (_, { scheme }) => term(scheme) },
        { title: label('publicKey'), render: (_, { publicKey }) => <Code of={publicKey} length={24} /> },
        { title: label('keyEndsAt'), render: (_, { endsAt }) => (endsAt ? <When at={endsAt} /> : <None />) },
      ]}
    />
  </section>
);

/** The key that was just made, and how to check with it; a secret is never shown again. */
function KeyMade({ of: { secret, publicKey } }: { of: WebhookKeyMade }) {
  const key = secret ?? publicKey;
  if (!key) return <Alert type="warning" showIcon title={say('secretGone')} />;
  return (
    <Flex vertical gap={16}>
      <Alert type={secret ? 'warning' : 'info'} showIcon title={say(secret ? 'secretOnce' : 'publicKeyAbout')} />
      <Typography.Text code copyable={{ text: key }} className="whole" data-testid="webhook-key">
        {key}
      </Typography.Text>
      <section>
        <Typography.Title level={5} copyable={{ text: verifier(key) }}>
          {say('howToVerify')}
        </Typography.Title>
        <pre className="payload" data-testid="webhook-verifier">
          {verifier(key)}
        </pre>
      </section>
    </Flex>
  );
}
