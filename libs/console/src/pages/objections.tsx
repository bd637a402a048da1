import { Flex, Tag, Timeline, Typography } from 'antd';
import {
  AnswerConclusionBody,
  ConcludeObjectionBody,
  ExecuteObjectionBody,
  ObjectionActBody,
  ReferObjectionBody,
  type CertificateObjectionView,
} from '@app/sdk';
import type { Act } from '../actions.js';
import { Collection } from '../collection.js';
import { groundsFor, useRulePacks } from '../forms/choices.js';
import { either, label, say, term } from '../i18n.js';
import { Code, Facts, None, Organisation, Remaining, State, Terms, When } from '../show.js';
import { Thing } from '../thing.js';

const act = { schema: ObjectionActBody } as const;
const answer = { permission: 'objection.answer', ...act } as const;
const handle = { permission: 'objection.handle', ...act } as const;
const decide = { permission: 'objection.decide' } as const;

const acts: readonly Act<CertificateObjectionView>[] = [
  { name: 'objection.requestCompletion', offered: 'requestCompletion', to: 'completion-request', ...handle },
  { name: 'objection.complete', offered: 'complete', to: 'completion', tone: 'main', ...answer },
  { name: 'objection.accept', offered: 'accept', to: 'acceptance', tone: 'main', ...handle },
  { name: 'objection.admit', offered: 'admit', to: 'admission', ...answer },
  { name: 'objection.contest', offered: 'contest', to: 'contest', ...answer },
  { name: 'objection.investigate', offered: 'investigate', to: 'investigation', tone: 'main', ...handle },
  { name: 'objection.makeStatement', offered: 'makeStatement', to: 'statements', ...answer },
  {
    name: 'objection.conclude',
    offered: 'conclude',
    to: 'conclusion',
    tone: 'main',
    ...decide,
    schema: ConcludeObjectionBody,
  },
  // Whoever may accept the conclusion may reject it, too.
  {
    name: 'objection.answer',
    offered: 'rejectConclusion',
    to: 'answer',
    tone: 'main',
    permission: 'objection.answer',
    schema: AnswerConclusionBody,
  },
  {
    name: 'objection.refer',
    offered: 'litigate',
    to: 'referral',
    permission: 'objection.handle',
    schema: ReferObjectionBody,
  },
  {
    name: 'objection.execute',
    offered: 'execute',
    to: 'execution',
    tone: 'main',
    ...decide,
    schema: ExecuteObjectionBody,
    choices: ({ rulePack }) => ({ groundCode: groundsFor(rulePack, 'CANCEL') }),
  },
  { name: 'objection.dismiss', offered: 'dismiss', to: 'dismissal', tone: 'danger', ...decide, ...act },
  { name: 'withdraw', to: 'withdrawal', tone: 'danger', ...answer },
];

/** Objections to what is registered: from the evidence to the act, with the parties' answers. */
export function Objections() {
  useRulePacks();
  return (
    <Collection<CertificateObjectionView>
      page="objections"
      path="/v1/objections"
      query={{ limit: '50' }}
      acts={acts}
      title={({ certificateNumber, state }) => (
        <Flex gap={10} align="center" wrap>
          {certificateNumber} <State of={state} kind="objection" />
        </Flex>
      )}
      columns={[
        { name: 'certificateNumber', show: ({ certificateNumber }) => <strong>{certificateNumber}</strong> },
        { name: 'state', show: ({ state }) => <State of={state} kind="objection" /> },
        { name: 'awaits', show: ({ awaits }) => <Terms of={awaits.map((party) => `party.${party}`)} /> },
        { name: 'objectorId', show: ({ objectorId }) => <Organisation id={objectorId} /> },
        { name: 'filedAt', show: ({ filedAt }) => <When at={filedAt} /> },
      ]}
      detail={(objection) => <Objection of={objection} />}
    />
  );
}

function Objection({ of: objection }: { of: CertificateObjectionView }) {
  const { notice, conclusion, answers, remedy } = objection;
  return (
    <>
      <Facts
        of={{
          certificateNumber: <Thing id={objection.certificateId} name={objection.certificateNumber} />,
          objectorId: <Organisation id={objection.objectorId} />,
          registrantId: <Organisation id={objection.registrantId} />,
          ...(objection.agents.length > 0 && {
            agents: objection.agents.map(({ authorityId, agentId }) => (
              <div key={authorityId}>
                <Organisation id={agentId} /> · <Thing id={authorityId} name={label('letter')} />
              </div>
            )),
          }),
          registrarId: <Organisation id={objection.registrarId} />,
          reason: objection.reason,
          fileIds: objection.evidence.map(({ fileId, sha256 }) => <Code key={fileId} of={sha256} length={24} />),
          awaits: objection.awaits.length > 0 ? <Terms of={objection.awaits.map((one) => `party.${one}`)} /> : <None />,
          filedAt: <When at={objection.filedAt} />,
          acceptedAt: <When at={objection.acceptedAt} />,
          noticeDue: notice ? (
            <Flex gap={8} wrap>
              <When at={notice.due} />
              {objection.acceptedAt === null && <Remaining until={notice.due} />}
              {notice.provisional && <Tag>{say('provisional')}</Tag>}
              {notice.overdue && <Tag color="error">{term('OVERDUE')}</Tag>}
            </Flex>
          ) : (
            say('notPublished')
          ),
          ...(conclusion && {
            conclusion: (
              <>
                <Tag>{term(conclusion.upheld ? 'upholdObjection' : 'dismissObjection')}</Tag>
                <Tag>{term(`remedy.${conclusion.remedy}`)}</Tag> {conclusion.text}
              </>
            ),
          }),
          ...(answers.length > 0 && {
            answers: answers.map(({ party, agrees }) => (
              <Tag key={party} color={agrees ? 'success' : 'error'}>
                {term(`party.${party}`)}: {term(agrees ? 'agrees' : 'disagrees')}
              </Tag>
            )),
          }),
          ...(remedy && {
            remedy: `${term(`remedy.${remedy.kind}`)} ${remedy.groundCode ?? ''} ${remedy.ground ? either(remedy.ground) : ''}`,
          }),
          ...(objection.closedAt && { closedAt: <When at={objection.closedAt} /> }),
        }}
      />
      <History of={objection} />
    </>
  );
}

/** What each said, and by whom. */
function History({ of: objection }: { of: CertificateObjectionView }) {
  return (
    <section>
      <Typography.Title level={5}>{say('history')}</Typography.Title>
      <Timeline
        items={objection.acts.map(({ action, party, agentId, at, text, files }) => ({
          key: at + action,
          content: (
            <>
              <strong>{term(`objection.${action}`)}</strong> · {term(`party.${party}`)}
              {agentId && (
                <>
                  {' '}
                  ({label('agentId')} <Organisation id={agentId} />)
                </>
              )}{' '}
              · <When at={at} />
              <div>{text}</div>
              {files.map(({ fileId, sha256 }) => (
                <Code key={fileId} of={sha256} />
              ))}
            </>
          ),
        }))}
      />
    </section>
  );
}
