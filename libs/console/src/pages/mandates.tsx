import { Flex, Typography } from 'antd';
import { EndMandateBody, OfferMandateBody, type CommissionView, type MandateView } from '@app/sdk';
import type { Act, Creation } from '../actions.js';
import { usePages } from '../api.js';
import { Collection } from '../collection.js';
import { say, term } from '../i18n.js';
import type { Me } from '../session/session.js';
import { Facts, Money, None, Organisation, State, Venue, When } from '../show.js';

const broker = ({ brokerId }: MandateView, { orgId }: Me) => brokerId === orgId;
const party = ({ brokerId, principalId }: MandateView, { orgId }: Me) => [brokerId, principalId].includes(orgId);

const acts: readonly Act<MandateView>[] = [
  {
    name: 'acceptMandate',
    offered: 'accept',
    to: 'acceptance',
    permission: 'mandate.answer',
    when: broker,
    tone: 'main',
  },
  {
    name: 'declineMandate',
    offered: 'decline',
    to: 'declination',
    permission: 'mandate.answer',
    when: broker,
    schema: EndMandateBody,
    tone: 'danger',
  },
  {
    name: 'terminate',
    to: 'termination',
    permission: 'mandate.terminate',
    when: party,
    schema: EndMandateBody,
    tone: 'danger',
  },
];

const offer = (): Creation => ({
  path: '/v1/mandates',
  title: say('offerMandate'),
  permission: 'mandate.offer',
  schema: OfferMandateBody,
});

/** Basis points as people read them: 250 → 2.50 %. */
export const percent = (basisPoints: number): string => `${(basisPoints / 100).toFixed(2)} %`;

export function Mandates() {
  return (
    <Collection<MandateView>
      page="mandates"
      path="/v1/mandates"
      creations={[offer()]}
      acts={acts}
      title={({ side, state }) => (
        <Flex gap={10} align="center">
          {term(side)} <State of={state} />
        </Flex>
      )}
      columns={[
        { name: 'side', show: ({ side }) => term(side) },
        { name: 'state', show: ({ state }) => <State of={state} /> },
        { name: 'principalId', show: ({ principalId }) => <Organisation id={principalId} /> },
        { name: 'brokerId', show: ({ brokerId }) => <Organisation id={brokerId} /> },
        { name: 'venueId', show: ({ venueId }) => <Venue id={venueId} /> },
        { name: 'commissionBp', align: 'right', show: ({ commissionBp }) => percent(commissionBp) },
        { name: 'validTo', show: ({ validTo }) => <When at={validTo} /> },
      ]}
      detail={(mandate) => (
        <>
          <Facts
            of={{
              principalId: <Organisation id={mandate.principalId} />,
              brokerId: <Organisation id={mandate.brokerId} />,
              venueId: <Venue id={mandate.venueId} />,
              commissionBp: percent(mandate.commissionBp),
              validFrom: <When at={mandate.validFrom} />,
              validTo: <When at={mandate.validTo} />,
              exclusive: term(mandate.exclusive ? 'yes' : 'no'),
              antiCircumventionMonths: say('months', { n: mandate.antiCircumventionMonths }),
              reason: mandate.reason ?? <None />,
            }}
          />
          <Commissions of={mandate} />
        </>
      )}
    />
  );
}

function Commissions({ of: { id } }: { of: MandateView }) {
  const earned = usePages<CommissionView>('/v1/commissions', { limit: '100' }).items.filter(
    ({ mandateId }) => mandateId === id,
  );
  if (earned.length === 0) return null;
  return (
    <section>
      <Typography.Title level={5}>{say('commissions')}</Typography.Title>
      <ul>
        {earned.map(({ id: key, orderId, amount }) => (
          <li key={key}>
            {orderId}: <Money of={amount} />
          </li>
        ))}
      </ul>
    </section>
  );
}
