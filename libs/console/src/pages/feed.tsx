import { useQuery } from '@tanstack/react-query';
import {
  Badge,
  Button,
  Card,
  Drawer,
  Flex,
  Input,
  Modal,
  Select,
  Skeleton,
  Statistic,
  Table,
  Tabs,
  Typography,
} from 'antd';
import { useDeferredValue, useState } from 'react';
import type { CloudEvent, FeedManifestView, FeedTypes, VenueView } from '@app/sdk';
import { useApi, usePages, withQuery } from '../api.js';
import { Checks } from '../checks.js';
import { Rows } from '../collection.js';
import { useReturnOfFocus } from '../focus.js';
import { either, label, say } from '../i18n.js';
import { useLive } from '../live.js';
import { ProblemAlert } from '../problem.js';
import { go, usePlace } from '../router.js';
import { useConnection, useMe } from '../session/session.js';
import { Code, Facts, None, Organisation, Person, State, Venue, When } from '../show.js';
import { DownloadProof, Thing } from '../thing.js';
import { verifyManifest } from '../verify-manifest.js';

/** What an operator of venues gets of the log, as it happens, and the statements of its days. */
export function Feed() {
  const me = useMe()!;
  const { id } = usePlace();
  const venues = usePages<VenueView>('/v1/venues', { limit: '100' }).items;
  const operators = [...new Set(venues.map(({ operatorId }) => operatorId))];
  const [chosen, setChosen] = useState<string | null>(null);
  // `org_…:12`: an event by the feed and its position.
  const [whose, position] = id?.split(':') ?? [];
  const watches = !me.roles.includes('exchangeOfficer');
  const operator = whose ?? (watches ? (chosen ?? operators[0]) : me.orgId);
  if (!operator) return <Card>{say('noOperator')}</Card>;
  return (
    <Flex vertical gap={16}>
      {watches && (
        <Select
          aria-label={label('operatorId')}
          value={operator}
          onChange={setChosen}
          options={operators.map((value) => ({ value, label: <Organisation id={value} /> }))}
          style={{ width: 320, maxWidth: '100%' }}
        />
      )}
      <Tabs
        destroyOnHidden
        items={[
          { key: 'live', label: say('feedLive'), children: <Events operator={operator} venues={venues} /> },
          { key: 'manifests', label: say('manifests'), children: <Manifests operator={operator} /> },
        ]}
      />
      {position && <OpenEvent operator={operator} position={position} />}
    </Flex>
  );
}

export const useFeedTypes = (): readonly string[] =>
  useApi<FeedTypes>('/v1/feed/types', { again: false }).data?.types ?? [];

function Events({ operator, venues }: { operator: string; venues: readonly VenueView[] }) {
  const [venue, setVenue] = useState<string>();
  const [types, setTypes] = useState<string[]>([]);
  const [text, setText] = useState('');
  const subject = useDeferredValue(/^[a-z]{3,4}_\w{1,64}$/.test(text) ? text : '');
  const known = useFeedTypes();
  const live = useLive({ operator, venue, type: types.join() || undefined, subject: subject || undefined });
  const [newest] = useApi<CloudEvent[]>(withQuery('/v1/feed', { operator, after: '-1', limit: '1' })).data ?? [];
  const last = Math.max(Number(newest?.position ?? 0), Number(live.events[0]?.position ?? 0));
  return (
    <Flex vertical gap={16}>
      <Flex gap={24} wrap align="center">
        <Statistic title={say('lastPosition')} value={last} />
        <Badge
          status={live.connected ? 'success' : 'warning'}
          text={say(live.connected ? 'feedConnected' : 'feedWaiting')}
        />
        <Typography.Text type="secondary">{say('feedAbout')}</Typography.Text>
      </Flex>
      <Flex gap={12} wrap>
        <Select
          allowClear
          placeholder={label('venueId')}
          aria-label={label('venueId')}
          style={{ width: 200 }}
          options={venues.map(({ id, name }) => ({ value: id, label: either(name) }))}
          value={venue ?? null}
          onChange={(value: string | null) => setVenue(value ?? undefined)}
        />
        <Select
          mode="multiple"
          allowClear
          maxTagCount="responsive"
          placeholder={label('types')}
          aria-label={label('types')}
          style={{ width: 320, maxWidth: '100%' }}
          options={known.map((value) => ({ value, label: value }))}
          value={types}
          onChange={setTypes}
        />
        <Input
          allowClear
          placeholder={say('streamSearch')}
          aria-label={say('streamSearch')}
          value={text}
          status={text === '' || subject === text ? '' : 'warning'}
          onChange={({ target }) => setText(target.value.trim())}
          style={{ width: 320, maxWidth: '100%' }}
        />
      </Flex>
      <ProblemAlert error={live.error} />
      <Rows<{ id: string; event: CloudEvent }>
        page="feed"
        items={live.events.map((event) => ({ id: `${operator}:${event.position}`, event }))}
        loading={!live.connected && live.events.length === 0 && !live.error}
        columns={[
          { name: 'position', align: 'right', show: ({ event }) => event.position },
          { name: 'occurredAt', show: ({ event }) => <When at={event.time} /> },
          { name: 'type', show: ({ event }) => <strong>{event.type}</strong> },
          { name: 'stream', show: ({ event }) => <Code of={event.subject} /> },
          { name: 'state', show: ({ event }) => <Change of={event} /> },
          { name: 'venueId', show: ({ event }) => <Venue id={event.data.venue} /> },
        ]}
      />
    </Flex>
  );
}

/** State before → after, as the machine of that kind of thing names it. */
function Change({ of: { data, type } }: { of: CloudEvent }) {
  if (!data.state) return <None />;
  const { before, after } = data.state;
  const kind = /^\w+\.(order|application|certificate)-/.exec(type)?.[1] ?? '';
  if (before === after) return <State of={after} kind={kind} />;
  return (
    <Flex align="center" component="span" style={{ display: 'inline-flex' }}>
      {before && <State of={before} kind={kind} />}
      <span style={{ marginInlineEnd: 8 }}>→</span>
      <State of={after} kind={kind} />
    </Flex>
  );
}

function OpenEvent({ operator, position }: { operator: string; position: string }) {
  const query = { operator, after: String(Number(position) - 1), limit: '1' };
  const { data, error } = useApi<CloudEvent[]>(withQuery('/v1/feed', query), { again: false });
  const event = data?.[0];
  return (
    <Drawer
      open
      onClose={() => go('feed')}
      size={Math.min(760, window.innerWidth)}
      title={event ? `#${event.position} ${event.type}` : say('loading')}
      loading={!data && !error}
    >
      <ProblemAlert error={error} />
      {event && <Envelope of={event} />}
    </Drawer>
  );
}

function Envelope({ of: event }: { of: CloudEvent }) {
  const { payload, state, venue, version, actor } = event.data;
  return (
    <Flex vertical gap={16}>
      <Facts
        of={{
          stream: <Thing id={event.subject} length={24} />,
          state: state && <Change of={event} />,
          venueId: venue && <Venue id={venue} />,
          occurredAt: <When at={event.time} />,
          streamVersion: version,
          actor: <Person id={actor} />,
          index: event.sequence,
        }}
      />
      <DownloadProof eventId={event.id} />
      {payload === null && <Typography.Text type="warning">{say('erased')}</Typography.Text>}
      <Typography.Title level={5}>{say('envelope')}</Typography.Title>
      <pre className="payload">{JSON.stringify(event, null, 2)}</pre>
    </Flex>
  );
}

function Manifests({ operator }: { operator: string }) {
  const manifests = usePages<FeedManifestView>('/v1/feed/manifests', { operator, limit: '30' });
  const [open, setOpen] = useState<FeedManifestView | null>(null);
  return (
    <Card>
      <Typography.Paragraph type="secondary">{say('manifestsAbout')}</Typography.Paragraph>
      <ProblemAlert error={manifests.error} />
      <Table<FeedManifestView>
        rowKey="id"
        size="middle"
        pagination={false}
        loading={manifests.isPending && !manifests.error}
        dataSource={manifests.items}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: say('noManifest') }}
        columns={[
          { title: label('date'), dataIndex: 'date' },
          {
            key: 'verify',
            render: (_, manifest) => <Button onClick={() => setOpen(manifest)}>{say('verifyHere')}</Button>,
          },
          { title: say('positions'), render: (_, { first, last }) => (last < first ? '—' : `${first} – ${last}`) },
          { title: label('count'), dataIndex: 'count', align: 'right' },
          { title: label('rootHash'), render: (_, { root }) => <Code of={root} /> },
          { title: label('treeSize'), dataIndex: 'logSize', align: 'right' },
        ]}
      />
      {manifests.hasNextPage && <Button onClick={() => void manifests.fetchNextPage()}>{say('more')}</Button>}
      {open && <Verification of={open} close={() => setOpen(null)} />}
    </Card>
  );
}

function Verification({ of: manifest, close }: { of: FeedManifestView; close: () => void }) {
  const { client } = useConnection();
  const { data, error } = useQuery({
    queryKey: ['verified', manifest.id],
    queryFn: () => verifyManifest(client, manifest),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  });
  useReturnOfFocus();
  return (
    <Modal open title={`${say('manifest')} ${manifest.date}`} width={720} footer={null} onCancel={close}>
      <Flex vertical gap={16}>
        {!data && !error && <Skeleton active />}
        <Checks of={data} error={error} />
        <Facts
          of={{
            operatorId: <Organisation id={manifest.operatorId} />,
            rootHash: <Code of={manifest.root} length={28} />,
            previous: <Code of={manifest.previous} length={28} />,
            digest: <Code of={manifest.digest} length={28} />,
            cutAt: <When at={manifest.cutAt} />,
          }}
        />
      </Flex>
    </Modal>
  );
}
