import { SearchOutlined } from '@ant-design/icons';
import { Input, Tabs } from 'antd';
import { useState } from 'react';
import { RequestErasureBody, type ErasureView, type EventView } from '@app/sdk';
import { Actions, type Act } from '../actions.js';
import { Collection } from '../collection.js';
import { say, term } from '../i18n.js';
import { usePlace } from '../router.js';
import { can, useMe } from '../session/session.js';
import { Code, Facts, Person, State, When } from '../show.js';
import { DownloadProof, Thing } from '../thing.js';
import { Keeping } from './ledger-keeping.js';
import { PublishedTree } from './ledger-tree.js';

/** The tree is everybody's; what stands in it is for those who answer for it. */
export function Ledger() {
  const me = useMe();
  const { id } = usePlace();
  const reads = can(me, 'ledger.read');
  return (
    <Tabs
      destroyOnHidden
      key={reads ? 'reader' : 'public'}
      defaultActiveKey={id?.startsWith('ers_') ? 'erasures' : reads ? 'events' : 'tree'}
      items={[
        ...(reads ? [{ key: 'events', label: say('ledgerEvents'), children: <Events /> }] : []),
        { key: 'tree', label: say('ledgerTree'), children: <PublishedTree /> },
        ...(reads
          ? [
              { key: 'keeping', label: say('ledgerKeeping'), children: <Keeping /> },
              { key: 'erasures', label: say('erasures'), children: <Erasures /> },
            ]
          : []),
      ]}
    />
  );
}

/** Every change of the platform as the ledger keeps it, with the proof that it stands there. */
function Events() {
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
        { name: 'actor', show: ({ actor }) => <Person id={actor} /> },
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

const eventActs: readonly Act<EventView>[] = [
  {
    name: 'requestErasure',
    to: 'erasure',
    permission: 'payload.erase',
    when: ({ payload }) => payload !== null,
    schema: RequestErasureBody,
    tone: 'danger',
  },
];

function Event({ of: event }: { of: EventView }) {
  return (
    <>
      <DownloadProof eventId={event.id} />
      <Actions path="/v1/events" thing={event} acts={eventActs} />
      <Facts
        of={{
          type: event.type,
          stream: <Thing id={event.stream} length={40} />,
          streamVersion: event.streamVersion,
          actor: <Person id={event.actor} />,
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

/** Whoever asked for it cannot decide it. */
const other = ({ requestedBy }: ErasureView, { id }: { id: string }) => requestedBy !== id;

const erasureActs: readonly Act<ErasureView>[] = [
  { name: 'erase', offered: 'approve', to: 'approval', permission: 'payload.erase', when: other, tone: 'danger' },
  { name: 'declineErasure', offered: 'decline', to: 'declination', permission: 'payload.erase', when: other },
];

const Erasures = () => (
  <Collection<ErasureView>
    page="ledger"
    path="/v1/erasures"
    query={{ limit: '50' }}
    acts={erasureActs}
    empty={say('noErasure')}
    title={({ state }) => <State of={state} kind="erasure" />}
    columns={[
      { name: 'state', show: ({ state }) => <State of={state} kind="erasure" /> },
      { name: 'eventType', show: ({ eventType }) => <strong>{eventType}</strong> },
      { name: 'legalBasis', show: ({ legalBasis }) => term(legalBasis) },
      { name: 'reference', show: ({ reference }) => reference },
      { name: 'requestedBy', show: ({ requestedBy }) => <Person id={requestedBy} /> },
    ]}
    detail={(erasure) => (
      <Facts
        of={{
          eventType: erasure.eventType,
          eventId: <Code of={erasure.eventId} length={40} />,
          stream: <Thing id={erasure.eventStream} length={24} />,
          legalBasis: term(erasure.legalBasis),
          reference: erasure.reference,
          reason: erasure.reason,
          requestedBy: <Person id={erasure.requestedBy} />,
          decidedBy: <Person id={erasure.decidedBy} />,
        }}
      />
    )}
  >
    {say('erasuresAbout')}
  </Collection>
);
