import { Flex, Table, Tooltip } from 'antd';
import type { DistributionView, EscrowView } from '@app/sdk';
import type { Act } from '../actions.js';
import { Collection } from '../collection.js';
import { label, say, term } from '../i18n.js';
import { To } from '../router.js';
import { Code, Facts, Fen, Money, None, Organisation, State, Venue } from '../show.js';
import { colours, inkOn } from '../theme.js';
import { percent } from './mandates.js';

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
            orderId: (
              <To page="orders" id={escrow.orderId}>
                {escrow.reference}
              </To>
            ),
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
            accountId: (
              <To page="accounts" id={escrow.accountId}>
                {say('show')}
              </To>
            ),
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
            <span style={{ width: `${share(amount.amount)}%`, background: colourOf(i), color: inkOn(colourOf(i)) }}>
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
      <Facts
        of={{
          orderId: (
            <To page="orders" id={orderId}>
              {say('show')}
            </To>
          ),
          gross: <Money of={gross} />,
          approvedBy: <Code of={approvedBy} />,
        }}
      />
    </>
  );
}
