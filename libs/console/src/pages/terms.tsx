import { Alert, Flex, Table, Tag, Typography } from 'antd';
import {
  ProposeFeeScheduleBody,
  ProposeSchemeBody,
  SCHEME_SIGNATURE_TYP,
  type FeeScheduleView,
  type SchemeView,
} from '@app/sdk';
import type { Act, Creation } from '../actions.js';
import { Collection } from '../collection.js';
import { label, say, term } from '../i18n.js';
import { Code, Facts, Money, None, Organisation, Person, State, Venue } from '../show.js';
import { percent } from './mandates.js';
import { useSigner } from './orders.js';

const propose = (): Creation => ({
  path: '/v1/distribution-schemes',
  title: say('proposeScheme'),
  permission: 'scheme.propose',
  schema: ProposeSchemeBody,
  initial: () => ({ participants: [{ role: 'HOLDER', share: { kind: 'RESIDUAL', weight: 1 } }] }),
});

type Share = SchemeView['participants'][number]['share'];

function shareText(share: Share): string {
  switch (share.kind) {
    case 'PERCENT':
      return `${(Number(share.rate) * 100).toFixed(2)} %`;
    case 'TIER':
      return say('tiers', { n: share.tiers.length });
    case 'RESIDUAL':
      return say('residual', { weight: share.weight });
  }
}

export function Schemes() {
  const sign = useSigner();
  const acts: readonly Act<SchemeView>[] = [
    {
      name: 'sign',
      to: 'signatures',
      permission: 'scheme.sign',
      when: ({ participants, sellerId, signedBy }, { orgId }) =>
        [sellerId, ...participants.map(({ organisationId }) => organisationId)].includes(orgId) &&
        !signedBy.includes(orgId),
      body: ({ id, contentHash }, me) =>
        sign(me, { schemeId: id, contentHash, organisationId: me.orgId }, SCHEME_SIGNATURE_TYP),
      tone: 'main',
    },
  ];
  return (
    <Collection<SchemeView>
      page="schemes"
      path="/v1/distribution-schemes"
      creations={[propose()]}
      acts={acts}
      title={({ name, state }) => (
        <Flex gap={10} align="center">
          {name} <State of={state} kind="scheme" />
        </Flex>
      )}
      columns={[
        { name: 'name', show: ({ name }) => <strong>{name}</strong> },
        { name: 'state', show: ({ state }) => <State of={state} kind="scheme" /> },
        { name: 'sellerId', show: ({ sellerId }) => <Organisation id={sellerId} /> },
        { name: 'signedBy', align: 'right', show: ({ signedBy }) => signedBy.length },
      ]}
      detail={(scheme) => (
        <>
          <Table
            size="small"
            rowKey={({ role, organisationId }) => role + organisationId}
            pagination={false}
            dataSource={[...scheme.participants]}
            columns={[
              { title: label('role'), render: (_, { role }) => term(role) },
              {
                title: label('organisationId'),
                render: (_, { organisationId }) => <Organisation id={organisationId} />,
              },
              { title: label('share'), align: 'right', render: (_, { share }) => shareText(share) },
              {
                title: label('signature'),
                render: (_, { organisationId }) => (
                  <Tag color={scheme.signedBy.includes(organisationId) ? 'success' : 'default'}>
                    {term(scheme.signedBy.includes(organisationId) ? 'signed' : 'notSigned')}
                  </Tag>
                ),
              },
            ]}
          />
          <Facts
            of={{
              sellerId: <Organisation id={scheme.sellerId} />,
              contentHash: <Code of={scheme.contentHash} length={32} />,
            }}
          />
        </>
      )}
    />
  );
}

const feeActs: readonly Act<FeeScheduleView>[] = [
  {
    name: 'publish',
    to: 'publication',
    permission: 'fee-schedule.publish',
    when: ({ proposedBy }, { id }) => proposedBy !== id,
    tone: 'main',
  },
];

export function Fees() {
  const creation: Creation = {
    path: '/v1/fee-schedules',
    title: say('proposeFees'),
    permission: 'fee-schedule.propose',
    schema: ProposeFeeScheduleBody,
    initial: () => ({ placeholder: true }),
  };
  return (
    <Collection<FeeScheduleView>
      page="fees"
      path="/v1/fee-schedules"
      creations={[creation]}
      acts={feeActs}
      title={({ state }) => (
        <Flex gap={10} align="center">
          {say('feeSchedule')} <State of={state} kind="fees" />
        </Flex>
      )}
      columns={[
        { name: 'venueId', show: ({ venueId }) => <Venue id={venueId} /> },
        { name: 'state', show: ({ state }) => <State of={state} kind="fees" /> },
        { name: 'transactionFeeBp', align: 'right', show: ({ transactionFeeBp }) => percent(transactionFeeBp) },
        {
          name: 'placeholder',
          show: ({ placeholder }) => (placeholder ? <Tag>{say('placeholderRate')}</Tag> : <None />),
        },
      ]}
      detail={(schedule) => (
        <>
          {schedule.placeholder && <Alert type="warning" showIcon title={say('placeholderRateAbout')} />}
          <Typography.Text type="secondary">{say('fourEyes')}</Typography.Text>
          <Facts
            of={{
              venueId: <Venue id={schedule.venueId} />,
              transactionFeeBp: percent(schedule.transactionFeeBp),
              minimum: schedule.minimum ? <Money of={schedule.minimum} /> : <None />,
              cap: schedule.cap ? <Money of={schedule.cap} /> : <None />,
              taxRate: schedule.taxRate ?? say('notPublished'),
              proposedBy: <Person id={schedule.proposedBy} />,
              publishedBy: <Person id={schedule.publishedBy} />,
            }}
          />
        </>
      )}
    />
  );
}
