import { Alert, Flex, Table, Tag, Typography } from 'antd';
import { use } from 'react';
import { opinions, type CaseView, type PanelDraw, type ResolutionView } from '@app/sdk';
import { useName } from '../api.js';
import { nameOfGround } from '../forms/choices.js';
import { say, term } from '../i18n.js';
import { Code, Facts, InThing, Organisation, State, When } from '../show.js';
import { Thing } from '../thing.js';

/** What was decided, and by how many; dissent without names. */
export function Resolution({ of, rulePack }: { of: ResolutionView; rulePack: string }) {
  return (
    <>
      <Alert
        type={of.opinion === 'FAIL' ? 'error' : of.opinion === 'PASS' ? 'success' : 'warning'}
        showIcon
        title={
          <Flex gap={8} wrap>
            <strong>{term(of.opinion)}</strong> {of.groundCode && nameOfGround(rulePack, of.groundCode)}{' '}
            <When at={of.decidedAt} />
            {of.byVeto && <Tag color="error">{say('byVeto')}</Tag>}
            {of.byChair && <Tag>{say('byChair')}</Tag>}
          </Flex>
        }
        description={of.reasons}
      />
      <Facts
        of={{
          tally: opinions.map((opinion) => `${term(opinion)} ${of.tally[opinion]}`).join(' · '),
          ...(of.conditions.length > 0 && {
            conditions: of.conditions.map(({ text, dueAt }) => (
              <div key={text}>
                {text} — <When at={dueAt} />
              </div>
            )),
          }),
          ...(of.dissent.length > 0 && {
            dissent: of.dissent.map(({ opinion, reasons }) => (
              <div key={reasons}>
                <Tag>{term(opinion)}</Tag> {reasons}
              </div>
            )),
          }),
          resolutionHash: <Code of={of.resolutionHash} length={32} />,
        }}
      />
    </>
  );
}

/** By name: whoever is shown a draw may know whom it drew, kept out and lost. */
const Expert = ({ id }: { id: string }) => <Thing id={id} name={useName(id, use(InThing))} />;

export function Vacated({ of: vacated }: { of: NonNullable<CaseView['vacated']> }) {
  return (
    <section>
      <Typography.Title level={5}>{say('vacated')}</Typography.Title>
      <ul style={{ paddingInlineStart: 20 }}>
        {vacated.map(({ expertId, kind, text, at }) => (
          <li key={expertId + at}>
            <Expert id={expertId} /> <State of={kind} kind="seat" /> <When at={at} /> {text}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Everything from which anyone can draw the panel again. */
export function Draw({ of: draw, caseId }: { of: PanelDraw; caseId: string }) {
  const { origin } = draw;
  return (
    <section>
      <Typography.Title level={5}>{say('draw')}</Typography.Title>
      <Typography.Paragraph type="secondary">{say('drawAbout')}</Typography.Paragraph>
      <Facts
        of={{
          seed: <Code of={draw.seed} length={32} />,
          seedOrigin: say('seedOrigin', { size: origin.checkpointSize, leaf: origin.leafIndex }),
          root: <Code of={origin.root} length={32} />,
          // What is drawn depends on it.
          case: (
            <span className="own-id">
              <Code of={caseId} />
            </span>
          ),
        }}
      />
      <Table
        rowKey="expertId"
        size="small"
        pagination={false}
        scroll={{ x: 'max-content' }}
        style={{ marginTop: 8 }}
        dataSource={draw.order.map((expertId) => ({ expertId }))}
        columns={[
          {
            title: say('drawnOrder'),
            render: (_, { expertId }, i) => (
              <>
                {i + 1}. <Expert id={expertId} />
              </>
            ),
          },
          {
            title: say('panel'),
            render: (_, { expertId }) =>
              draw.panel.includes(expertId) ? <Tag color="success">{say('seated')}</Tag> : null,
          },
        ]}
      />
      {draw.exclusions.length > 0 && (
        <>
          <Typography.Title level={5}>{say('excluded')}</Typography.Title>
          <ul style={{ paddingInlineStart: 20 }}>
            {draw.exclusions.map(({ expertId, reason, organisationId }) => (
              <li key={expertId}>
                <Expert id={expertId} /> {term(reason)} · <Organisation id={organisationId} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
