import { Card, Flex, Select, Steps, Typography } from 'antd';
import { useState } from 'react';
import {
  OptionalReasonBody,
  orderStates,
  ReasonBody,
  ResolveDisputeBody,
  SimulatePaymentBody,
  type EscrowView,
  type OrderContractView,
  type OrderView,
  type OrganisationJwks,
  type Page,
} from '@app/sdk';
import { CreateButton, type Act } from '../actions.js';
import { useApi, useStatus } from '../api.js';
import { Collection } from '../collection.js';
import { either, label, say, termOf } from '../i18n.js';
import { ProblemAlert } from '../problem.js';
import { To } from '../router.js';
import { can, useConnection, useMe, type Me } from '../session/session.js';
import { Code, Facts, Money, None, Organisation, Remaining, State, Venue, When } from '../show.js';
import { signFor } from '../keys.js';

/** `typ` of a party's signature under a contract, as the service wants it. */
const CONTRACT_SIGNATURE_TYP = 'contract-signature+jws';

const buyer = ({ buyerId }: OrderView, { orgId }: Me) => buyerId === orgId;
const party = ({ buyerId, sellerId }: OrderView, { orgId }: Me) => [buyerId, sellerId].includes(orgId);

/** Signs with the organisation's own key in this browser. */
export function useSigner() {
  const { client } = useConnection();
  return async (me: Me, payload: object, typ: string): Promise<{ jws: string }> => {
    const { keys } = await client.get<OrganisationJwks>(`/v1/organisations/${me.orgId}/keys`);
    const kids = keys.map(({ kid }) => kid);
    return { jws: await signFor(me.orgId, kids, payload, typ) };
  };
}

function useActs(): readonly Act<OrderView>[] {
  const sign = useSigner();
  return [
    {
      name: 'sign',
      to: 'signatures',
      permission: 'order.sign',
      when: (order, me) =>
        party(order, me) && !order.signatures.some(({ organisationId }) => organisationId === me.orgId),
      body: ({ id, contractHash }, me) =>
        sign(me, { orderId: id, contractHash, organisationId: me.orgId }, CONTRACT_SIGNATURE_TYP),
      tone: 'main',
    },
    { name: 'acceptOrder', offered: 'accept', to: 'acceptance', permission: 'order.accept', when: buyer, tone: 'main' },
    {
      name: 'rejectDelivery',
      offered: 'reject',
      to: 'rejection',
      permission: 'order.accept',
      when: buyer,
      schema: ReasonBody,
      tone: 'danger',
    },
    { name: 'dispute', to: 'dispute', permission: 'order.dispute', when: party, schema: ReasonBody, tone: 'danger' },
    {
      name: 'cancel',
      to: 'cancellation',
      permission: 'order.cancel',
      when: party,
      schema: OptionalReasonBody,
      tone: 'danger',
    },
    {
      name: 'resolve',
      offered: 'redeliver',
      to: 'dispute-resolution',
      permission: 'order.resolve',
      schema: ResolveDisputeBody,
      tone: 'main',
    },
  ];
}

export function Orders() {
  const [state, setState] = useState<string>();
  return (
    <Collection<OrderView>
      page="orders"
      path="/v1/orders"
      query={{ state, limit: '50' }}
      acts={useActs()}
      empty={say('noOrder')}
      title={({ number, state: now }) => (
        <Flex gap={10} align="center">
          {number} <State of={now} kind="order" />
        </Flex>
      )}
      columns={[
        { name: 'number', show: ({ number }) => <strong className="figures">{number}</strong> },
        { name: 'state', show: ({ state: now }) => <State of={now} kind="order" /> },
        { name: 'buyerId', show: ({ buyerId }) => <Organisation id={buyerId} /> },
        { name: 'sellerId', show: ({ sellerId }) => <Organisation id={sellerId} /> },
        { name: 'gross', align: 'right', show: ({ gross }) => <Money of={gross} /> },
        { name: 'placedAt', show: ({ placedAt }) => <When at={placedAt} /> },
      ]}
      detail={(order) => <Detail order={order} />}
    >
      <Select
        allowClear
        placeholder={label('state')}
        aria-label={label('state')}
        style={{ width: 180 }}
        options={orderStates.map((value) => ({ value, label: termOf('order', value) }))}
        onChange={setState}
      />
    </Collection>
  );
}

const course = [
  'CREATED',
  'CONTRACTED',
  'FUNDED',
  'DELIVERING',
  'DELIVERED',
  'ACCEPTED',
  'SETTLED',
  'COMPLETED',
] as const;

function Detail({ order }: { order: OrderView }) {
  const at = (course as readonly string[]).indexOf(order.state);
  return (
    <>
      {at >= 0 && (
        <Steps
          size="small"
          current={order.state === 'COMPLETED' ? course.length : at}
          responsive
          titlePlacement="vertical"
          items={course.map((state) => ({ title: termOf('order', state) }))}
        />
      )}
      <Facts
        of={{
          gross: <Money of={order.gross} />,
          buyerId: <Organisation id={order.buyerId} />,
          sellerId: <Organisation id={order.sellerId} />,
          venueId: <Venue id={order.venueId} />,
          listingId: (
            <To page="listings" id={order.listingId}>
              {say('show')}
            </To>
          ),
          certificateNumber: <a href={`/certificates/${order.certificateNumber}`}>{order.certificateNumber}</a>,
          acceptanceDays: say('workingDays', { n: order.acceptanceDays }),
          acceptanceDue: order.acceptanceDue ? (
            <Flex gap={8} wrap>
              <When at={order.acceptanceDue} /> <Remaining until={order.acceptanceDue} />
            </Flex>
          ) : (
            <None />
          ),
          deliveryId: order.deliveryId ? (
            <To page="deliveries" id={order.deliveryId}>
              {say('show')}
            </To>
          ) : (
            <None />
          ),
          ...(order.reason && { reason: order.reason }),
        }}
      />
      <Payment order={order} />
      <Contract order={order} />
    </>
  );
}

/** What is to be paid, and in a demonstration the counter of the simulated bank. */
function Payment({ order }: { order: OrderView }) {
  const me = useMe();
  const demonstration = useStatus()?.demonstration ?? false;
  const sees = can(me, 'account.read') && order.state !== 'CREATED';
  const { data } = useApi<Page<EscrowView>>(sees ? `/v1/escrows?orderId=${order.id}` : null);
  const escrow = data?.items[0];
  if (!escrow) return null;
  return (
    <Card
      size="small"
      title={say('escrow')}
      extra={
        demonstration &&
        escrow.state === 'OPENED' && (
          <CreateButton
            creation={{
              path: '/v1/bank-simulator/payments',
              title: say('simulatePayment'),
              permission: 'bank-simulator.pay',
              schema: SimulatePaymentBody,
              initial: () => ({ reference: escrow.reference, amount: escrow.due, payer: order.buyerId }),
            }}
          />
        )
      }
    >
      <Facts
        of={{
          state: <State of={escrow.state} />,
          reference: <Code of={escrow.reference} length={40} />,
          due: <Money of={escrow.due} />,
          funded: <Money of={escrow.funded} />,
          held: <Money of={escrow.held} />,
        }}
      />
    </Card>
  );
}

function Contract({ order }: { order: OrderView }) {
  const { data, error } = useApi<OrderContractView>(`/v1/orders/${order.id}/contract`, { again: false });
  return (
    <section aria-label={say('contract')}>
      <Typography.Title level={5}>{say('contract')}</Typography.Title>
      <ProblemAlert error={error} />
      {data && <div className="contract">{either(data.text)}</div>}
      <Facts
        of={{
          contractHash: <Code of={order.contractHash} length={32} />,
          ...Object.fromEntries(
            order.signatures.map(({ organisationId, keyId, signedAt }, i) => [
              `${label('signature')} ${i + 1}`,
              <Flex key={keyId} gap={8} wrap align="center">
                <Organisation id={organisationId} /> <When at={signedAt} /> <Code of={keyId} />
              </Flex>,
            ]),
          ),
        }}
      />
    </section>
  );
}
