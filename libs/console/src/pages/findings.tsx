import { Alert, Flex, Tag, Typography } from 'antd';
import type { ReactNode } from 'react';
import type { Findings as FindingsView } from '@app/sdk';
import { either, say, term } from '../i18n.js';

const Source = ({ of }: { of: string }) => <Typography.Text type="secondary">{of}</Typography.Text>;

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <Typography.Title level={5}>{title}</Typography.Title>
      <ul style={{ paddingInlineStart: 20, margin: 0 }}>{children}</ul>
    </section>
  );
}

/** What the rules say about a filing, each finding beside the paragraph that it comes from. */
export function Findings({ of: found }: { of: FindingsView }) {
  const { bar, rights, materials, missingFields, committee, durations, workingDaysAtMost } = found;
  const missing = (materials ?? []).filter(({ required, given }) => required && !given);
  return (
    <Flex vertical gap={12}>
      {bar && (
        <Alert
          type="error"
          showIcon
          title={`${say('barred')} · ${bar.groundCode}`}
          description={
            <>
              {either(bar.text)} <Source of={bar.source} />
            </>
          }
        />
      )}
      {rights.length > 0 && (
        <Part title={say('rightsFound')}>
          {rights.map(({ right, claimed, allowed, verdict, text, source }) => (
            <li key={right}>
              <Tag color={allowed ? 'success' : 'error'}>
                {term(right)} · {say(allowed ? 'registrable' : 'notRegistrable')}
              </Tag>
              {claimed && <Tag>{say('claimed')}</Tag>}
              {verdict !== 'yes' && verdict !== 'no' && <Tag color="warning">{term(`verdict.${verdict}`)}</Tag>}
              {either(text)} <Source of={source} />
            </li>
          ))}
        </Part>
      )}
      <Part title={say('missing')}>
        {materials === null && <li>{say('materialsUnpublished')}</li>}
        {missing.map(({ code, name, source }) => (
          <li key={code}>
            <Tag color="warning">{say('material')}</Tag> {either(name)} <Source of={source} />
          </li>
        ))}
        {missingFields.map(({ pointer, id, name, hint, source }) => (
          <li key={id + pointer}>
            <Tag color="warning">{say('field')}</Tag> {either(name)}{' '}
            <Typography.Text type="secondary">{either(hint)}</Typography.Text> <Source of={source} />
          </li>
        ))}
        {materials !== null && missing.length + missingFields.length === 0 && <li>{say('nothingMissing')}</li>}
      </Part>
      <Part title={say('committeeFound')}>
        <li>
          {say(committee.needed ? 'committeeNeeded' : 'committeeNotNeeded')} <Source of={committee.source} />
        </li>
        {committee.triggers.map(({ code, text }) => (
          <li key={code}>{either(text)}</li>
        ))}
      </Part>
      <Part title={say('durations')}>
        {durations.map(({ id, name, workingDays, note, source }) => (
          <li key={id}>
            {either(name)}: {workingDays === null ? say('notPublished') : say('workingDays', { n: workingDays })}{' '}
            {note && <Typography.Text type="secondary">{either(note)}</Typography.Text>} <Source of={source} />
          </li>
        ))}
        <li>
          <strong>{say('atMost')}</strong>:{' '}
          {workingDaysAtMost === null ? say('notPublished') : say('workingDays', { n: workingDaysAtMost })}
        </li>
      </Part>
    </Flex>
  );
}
