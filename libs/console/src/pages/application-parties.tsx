import { Flex, Table, Tag, Typography } from 'antd';
import { SubmitGroupBody, WithdrawGroupBody, type ApplicationView } from '@app/sdk';
import { Actions, type Act } from '../actions.js';
import { nameOfRegime } from '../forms/choices.js';
import { label, say, term } from '../i18n.js';
import { To } from '../router.js';
import { None, Organisation, State, When } from '../show.js';
import { DraftVerdict } from './pre-check.js';

type Party = ApplicationView['parties'][number];
type Member = Pick<ApplicationView, 'id' | 'version' | 'regime' | 'state' | 'certificateNumber'>;

/** Everybody who applies (共同申请), and who has joined. */
export function Parties({ of: { parties } }: { of: ApplicationView }) {
  if (parties.length < 2) return null;
  return (
    <section data-testid="parties">
      <Typography.Title level={5}>{label('parties')}</Typography.Title>
      <Table<Party>
        rowKey="organisationId"
        size="small"
        pagination={false}
        scroll={{ x: 'max-content' }}
        dataSource={[...parties]}
        columns={[
          { title: label('name'), render: (_, { organisationId }) => <Organisation id={organisationId} /> },
          { title: label('role'), render: (_, { role }) => term(`role.${role}`) },
          { title: label('joinedAt'), render: (_, party) => <Joined of={party} /> },
        ]}
      />
    </section>
  );
}

function Joined({ of: { role, joined } }: { of: Party }) {
  if (role === 'APPLICANT') return <>{say('files')}</>;
  return joined ? <When at={joined.at} /> : <Tag color="warning">{say('hasNotJoined')}</Tag>;
}

/** The applications of one filing under several regimes (协同办理): each goes its own way, some acts are done to all at once. */
export function Group({ of: application }: { of: ApplicationView }) {
  const { groupId, siblings } = application;
  if (groupId === null) return null;
  const members: readonly Member[] = [application, ...siblings];
  return (
    <section data-testid="group">
      <Typography.Title level={5}>{say('group')}</Typography.Title>
      <Typography.Paragraph type="secondary">{say('groupAbout')}</Typography.Paragraph>
      <Flex vertical gap={12}>
        <Actions<GroupThing>
          path="/v1/application-groups"
          thing={{ id: groupId, actions: application.actions, members }}
          acts={groupActs}
        />
        <Table<Member>
          rowKey="id"
          size="small"
          pagination={false}
          scroll={{ x: 'max-content' }}
          dataSource={[...members]}
          columns={[
            {
              title: label('regime'),
              render: (_, { id, regime }) =>
                id === application.id ? (
                  <strong>{nameOfRegime(regime)}</strong>
                ) : (
                  <To page="applications" id={id}>
                    {nameOfRegime(regime)}
                  </To>
                ),
            },
            { title: label('state'), render: (_, { state }) => <State of={state} kind="application" /> },
            {
              title: label('certificateNumber'),
              render: (_, { certificateNumber: number }) =>
                number === null ? (
                  <None />
                ) : (
                  <To page="certificates" id={number}>
                    {number}
                  </To>
                ),
            },
          ]}
        />
      </Flex>
    </section>
  );
}

interface GroupThing {
  readonly id: string;
  readonly actions: readonly string[];
  readonly members: readonly Member[];
}

const ENDED = ['LAPSED', 'NOT_ACCEPTED', 'TERMINATED', 'REFUSED', 'REGISTERED', 'CERTIFIED', 'CLOSED', 'WITHDRAWN'];
/** Each in the version that is on the screen. */
const among =
  (open: (member: Member) => boolean) =>
  ({ members }: GroupThing) => ({ applications: members.filter(open).map(({ id, version }) => ({ id, version })) });
const drafts = among(({ state }) => state === 'DRAFT');
const running = among(({ state }) => !ENDED.includes(state));

const groupActs: readonly Act<GroupThing>[] = [
  {
    name: 'submitAll',
    offered: 'submit',
    to: 'submission',
    permission: 'application.file',
    schema: SubmitGroupBody,
    initial: drafts,
    given: ['applications'],
    first: ({ members }) =>
      members
        .filter(({ state }) => state === 'DRAFT')
        .map(({ id, regime }) => (
          <section key={id}>
            <strong>{nameOfRegime(regime)}</strong>
            <DraftVerdict id={id} />
          </section>
        )),
    tone: 'main',
  },
  {
    name: 'withdrawAll',
    offered: 'withdraw',
    to: 'withdrawal',
    permission: 'application.file',
    schema: WithdrawGroupBody,
    initial: running,
    given: ['applications'],
    tone: 'danger',
  },
];
