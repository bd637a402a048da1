import { Alert, Flex, Table, Tag, Timeline, Tooltip, Typography } from 'antd';
import {
  ApplyAsRegistrarBody,
  AssessRegistrarBody,
  ConfirmHandOverBody,
  ListStaffBody,
  NoticeExitBody,
  NoticeRegistrarChangeBody,
  OpenRegistrarBody,
  ProposeRegistrarOrderBody,
  RegistrarDisclosure,
  RegistrarProfile,
  RegistrarReasonBody,
  SubmitRegistrarReportBody,
  type RegistrarDetail,
  type RegistrarView,
  type StaffMemberView,
} from '@app/sdk';
import type { Act, Creation } from '../actions.js';
import { Collection } from '../collection.js';
import { either, say, term } from '../i18n.js';
import { Code, Facts, Money, None, Organisation, Remaining, State, Terms, When } from '../show.js';
import { percent } from './mandates.js';

type Registrar = RegistrarView & RegistrarDetail;
const orders = [
  'recommend',
  'catalogue',
  'suspendPublishing',
  'reinstate',
  'remove',
  'nameSuccessor',
  'approveExit',
  'declineExit',
  'confirmChange',
  'declineChange',
] as const;
const kindOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
const run = { permission: 'registrar.run' } as const;
const supervise = { permission: 'registrar.supervise' } as const;

const acts: readonly Act<Registrar>[] = [
  { name: 'stateProfile', to: 'profile', schema: RegistrarProfile, initial: ({ profile }) => profile ?? {}, ...run },
  {
    name: 'disclose',
    to: 'disclosure',
    schema: RegistrarDisclosure,
    initial: ({ disclosure }) => disclosure ?? {},
    ...run,
  },
  { name: 'report', to: 'reports', schema: SubmitRegistrarReportBody, ...run },
  { name: 'noticeChange', to: 'change', schema: NoticeRegistrarChangeBody, ...run },
  { name: 'update', offered: 'update', to: 'update', ...run },
  { name: 'noticeExit', to: 'exit-notice', schema: NoticeExitBody, tone: 'danger', ...run },
  ...orders.map((name): Act<Registrar> => ({
    name: `order.${name}`,
    offered: name,
    to: 'order',
    schema: ProposeRegistrarOrderBody,
    initial: () => ({ kind: kindOf(name) }),
    given: ['kind'],
    ...(['suspendPublishing', 'remove'].includes(name) && { tone: 'danger' as const }),
    ...supervise,
  })),
  { name: 'confirmOrder', to: 'order-confirmation', tone: 'main', ...supervise },
  { name: 'declineOrder', to: 'order-declination', schema: RegistrarReasonBody, ...supervise },
  { name: 'assess', to: 'assessments', schema: AssessRegistrarBody, ...supervise },
  { name: 'reportExit', to: 'exit-report', schema: RegistrarReasonBody, ...supervise },
  { name: 'archive', to: 'archive', permission: 'registrar.close' },
  { name: 'archiveRemoved', to: 'archive', permission: 'registrar.close' },
  { name: 'handOver', to: 'hand-over', schema: ConfirmHandOverBody, permission: 'registrar.close', tone: 'main' },
  {
    name: 'handOverRemoved',
    to: 'hand-over',
    schema: ConfirmHandOverBody,
    permission: 'registrar.close',
    tone: 'main',
  },
];

const creations = (): Creation[] => [
  {
    path: '/v1/registrar-candidacies',
    title: say('applyAsRegistrar'),
    permission: 'registrar.run',
    schema: ApplyAsRegistrarBody,
  },
  { path: '/v1/registrars', title: say('openRegistrar'), permission: 'registrar.open', schema: OpenRegistrarBody },
];

/** Who registers: profile, fees and complaints, duties with their days, and what the authority ordered. */
export function Registrars() {
  return (
    <Collection<RegistrarView, Registrar>
      page="registrars"
      path="/v1/registrars"
      query={{ limit: '100' }}
      creations={creations()}
      acts={acts}
      title={({ name, state }) => (
        <Flex gap={10} align="center" wrap>
          {name} <State of={state} kind="registrar" />
        </Flex>
      )}
      columns={[
        { name: 'name', show: ({ name }) => <strong>{name}</strong> },
        { name: 'state', show: ({ state }) => <State of={state} kind="registrar" /> },
        { name: 'region', show: ({ regionCode2 }) => regionCode2 },
        { name: 'digit', show: ({ digit }) => digit ?? <None /> },
      ]}
      detail={(one) => (
        <>
          {one.order && (
            <Alert
              type="warning"
              showIcon
              title={`${term('pendingOrder')}: ${term(one.order.kind)}`}
              description={one.order.reason}
            />
          )}
          <Facts
            of={{
              organisationId: <Organisation id={one.organisationId} />,
              ...(one.successorId && { successorId: <Organisation id={one.successorId} /> }),
              reviewers: `${one.reviewers.active}`,
              ...(one.disclosure && {
                process: one.disclosure.process,
                complaints: `${one.disclosure.complaints.channel} · ${one.disclosure.complaints.contact}`,
                fees: <Fees of={one.disclosure.fees} />,
              }),
              ...(one.duties.length > 0 && {
                duties: one.duties.map(({ duty, due }) => (
                  <Flex key={duty} gap={8} wrap>
                    {term(duty)} <When at={due} /> <Remaining until={due} />
                  </Flex>
                )),
              }),
              ...(one.overdue.length > 0 && {
                overdue: one.overdue.map(({ duty, due }) => (
                  <div key={duty + due}>
                    <Tag color="error">{term(duty)}</Tag> <When at={due} />
                  </div>
                )),
              }),
              ...(one.archive && { archive: <Code of={one.archive.root} length={32} /> }),
            }}
          />
          {one.admission && <Admission of={one.admission} />}
          <Reports of={one.reports} />
          <Measures of={one.measures} />
        </>
      )}
    />
  );
}

function Fees({ of: fees }: { of: NonNullable<RegistrarDetail['disclosure']>['fees'] }) {
  if (fees.length === 0) return <>{say('unpublished')}</>;
  return (
    <>
      {fees.map(({ service, amount, rateBasisPoints, basis }) => (
        <div key={service}>
          <Tag>{term(service)}</Tag>{' '}
          {amount ? (
            <Money of={amount} />
          ) : rateBasisPoints !== null ? (
            `${percent(rateBasisPoints)} · ${basis}`
          ) : (
            say('unpublished')
          )}
        </div>
      ))}
    </>
  );
}

/** The requirements of admission, each beside its paragraph. */
function Admission({ of: list }: { of: NonNullable<RegistrarDetail['admission']> }) {
  return (
    <section>
      <Typography.Title level={5}>{say('admission')}</Typography.Title>
      <ul style={{ paddingInlineStart: 20 }}>
        {list.map(({ code, name, ok, source }) => (
          <li key={code}>
            <Tag color={ok ? 'success' : 'error'}>{term(ok ? 'yes' : 'no')}</Tag> {either(name)}{' '}
            <Typography.Text type="secondary">{source}</Typography.Text>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Reports({ of: reports }: { of: RegistrarDetail['reports'] }) {
  if (reports.length === 0) return null;
  return (
    <section>
      <Typography.Title level={5}>{say('yearlyReports')}</Typography.Title>
      <Table
        rowKey="year"
        size="small"
        pagination={false}
        scroll={{ x: 'max-content' }}
        dataSource={[...reports]}
        columns={[
          { title: say('year'), dataIndex: 'year' },
          { title: say('filedApplications'), render: (_, { numbers }) => numbers.applications },
          { title: say('onTime'), render: (_, { numbers }) => numbers.onTimeShare ?? '—' },
          { title: say('issued'), render: (_, { numbers }) => numbers.certificatesIssued },
          { title: say('assessment'), render: (_, { assessment }) => assessment?.result ?? '—' },
        ]}
      />
    </section>
  );
}

function Measures({ of: measures }: { of: RegistrarDetail['measures'] }) {
  if (measures.length === 0) return null;
  return (
    <section>
      <Typography.Title level={5}>{say('measures')}</Typography.Title>
      <Timeline
        items={measures.map(({ id, kind, reason, confirmedAt }) => ({
          key: id,
          content: (
            <>
              <strong>{term(kind)}</strong> · <When at={confirmedAt} />
              <div>{reason}</div>
            </>
          ),
        }))}
      />
    </section>
  );
}

const staffName = ({ personId, personName }: StaffMemberView) =>
  personName ? <Tooltip title={personId}>{personName}</Tooltip> : <Code of={personId} />;

const listStaff = (): Creation => ({
  path: '/v1/registrar-staff',
  title: say('listStaff'),
  permission: 'registrar.run',
  schema: ListStaffBody,
});

/** Who may review and approve for a registrar. */
export function Staff() {
  return (
    <Collection<StaffMemberView>
      page="registrar-staff"
      path="/v1/registrar-staff"
      query={{ limit: '100' }}
      creations={[listStaff()]}
      acts={[
        {
          name: 'endStaff',
          to: 'end',
          permission: 'registrar.run',
          when: ({ state }) => state === 'ACTIVE',
          schema: RegistrarReasonBody,
          tone: 'danger',
        },
      ]}
      title={(one) => (
        <Flex gap={10} align="center">
          {staffName(one)} <State of={one.state} kind="staff" />
        </Flex>
      )}
      columns={[
        { name: 'personId', show: staffName },
        { name: 'registrarId', show: ({ registrarId }) => <Organisation id={registrarId} /> },
        { name: 'disciplines', show: ({ disciplines }) => <Terms of={disciplines} /> },
        { name: 'experiencedSince', show: ({ experiencedSince }) => experiencedSince },
        { name: 'state', show: ({ state }) => <State of={state} kind="staff" /> },
      ]}
      detail={(one) => (
        <Facts
          of={{
            personId: staffName(one),
            registrarId: <Organisation id={one.registrarId} />,
            disciplines: <Terms of={one.disciplines} />,
            experiencedSince: one.experiencedSince,
            documentSha256: <Code of={one.documentSha256} length={24} />,
            listedAt: <When at={one.listedAt} />,
            ...(one.endedAt && { ended: <When at={one.endedAt} /> }),
            ...(one.reason && { reason: one.reason }),
          }}
        />
      )}
    />
  );
}
