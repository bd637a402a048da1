import { Alert, Flex, Table, Tag, Typography } from 'antd';
import {
  AppointExpertBody,
  CommitteeReasonBody,
  DeclareImpartialityBody,
  DeclareInterestsBody,
  FulfilObligationBody,
  RemovePanellistBody,
  VoteBody,
  type CaseSummary,
  type CaseView,
  type ExpertView,
  type ObligationView,
} from '@app/sdk';
import type { Act, Creation } from '../actions.js';
import { Collection } from '../collection.js';
import { groundsFor, nameOfGround, nameOfPack, useRulePacks } from '../forms/choices.js';
import { say, term } from '../i18n.js';
import { Code, Facts, None, Organisation, Remaining, State, Terms, When } from '../show.js';
import { Thing } from '../thing.js';
import { Draw, Resolution, Vacated } from './committee-case.js';

const caseActs: readonly Act<CaseView>[] = [
  {
    name: 'declareImpartial',
    offered: 'accept',
    to: 'declaration',
    permission: 'committee.vote',
    schema: DeclareImpartialityBody,
    initial: () => ({ impartial: true }),
    given: ['impartial', 'reason'],
    tone: 'main',
  },
  {
    name: 'recuse',
    to: 'declaration',
    permission: 'committee.vote',
    schema: DeclareImpartialityBody,
    initial: () => ({ impartial: false }),
    given: ['impartial'],
  },
  {
    name: 'vote',
    to: 'votes',
    permission: 'committee.vote',
    schema: VoteBody,
    choices: ({ rulePack }) => ({ groundCode: groundsFor(rulePack, 'REFUSE') }),
    tone: 'main',
  },
  {
    name: 'decideTie',
    to: 'tie-decision',
    permission: 'committee.vote',
    schema: VoteBody,
    choices: ({ rulePack }) => ({ groundCode: groundsFor(rulePack, 'REFUSE') }),
    tone: 'main',
  },
  { name: 'revote', to: 'revote', permission: 'committee.vote', schema: CommitteeReasonBody },
  { name: 'fixCandidates', to: 'candidates', permission: 'committee.keep', tone: 'main' },
  {
    name: 'removePanellist',
    offered: 'remove',
    to: 'removal',
    permission: 'committee.keep',
    schema: RemovePanellistBody,
  },
  {
    name: 'dismissPanel',
    offered: 'dismiss',
    to: 'dismissal',
    permission: 'committee.keep',
    schema: CommitteeReasonBody,
    tone: 'danger',
  },
];

export function Cases() {
  useRulePacks();
  return (
    <Collection<CaseSummary, CaseView>
      page="committee"
      path="/v1/committee/cases"
      query={{ limit: '50' }}
      acts={caseActs}
      empty={say('noCase')}
      title={({ state }) => (
        <Flex gap={10} align="center">
          {say('case')} <State of={state} kind="case" />
        </Flex>
      )}
      columns={[
        { name: 'applicantId', show: ({ applicantId }) => <Organisation id={applicantId} /> },
        { name: 'registrarId', show: ({ registrarId }) => <Organisation id={registrarId} /> },
        { name: 'state', show: ({ state }) => <State of={state} kind="case" /> },
        { name: 'openedAt', show: ({ openedAt }) => <When at={openedAt} /> },
        { name: 'dueAt', show: ({ dueAt }) => (dueAt ? <Remaining until={dueAt} /> : say('unpublished')) },
      ]}
      detail={(one) => <Case of={one} />}
    />
  );
}

function Case({ of: one }: { of: CaseView }) {
  const { policy, shortage, resolution, draw, vacated, votingEndsAt } = one;
  return (
    <>
      {shortage && <Alert type="error" showIcon title={say('shortage', shortage)} />}
      {resolution && <Resolution of={resolution} rulePack={one.rulePack} />}
      <Facts
        of={{
          applicationId: <Thing id={one.applicationId} />,
          applicantId: <Organisation id={one.applicantId} />,
          registrarId: <Organisation id={one.registrarId} />,
          triggers: <Terms of={one.triggers} />,
          reason: one.text || <None />,
          rulePack: nameOfPack(one.rulePack),
          dueAt: one.dueAt ? <When at={one.dueAt} /> : say('unpublished'),
          panelRule: say('panelRule', {
            size: policy.size,
            quorum: policy.quorum,
            majority: policy.majorityAbove,
            veto: policy.vetoOn ? nameOfGround(one.rulePack, policy.vetoOn) : '—',
          }),
          ...(votingEndsAt && {
            votingEndsAt: (
              <Flex gap={8} wrap>
                <When at={votingEndsAt} /> <Remaining until={votingEndsAt} />
                {one.extended && <Tag>{term('extended')}</Tag>}
              </Flex>
            ),
          }),
          ...(one.closedReason && { closedReason: one.closedReason }),
        }}
      />
      {one.seats && <Seats of={one.seats} />}
      {vacated && vacated.length > 0 && <Vacated of={vacated} />}
      {draw && <Draw of={draw} caseId={one.id} />}
    </>
  );
}

function Seats({ of: seats }: { of: NonNullable<CaseView['seats']> }) {
  return (
    <section>
      <Typography.Title level={5}>{say('panel')}</Typography.Title>
      <Table
        rowKey="expertId"
        size="small"
        pagination={false}
        scroll={{ x: 'max-content' }}
        dataSource={[...seats]}
        columns={[
          {
            title: say('expert'),
            render: (_, { name, expertId, chair }) => (
              <Flex gap={6}>
                {name ?? <Code of={expertId} />} {chair && <Tag color="processing">{say('chair')}</Tag>}
              </Flex>
            ),
          },
          { title: say('disciplines'), render: (_, { disciplines }) => <Terms of={disciplines} /> },
          {
            title: term('declareImpartial'),
            render: (_, { acceptedAt, answerDue }) =>
              acceptedAt ? <When at={acceptedAt} /> : <Remaining until={answerDue} />,
          },
          { title: term('vote'), render: (_, { hasVoted }) => term(hasVoted ? 'yes' : 'no') },
        ]}
      />
    </section>
  );
}

const expertActs: readonly Act<ExpertView>[] = [
  {
    name: 'declareInterests',
    to: 'interests',
    permission: 'expert.declare',
    schema: DeclareInterestsBody,
    initial: ({ employerId, interests }) => ({ employerId, interests }),
    tone: 'main',
  },
  { name: 'suspend', to: 'suspension', permission: 'expert.keep', schema: CommitteeReasonBody },
  { name: 'reinstate', to: 'reinstatement', permission: 'expert.keep', schema: CommitteeReasonBody },
  { name: 'retire', to: 'retirement', permission: 'expert.keep', schema: CommitteeReasonBody, tone: 'danger' },
];

const appoint = (): Creation => ({
  path: '/v1/committee/experts',
  title: say('appointExpert'),
  permission: 'expert.keep',
  schema: AppointExpertBody,
});

export function Experts() {
  return (
    <Collection<ExpertView>
      page="experts"
      path="/v1/committee/experts"
      query={{ limit: '50' }}
      creations={[appoint()]}
      acts={expertActs}
      title={({ name, state }) => (
        <Flex gap={10} align="center">
          {name} <State of={state} />
        </Flex>
      )}
      columns={[
        { name: 'name', show: ({ name }) => <strong>{name}</strong> },
        { name: 'disciplines', show: ({ disciplines }) => <Terms of={disciplines} /> },
        { name: 'employerId', show: ({ employerId }) => <Organisation id={employerId} /> },
        { name: 'state', show: ({ state }) => <State of={state} /> },
        { name: 'termTo', show: ({ termTo }) => termTo },
      ]}
      detail={(expert) => (
        <Facts
          of={{
            personId: <Thing id={expert.personId} />,
            disciplines: <Terms of={expert.disciplines} />,
            employerId: <Organisation id={expert.employerId} />,
            term: `${expert.termFrom} – ${expert.termTo}`,
            interests:
              expert.interests.length === 0 ? (
                <None />
              ) : (
                expert.interests.map(({ organisationId, kind, until }) => (
                  <div key={organisationId + kind}>
                    <Tag>{term(kind)}</Tag> <Organisation id={organisationId} /> {until}
                  </div>
                ))
              ),
            ...(expert.reason && { reason: expert.reason }),
          }}
        />
      )}
    />
  );
}

const obligationActs: readonly Act<ObligationView>[] = [
  {
    name: 'fulfil',
    offered: 'submit',
    to: 'evidence',
    permission: 'obligation.fulfil',
    schema: FulfilObligationBody,
    tone: 'main',
  },
  { name: 'confirm', to: 'confirmation', permission: 'obligation.confirm', tone: 'main' },
  { name: 'sendBack', to: 'return', permission: 'obligation.confirm', schema: CommitteeReasonBody },
];

export function Obligations() {
  return (
    <Collection<ObligationView>
      page="obligations"
      path="/v1/committee/obligations"
      query={{ limit: '50' }}
      acts={obligationActs}
      title={({ state }) => (
        <Flex gap={10} align="center">
          {say('obligation')} <State of={state} kind="obligation" />
        </Flex>
      )}
      columns={[
        { name: 'obligation', show: ({ text }) => text },
        { name: 'applicantId', show: ({ applicantId }) => <Organisation id={applicantId} /> },
        { name: 'state', show: ({ state }) => <State of={state} kind="obligation" /> },
        { name: 'dueAt', show: ({ dueAt }) => <When at={dueAt} /> },
      ]}
      detail={(one) => (
        <Facts
          of={{
            obligation: one.text,
            applicationId: <Thing id={one.applicationId} />,
            applicantId: <Organisation id={one.applicantId} />,
            dueAt: (
              <Flex gap={8}>
                <When at={one.dueAt} /> {['OPEN', 'OVERDUE'].includes(one.state) && <Remaining until={one.dueAt} />}
              </Flex>
            ),
            evidence: one.evidence ? (
              <>
                <Code of={one.evidence.sha256} /> <When at={one.evidence.at} /> {one.evidence.note}
              </>
            ) : (
              <None />
            ),
            ...(one.reason && { reason: one.reason }),
            ...(one.confirmedAt && { confirmedAt: <When at={one.confirmedAt} /> }),
          }}
        />
      )}
    />
  );
}
