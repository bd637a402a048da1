import { Alert, Flex, Table, Tag, Tooltip, Typography } from 'antd';
import {
  ProposeFeeScheduleBody,
  ProposeSchemeBody,
  SCHEME_SIGNATURE_TYP,
  type DistributionView,
  type EscrowView,
  type FeeScheduleView,
  type SchemeView,
} from '@app/sdk';
import type { Act, Creation } from '../actions.js';
import { Collection } from '../collection.js';
import { label, say, term } from '../i18n.js';
import { To } from '../router.js';
import { Code, Facts, Fen, Money, None, Organisation, State, Venue } from '../show.js';
import { colours } from '../theme.js';
import { percent } from './mandates.js';
import { useSigner } from './orders.js';

export function Escrows() {
  return (
    <Collection<EscrowView>
      page="escrows"
      path="/v1/escrows"
      title={({ reference, state }) => (
        <Flex gap={10} align="center">
          {reference} <State of={state} />
        </Flex>
      )}
      columns={[
        { name: 'reference', show: ({ reference }) => <strong>{reference}</strong> },
        { name: 'state', show: ({ state }) => <State of={state} /> },
        { name: 'buyerId', show: ({ buyerId }) => <Organisation id={buyerId} /> },
        { name: 'due', align: 'right', show: ({ due }) => <Money of={due} /> },
        { name: 'held', align: 'right', show: ({ held }) => <Money of={held} /> },
      ]}
      detail={(escrow) => (
        <Facts
          of={{
            orderId: <To page="orders" id={escrow.orderId}>{escrow.reference}</To>,
            buyerId: <Organisation id={escrow.buyerId} />,
            sellerId: <Organisation id={escrow.sellerId} />,
            venueId: <Venue id={escrow.venueId} />,
            due: <Money of={escrow.due} />,
            funded: <Money of={escrow.funded} />,
            held: <Money of={escrow.held} />,
            released: <Money of={escrow.released} />,
            refunded: <Money of={escrow.refunded} />,
            commission: escrow.commission ? (
              <>
                <Organisation id={escrow.commission.brokerId} /> {percent(escrow.commission.basisPoints)}
              </>
            ) : (
              <None />
            ),
            accountId: <To page="accounts" id={escrow.accountId}>{say('show')}</To>,
          }}
        />
      )}
    />
  );
}

const approvals: readonly Act<DistributionView>[] = [
  { name: 'approve', to: 'approval', permission: 'distribution.approve', tone: 'main' },
];

export function Distributions() {
  return (
    <Collection<DistributionView>
      page="distributions"
      path="/v1/distributions"
      acts={approvals}
      title={({ gross, state }) => (
        <Flex gap={10} align="center">
          <Money of={gross} /> <State of={state} />
        </Flex>
      )}
      columns={[
        { name: 'orderId', show: ({ orderId }) => <Code of={orderId} /> },
        { name: 'state', show: ({ state }) => <State of={state} /> },
        { name: 'operatorId', show: ({ operatorId }) => <Organisation id={operatorId} /> },
        { name: 'gross', align: 'right', show: ({ gross }) => <Money of={gross} /> },
        { name: 'distributable', align: 'right', show: ({ distributable }) => <Money of={distributable} /> },
      ]}
      detail={(distribution) => <Split of={distribution} />}
    />
  );
}

const colourOf = (i: number): string => colours.parts[i % colours.parts.length]!;

/** Who gets which part of the price. */
function Split({ of: { lines, gross, orderId, approvedBy } }: { of: DistributionView }) {
  const share = (fen: string): number => (Number(fen) / Math.max(1, Number(gross.amount))) * 100;
  return (
    <>
      <div className="split" role="img" aria-label={say('split')}>
        {lines.map(({ id, role, amount }, i) => (
          <Tooltip key={id} title={`${term(role)} ${share(amount.amount).toFixed(2)} %`}>
            <span style={{ width: `${share(amount.amount)}%`, background: colourOf(i) }}>
              {share(amount.amount) > 12 && term(role)}
            </span>
          </Tooltip>
        ))}
      </div>
      <Table
        size="small"
        rowKey="id"
        pagination={false}
        scroll={{ x: 'max-content' }}
        dataSource={[...lines]}
        columns={[
          {
            title: label('role'),
            render: (_, { role }, i) => (
              <>
                <span className="swatch" style={{ background: colourOf(i) }} />
                {term(role)}
              </>
            ),
          },
          { title: label('organisationId'), render: (_, { organisationId }) => <Organisation id={organisationId} /> },
          { title: label('accountCode'), dataIndex: 'accountCode' },
          { title: label('share'), align: 'right', render: (_, { amount }) => `${share(amount.amount).toFixed(2)} %` },
          { title: label('amount'), align: 'right', render: (_, { amount }) => <Money of={amount} /> },
        ]}
        summary={() => (
          <Table.Summary.Row>
            <Table.Summary.Cell index={0} colSpan={4}>
              <strong>{say('sum')}</strong>
            </Table.Summary.Cell>
            <Table.Summary.Cell index={4} align="right">
              <strong>
                <Fen of={String(lines.reduce((sum, { amount }) => sum + BigInt(amount.amount), 0n))} />
              </strong>
            </Table.Summary.Cell>
          </Table.Summary.Row>
        )}
      />
      <Facts of={{ orderId: <To page="orders" id={orderId}>{say('show')}</To>, gross: <Money of={gross} />, approvedBy: <Code of={approvedBy} /> }} />
    </>
  );
}

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
        [sellerId, ...participants.map(({ organisationId }) => organisationId)].includes(orgId) && !signedBy.includes(orgId),
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
              { title: label('organisationId'), render: (_, { organisationId }) => <Organisation id={organisationId} /> },
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
          <Facts of={{ sellerId: <Organisation id={scheme.sellerId} />, contentHash: <Code of={scheme.contentHash} length={32} /> }} />
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
        { name: 'placeholder', show: ({ placeholder }) => (placeholder ? <Tag>{say('placeholderRate')}</Tag> : <None />) },
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
              proposedBy: <Code of={schedule.proposedBy} />,
              publishedBy: <Code of={schedule.publishedBy} />,
            }}
          />
        </>
      )}
    />
  );
}
