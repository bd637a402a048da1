import { Alert, Descriptions, Flex, Select, Tag, Timeline, Typography } from 'antd';
import { useState } from 'react';
import { applicationStates, type ApplicationSummary, type ApplicationView } from '@app/sdk';
import { Collection } from '../collection.js';
import { materials } from '../forms/choices.js';
import { either, label, say, term, termOf } from '../i18n.js';
import { To } from '../router.js';
import { Code, Facts, None, Organisation, Remaining, State, When } from '../show.js';
import { acts, file } from './application-acts.js';

export function Applications() {
  const [state, setState] = useState<string>();
  return (
    <Collection<ApplicationSummary, ApplicationView>
      page="applications"
      path="/v1/applications"
      query={{ state, limit: '50' }}
      creations={[file()]}
      acts={acts}
      empty={say('noApplication')}
      title={({ resourceName, state: now }) => (
        <Flex gap={10} align="center" wrap>
          {resourceName} <State of={now} kind="application" />
        </Flex>
      )}
      columns={[
        { name: 'dataName', show: ({ resourceName }) => <strong>{resourceName}</strong> },
        { name: 'state', show: ({ state: now }) => <State of={now} kind="application" /> },
        { name: 'applicantId', show: ({ applicantId }) => <Organisation id={applicantId} /> },
        { name: 'registrarId', show: ({ registrarId }) => <Organisation id={registrarId} /> },
        { name: 'submittedAt', show: ({ submittedAt }) => <When at={submittedAt} /> },
        { name: 'certificateNumber', show: ({ certificateNumber }) => certificateNumber ?? <None /> },
      ]}
      detail={(application) => <Detail of={application} />}
    >
      <Select
        allowClear
        placeholder={label('state')}
        aria-label={label('state')}
        style={{ width: 180 }}
        options={applicationStates.map((value) => ({ value, label: termOf('application', value) }))}
        onChange={setState}
      />
    </Collection>
  );
}

function Detail({ of: application }: { of: ApplicationView }) {
  const { content, evidence, flags } = application;
  return (
    <>
      <Clocks of={application} />
      {(application.correction ?? application.supplement) && <Wanted of={application} />}
      <Facts
        of={{
          applicantId: <Organisation id={application.applicantId} />,
          registrarId: <Organisation id={application.registrarId} />,
          resourceId: (
            <To page="resources" id={application.resourceId}>
              {application.resourceName}
            </To>
          ),
          rights: content.rights.map(({ right, termYears, limits }) => (
            <div key={right}>
              <Tag>{term(right)}</Tag> {termYears === null ? say('noEnd') : say('years', { n: termYears })} {limits}
            </div>
          )),
          scenario: content.scenario || <None />,
          materials: content.materials
            .map(({ code }) => materials().find(({ value }) => value === code)?.label ?? code)
            .join('; '),
          validityYears: say('years', { n: content.validityYears }),
          rulePack: application.rulePack,
          ...(flags.length > 0 && { flags: flags.map((flag) => <Tag key={flag}>{term(flag)}</Tag>) }),
          ...(application.certificateNumber && {
            certificateNumber: (
              <a href={`/certificates/${application.certificateNumber}`}>{application.certificateNumber}</a>
            ),
          }),
          ...(evidence && { evidenceHash: <Code of={evidence.hash} length={32} /> }),
        }}
      />
      <Checklist of={application} />
      <History of={application} />
    </>
  );
}

/** The statutory clocks with what is left of them. */
function Clocks({ of: { clocks, state, deemedAccepted } }: { of: ApplicationView }) {
  const running: Record<string, string> = { acceptance: 'SUBMITTED', review: 'UNDER_REVIEW', notice: 'PUBLIC_NOTICE' };
  const known = (['acceptance', 'review', 'notice'] as const).flatMap((name) => {
    const clock = clocks[name];
    return clock ? [{ name, clock }] : [];
  });
  if (known.length === 0) return null;
  return (
    <Descriptions
      size="small"
      bordered
      styles={{ label: { width: 168 } }}
      column={1}
      title={say('clocks')}
      items={known.map(({ name, clock }) => ({
        key: name,
        label: term(`clock.${name}`),
        children: (
          <Flex gap={8} wrap align="center">
            <When at={clock.due} />
            {running[name] === state && <Remaining until={clock.due} />}
            {clock.provisional && <Tag>{say('provisional')}</Tag>}
            {name === 'acceptance' && deemedAccepted && <Tag color="processing">{say('deemedAccepted')}</Tag>}
            {'paused' in clock && clock.paused && <Tag color="warning">{say('paused')}</Tag>}
          </Flex>
        ),
      }))}
    />
  );
}

function Wanted({ of: { correction, supplement } }: { of: ApplicationView }) {
  const request = correction ?? supplement;
  if (!request) return null;
  return (
    <Alert
      type="warning"
      showIcon
      title={say(correction ? 'toCorrect' : 'toSupply')}
      description={
        <>
          <ol style={{ paddingInlineStart: 20 }}>
            {request.items.map((item) => (
              <li key={item}>{item}</li>
            ))}
          </ol>
          <When at={request.dueAt} /> <Remaining until={request.dueAt} />
        </>
      }
    />
  );
}

function Checklist({ of: { checklist: asked } }: { of: ApplicationView }) {
  if (asked.every(({ ok }) => ok === null)) return null;
  return (
    <section>
      <Typography.Title level={5}>{say('checklist')}</Typography.Title>
      <ul style={{ paddingInlineStart: 20 }}>
        {asked.map(({ code, question, ok, note }) => (
          <li key={code}>
            {ok === null ? null : <Tag color={ok ? 'success' : 'error'}>{term(ok ? 'yes' : 'no')}</Tag>}
            {either(question)} {note && <Typography.Text type="secondary">{note}</Typography.Text>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Who decided what, when and on which ground. */
function History({ of: { decisions, objections } }: { of: ApplicationView }) {
  const entries = [
    ...decisions.map(({ action, by, at, groundCode, ground, text }) => ({
      at,
      title: term(action),
      body: [groundCode && `${groundCode} ${ground ? either(ground) : ''}`, text].filter(Boolean).join(' — '),
      by,
    })),
    ...objections.map(({ at, reason, by }) => ({ at, title: term('object'), body: reason, by })),
  ].toSorted((a, b) => a.at.localeCompare(b.at));
  if (entries.length === 0) return null;
  return (
    <section>
      <Typography.Title level={5}>{say('history')}</Typography.Title>
      <Timeline
        items={entries.map(({ at, title, body, by }) => ({
          key: at + title,
          content: (
            <>
              <strong>{title}</strong> · <When at={at} /> · <Code of={by} length={10} />
              {body && <div>{body}</div>}
            </>
          ),
        }))}
      />
    </section>
  );
}
