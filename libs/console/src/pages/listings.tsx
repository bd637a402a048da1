import { SearchOutlined } from '@ant-design/icons';
import { Button, Card, Empty, Flex, Input, Segmented, Select, Tag, Typography } from 'antd';
import { useDeferredValue, useState } from 'react';
import {
  DraftListingBody,
  OptionalReasonBody,
  PlaceOrderBody,
  productTypes,
  ReasonBody,
  type ListingView,
  type VenueView,
} from '@app/sdk';
import { CreateButton, type Act, type Creation } from '../actions.js';
import { usePages } from '../api.js';
import { Collection } from '../collection.js';
import { either, label, say, term } from '../i18n.js';
import { go, To } from '../router.js';
import { can, useMe } from '../session/session.js';
import { Code, Facts, Money, None, Organisation, State, Terms, Venue, When } from '../show.js';

const own = ({ sellerId }: ListingView, { orgId }: { orgId: string }) => sellerId === orgId;

const acts: readonly Act<ListingView>[] = [
  { name: 'submit', to: 'submission', permission: 'listing.offer', when: own, tone: 'main' },
  {
    name: 'revise',
    to: '',
    method: 'PUT',
    permission: 'listing.offer',
    when: own,
    schema: DraftListingBody,
    initial: (listing) =>
      Object.fromEntries(Object.keys(DraftListingBody.shape).map((key) => [key, listing[key as 'title']])),
  },
  { name: 'approve', to: 'approval', permission: 'listing.decide', tone: 'main' },
  { name: 'reject', to: 'rejection', permission: 'listing.decide', schema: ReasonBody, tone: 'danger' },
  { name: 'suspend', to: 'suspension', permission: 'listing.suspend', schema: ReasonBody, tone: 'danger' },
  { name: 'resume', to: 'resumption', permission: 'listing.suspend' },
  {
    name: 'delist',
    to: 'delisting',
    permission: 'listing.offer',
    when: own,
    schema: OptionalReasonBody,
    tone: 'danger',
  },
];

const draft = (): Creation => ({
  path: '/v1/listings',
  title: say('draftListing'),
  permission: 'listing.offer',
  schema: DraftListingBody,
  initial: () => ({ complianceStatement: { text: '', accepted: false, statedAt: new Date().toISOString() } }),
});

const order = (listing: ListingView): Creation => ({
  path: '/v1/orders',
  title: say('placeOrder'),
  permission: 'order.place',
  schema: PlaceOrderBody,
  given: ['listingId'],
  initial: () => ({ listingId: listing.id }),
});

type Scope = 'catalogue' | 'own' | 'venue';

/** The catalogue for everyone; one's own listings for sellers; what is to be decided for officers. */
export function Listings() {
  const me = useMe();
  const [scope, setScope] = useState<Scope>('catalogue');
  const scopes: Scope[] = [
    'catalogue',
    ...(can(me, 'listing.offer') ? (['own'] as const) : []),
    ...(can(me, 'listing.decide') ? (['venue'] as const) : []),
  ];
  const [q, setQ] = useState('');
  const [where, setWhere] = useState<Where>({});
  const query = { q: useDeferredValue(q.trim()), ...where, scope, limit: '50' };
  return (
    <Collection<ListingView>
      page="listings"
      path="/v1/listings"
      query={query}
      creations={[draft()]}
      acts={acts}
      title={({ title, state }) => (
        <Flex gap={10} align="center" wrap>
          {title} <State of={state} />
        </Flex>
      )}
      columns={[
        { name: 'title', show: ({ title }) => <strong>{title}</strong> },
        { name: 'state', show: ({ state }) => <State of={state} /> },
        { name: 'productType', show: ({ productType: type }) => term(type) },
        { name: 'venueId', show: ({ venueId: id }) => <Venue id={id} /> },
        { name: 'sellerId', show: ({ sellerId }) => <Organisation id={sellerId} /> },
        { name: 'price', align: 'right', show: ({ price }) => <Money of={price} /> },
      ]}
      detail={(listing) => <Detail listing={listing} />}
      {...(scope === 'catalogue' && { view: (items: readonly ListingView[]) => <Goods items={items} /> })}
    >
      {scopes.length > 1 && (
        <Segmented<Scope>
          value={scope}
          onChange={setScope}
          options={scopes.map((value) => ({ value, label: term(value) }))}
        />
      )}
      <Input
        allowClear
        prefix={<SearchOutlined aria-hidden />}
        placeholder={say('searchCatalogue')}
        aria-label={say('searchCatalogue')}
        value={q}
        onChange={({ target }) => setQ(target.value)}
        style={{ width: 240 }}
      />
      <Filters where={where} onChange={setWhere} />
    </Collection>
  );
}

interface Where {
  readonly venueId?: string | undefined;
  readonly productType?: string | undefined;
}

function Filters({ where, onChange }: { where: Where; onChange: (where: Where) => void }) {
  const venues = usePages<VenueView>('/v1/venues', { limit: '100' }).items;
  return (
    <>
      <Select
        allowClear
        placeholder={label('venueId')}
        aria-label={label('venueId')}
        style={{ width: 200 }}
        options={venues.map(({ id, name }) => ({ value: id, label: either(name) }))}
        value={where.venueId ?? null}
        onChange={(venueId: string | undefined) => onChange({ ...where, venueId })}
      />
      <Select
        allowClear
        placeholder={label('productType')}
        aria-label={label('productType')}
        style={{ width: 140 }}
        options={productTypes.map((value) => ({ value, label: term(value) }))}
        value={where.productType ?? null}
        onChange={(productType: string | undefined) => onChange({ ...where, productType })}
      />
    </>
  );
}

function Goods({ items }: { items: readonly ListingView[] }) {
  if (items.length === 0) return <Empty description={say('emptyCatalogue')} style={{ padding: 40 }} />;
  return (
    <div className="goods">
      {items.map((listing) => (
        <Card key={listing.id} hoverable onClick={() => go('listings', listing.id)}>
          <Flex vertical gap={10} style={{ height: '100%' }}>
            <Flex gap={6} wrap>
              <Tag color="blue">{term(listing.productType)}</Tag>
              <Tag>{listing.certificateNumber}</Tag>
            </Flex>
            <To page="listings" id={listing.id}>
              <Typography.Text strong style={{ fontSize: 16 }}>
                {listing.title}
              </Typography.Text>
            </To>
            <Typography.Paragraph type="secondary" ellipsis={{ rows: 3 }} style={{ marginBottom: 0, flex: 1 }}>
              {listing.description}
            </Typography.Paragraph>
            <Flex justify="space-between" align="end">
              <span className="price">
                <Money of={listing.price} />
              </span>
              <Typography.Text type="secondary">
                <Venue id={listing.venueId} />
              </Typography.Text>
            </Flex>
          </Flex>
        </Card>
      ))}
    </div>
  );
}

function Detail({ listing }: { listing: ListingView }) {
  const { licence, complianceStatement: statement } = listing;
  const me = useMe();
  const orders = listing.state === 'PUBLISHED' && listing.sellerId !== me?.orgId;
  return (
    <>
      {orders && <CreateButton creation={order(listing)} onDone={(id) => go('orders', id)} />}
      <Typography.Paragraph style={{ whiteSpace: 'pre-wrap' }}>{listing.description}</Typography.Paragraph>
      <Facts
        of={{
          price: <Money of={listing.price} />,
          productType: term(listing.productType),
          venueId: <Venue id={listing.venueId} />,
          sellerId: <Organisation id={listing.sellerId} />,
          certificateNumber: <a href={`/certificates/${listing.certificateNumber}`}>{listing.certificateNumber}</a>,
          scenarios: listing.scenarios.length > 0 ? listing.scenarios.join('; ') : <None />,
          licence: [
            term(licence.exclusive ? 'exclusive' : 'nonExclusive'),
            licence.termMonths === null ? say('noEnd') : say('months', { n: licence.termMonths }),
            term(licence.resale ? 'resale' : 'noResale'),
            licence.purposes,
          ]
            .filter(Boolean)
            .join(' · '),
          acceptanceDays: say('workingDays', { n: listing.acceptanceDays }),
          deliveryModes: <Terms of={listing.deliveryModes} />,
          schemeId: listing.schemeId ? <Code of={listing.schemeId} /> : <None />,
          complianceStatement: (
            <>
              {term(statement.accepted ? 'stated' : 'notStated')} {statement.text}
            </>
          ),
          publishedAt: <When at={listing.publishedAt} />,
          ...(listing.reason && { reason: listing.reason }),
        }}
      />
      {listing.state === 'PUBLISHED' && !me && <Button onClick={() => go('orders')}>{say('signInToOrder')}</Button>}
    </>
  );
}
