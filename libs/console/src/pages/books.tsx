import { Alert, Button, Card, Flex, Table, Tabs, Typography } from 'antd';
import type { AccountView, BankNoticeView, BooksCheck, EntryView, PayoutView, ReconciliationView } from '@app/sdk';
import type { Act, Creation } from '../actions.js';
import { useChange, usePages } from '../api.js';
import { Collection } from '../collection.js';
import { either, label, say, term } from '../i18n.js';
import { ProblemAlert } from '../problem.js';
import { To, usePlace } from '../router.js';
import { can, useConnection, useMe } from '../session/session.js';
import { Code, Facts, Fen, Money, None, Organisation, State, When } from '../show.js';
import { z } from 'zod';

/** The books: accounts and what was booked on them. */
export function Accounts() {
  return (
    <>
      <BooksState />
      <Collection<AccountView>
        page="accounts"
        path="/v1/accounts"
        query={{ limit: '100' }}
        title={({ code, name }) => `${code} ${either(name)}`}
        columns={[
          { name: 'code', show: ({ code }) => <strong className="figures">{code}</strong> },
          { name: 'name', show: ({ name }) => either(name) },
          { name: 'ownerId', show: ({ ownerId }) => <Organisation id={ownerId} /> },
          { name: 'side', show: ({ side }) => term(`side.${side}`) },
          { name: 'balance', align: 'right', show: ({ balance }) => <Fen of={balance} /> },
          { name: 'held', align: 'right', show: ({ held }) => <Fen of={held} /> },
          {
            name: 'available',
            align: 'right',
            show: ({ available }) => (
              <strong>
                <Fen of={available} />
              </strong>
            ),
          },
        ]}
        detail={(account) => (
          <>
            <Facts
              of={{
                ownerId: <Organisation id={account.ownerId} />,
                subject: account.subject.startsWith('ord_') ? (
                  <To page="orders" id={account.subject}>
                    {say('show')}
                  </To>
                ) : (
                  <None />
                ),
                balance: <Fen of={account.balance} />,
                held: <Fen of={account.held} />,
                available: <Fen of={account.available} />,
              }}
            />
            <Entries account={account} />
          </>
        )}
      />
    </>
  );
}

function Entries({ account }: { account: AccountView }) {
  const entries = usePages<EntryView>(`/v1/accounts/${account.id}/entries`, { limit: '50' });
  return (
    <section>
      <Typography.Title level={5}>{say('entries')}</Typography.Title>
      <ProblemAlert error={entries.error} />
      <Table
        size="small"
        rowKey="version"
        pagination={false}
        scroll={{ x: 'max-content' }}
        dataSource={entries.items}
        columns={[
          { title: '#', dataIndex: 'version', align: 'right' },
          { title: label('kind'), dataIndex: 'kind', render: term },
          { title: label('orderId'), dataIndex: 'orderId', render: (id: string | null) => <Code of={id} /> },
          {
            title: label('debit'),
            align: 'right',
            render: (_, { delta }) => !delta.startsWith('-') && <Fen of={delta} />,
          },
          {
            title: label('credit'),
            align: 'right',
            render: (_, { delta }) => delta.startsWith('-') && <Fen of={delta.slice(1)} />,
          },
          { title: label('balanceAfter'), align: 'right', render: (_, { balanceAfter }) => <Fen of={balanceAfter} /> },
        ]}
      />
      {entries.hasNextPage && <Button onClick={() => void entries.fetchNextPage()}>{say('more')}</Button>}
    </section>
  );
}

/** Adds every account up anew; for those who answer for the books. */
function BooksState() {
  const me = useMe();
  const { client } = useConnection();
  const check = useChange(() => client.get<BooksCheck>('/v1/books/check'));
  if (!can(me, 'books.check')) return null;
  return (
    <Flex vertical gap={12} style={{ marginBottom: 16 }} align="start">
      <Button loading={check.isPending} onClick={() => check.mutate()}>
        {say('checkBooks')}
      </Button>
      <ProblemAlert error={check.error} />
      {check.data && (
        <Alert
          type={check.data.ok ? 'success' : 'error'}
          showIcon
          title={say(check.data.ok ? 'booksBalance' : 'booksFaulty')}
          {...(!check.data.ok && {
            description: check.data.faults.map(({ rule, subject, detail }) => (
              <div key={rule + subject}>
                {rule} {subject} {detail}
              </div>
            )),
          })}
        />
      )}
    </Flex>
  );
}

const payoutActs: readonly Act<PayoutView>[] = [
  { name: 'retry', to: 'retry', permission: 'payout.retry', tone: 'main' },
];
const noticeActs: readonly Act<BankNoticeView>[] = [
  { name: 'sendBack', to: 'return', permission: 'bank-notice.send-back', tone: 'danger' },
];
const reconciliationActs: readonly Act<ReconciliationView>[] = [
  { name: 'adopt', to: 'adoption', permission: 'reconciliation.run', tone: 'main' },
];

/** The tab on which a thing stands whose address was opened. */
const tabOf: Readonly<Record<string, string>> = { bnt: 'notices', rec: 'reconciliation' };

/** What goes to and comes from the bank. */
export function Bank() {
  const { id } = usePlace();
  const reconcile: Creation = {
    path: '/v1/reconciliation',
    title: say('reconcile'),
    permission: 'reconciliation.run',
    schema: z.strictObject({}),
  };
  return (
    <Card>
      <Tabs
        destroyOnHidden
        defaultActiveKey={tabOf[id?.split('_', 1)[0] ?? ''] ?? 'payouts'}
        items={[
          { key: 'payouts', label: say('payouts'), children: <Payouts /> },
          { key: 'notices', label: say('bankNotices'), children: <BankNotices /> },
          {
            key: 'reconciliation',
            label: say('reconciliation'),
            children: (
              <Collection<ReconciliationView>
                page="bank"
                path="/v1/reconciliation"
                creations={[reconcile]}
                acts={reconciliationActs}
                title={({ state }) => <State of={state} />}
                columns={[
                  { name: 'at', show: ({ at }) => <When at={at} /> },
                  { name: 'state', show: ({ state }) => <State of={state} /> },
                  { name: 'bankBalance', align: 'right', show: ({ bankBalance }) => <Money of={bankBalance} /> },
                  { name: 'bookBalance', align: 'right', show: ({ bookBalance }) => <Money of={bookBalance} /> },
                  { name: 'difference', align: 'right', show: ({ difference }) => <Fen of={difference} /> },
                ]}
                detail={({ items }) => (
                  <ul>
                    {items.map(({ bankId, missing, kind, amount }) => (
                      <li key={bankId}>
                        {term(kind)} {bankId}: <Fen of={amount} /> · {term(`missing.${missing}`)}
                      </li>
                    ))}
                  </ul>
                )}
              />
            ),
          },
        ]}
      />
    </Card>
  );
}

const Payouts = () => (
  <Collection<PayoutView>
    page="bank"
    path="/v1/payouts"
    acts={payoutActs}
    title={({ state }) => <State of={state} />}
    columns={[
      { name: 'payeeId', show: ({ payeeId }) => <Organisation id={payeeId} /> },
      { name: 'state', show: ({ state }) => <State of={state} /> },
      { name: 'orderId', show: ({ orderId }) => <Code of={orderId} /> },
      { name: 'amount', align: 'right', show: ({ amount }) => <Money of={amount} /> },
    ]}
    detail={({ payeeId, amount, distributionId, reason }) => (
      <Facts
        of={{
          payeeId: <Organisation id={payeeId} />,
          amount: <Money of={amount} />,
          distributionId: distributionId ? (
            <To page="distributions" id={distributionId}>
              {say('show')}
            </To>
          ) : (
            <None />
          ),
          reason: reason ?? <None />,
        }}
      />
    )}
  />
);

const BankNotices = () => (
  <Collection<BankNoticeView>
    page="bank"
    path="/v1/bank-notices"
    acts={noticeActs}
    title={({ kind }) => term(kind)}
    columns={[
      { name: 'bankId', show: ({ bankId }) => <Code of={bankId} /> },
      { name: 'kind', show: ({ kind }) => term(kind) },
      { name: 'state', show: ({ state }) => <State of={state} /> },
      { name: 'reference', show: ({ reference }) => reference },
      { name: 'amount', align: 'right', show: ({ amount }) => <Money of={amount} /> },
    ]}
    detail={({ counterparty, reference, transferId, amount }) => (
      <Facts
        of={{
          counterparty: <Organisation id={counterparty} />,
          reference,
          amount: <Money of={amount} />,
          transferId: <Code of={transferId} />,
        }}
      />
    )}
  />
);
