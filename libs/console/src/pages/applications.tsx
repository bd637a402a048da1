import { Collapse, Flex, Select, Tag, Typography } from 'antd';
import { useState } from 'react';
import { applicationStates, type ApplicationSummary, type ApplicationView } from '@app/sdk';
import { Collection } from '../collection.js';
import { nameOfMaterial, nameOfPack, useRulePacks } from '../forms/choices.js';
import { label, say, term, termOf } from '../i18n.js';
import { To } from '../router.js';
import { can, useMe } from '../session/session.js';
import { Code, Facts, None, Organisation, State, Terms, When } from '../show.js';
import { acts, fileApplication } from './application-acts.js';
import { Agents } from './authorities.js';
import {
  Applicants,
  Checklist,
  Clocks,
  Committee,
  History,
  Particulars,
  Similar,
  Wanted,
} from './application-parts.js';
import { Group, Parties } from './application-parties.js';
import { Findings } from './findings.js';
import { PreCheck, PreCheckOfDraft } from './pre-check.js';

export function Applications() {
  const [state, setState] = useState<string>();
  const me = useMe();
  useRulePacks();
  return (
    <Collection<ApplicationSummary, ApplicationView>
      page="applications"
      path="/v1/applications"
      query={{ state, limit: '50' }}
      creations={[fileApplication()]}
      acts={acts}
      empty={say('noApplication')}
      title={({ resourceName, state: now }) => (
        <Flex gap={10} align="center" wrap>
          {resourceName} <State of={now} kind="application" />
        </Flex>
      )}
      columns={[
        { name: 'dataName', show: ({ resourceName }) => <strong>{resourceName}</strong> },
        { name: 'type', show: ({ type }) => term(type) },
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
      <PreCheck />
      {can(me, 'application.file') && <Typography.Text type="secondary">{say('fromCertificates')}</Typography.Text>}
    </Collection>
  );
}

function Detail({ of: application }: { of: ApplicationView }) {
  const { content, evidence, flags } = application;
  return (
    <>
      <Clocks of={application} />
      <Wanted of={application} />
      <Facts
        of={{
          type: term(application.type),
          applicantId: <Organisation id={application.applicantId} />,
          ...(application.agents.length > 0 && { agents: <Agents of={application} /> }),
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
          materials: content.materials.map(({ code }) => nameOfMaterial(application.rulePack, code)).join('; '),
          validityYears: say('years', { n: content.validityYears }),
          rulePack: nameOfPack(application.rulePack),
          ...(flags.length > 0 && { flags: <Terms of={flags} /> }),
          ...(application.certificateNumber && {
            certificateNumber: (
              <a href={`/certificates/${application.certificateNumber}`}>{application.certificateNumber}</a>
            ),
          }),
          ...(evidence && { evidenceHash: <Code of={evidence.hash} length={32} /> }),
        }}
      />
      <Parties of={application} />
      <Group of={application} />
      <Applicants of={application} />
      <Particulars of={application} />
      <Committee of={application} />
      <Similar of={application.similarData} />
      <Collapse
        size="small"
        defaultActiveKey={[
          ...(application.actions.includes('submit') ? ['findings'] : []),
          ...(application.checklist.some(({ ok }) => ok !== null) ? ['checklist'] : []),
        ]}
        items={[
          { key: 'checklist', label: say('checklist'), children: <Checklist of={application} /> },
          {
            key: 'findings',
            label: say('findings'),
            children: application.actions.includes('submit') ? (
              <PreCheckOfDraft id={application.id} />
            ) : (
              <Findings of={application.findings} />
            ),
          },
        ]}
      />
      <History of={application} />
    </>
  );
}
