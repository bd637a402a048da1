import { ClockCircleOutlined } from '@ant-design/icons';
import { Alert, Descriptions, Flex, Table, Tag, Timeline, Typography } from 'antd';
import type { ApplicationView, SimilarData } from '@app/sdk';
import { nameOfGround, packOf } from '../forms/choices.js';
import { either, label, say, term } from '../i18n.js';
import { Code, Facts, None, Organisation, Person, Remaining, Terms, When, registered } from '../show.js';
import { Thing } from '../thing.js';

/** The statutory clocks with what is left of them, and why one stands still. */
export function Clocks({ of: { clocks, state, deemedAccepted } }: { of: ApplicationView }) {
  const running: Record<string, string> = { acceptance: 'SUBMITTED', review: 'UNDER_REVIEW', notice: 'PUBLIC_NOTICE' };
  const known = (['acceptance', 'review', 'notice'] as const).flatMap((name) => {
    const clock = clocks[name];
    return clock ? [{ name, clock }] : [];
  });
  const { review } = clocks;
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
            {running[name] === state && !(name === 'review' && review?.paused) && <Left of={clock} />}
            {clock.provisional && <Tag>{say('provisional')}</Tag>}
            {name === 'acceptance' && deemedAccepted && <Tag color="processing">{say('deemedAccepted')}</Tag>}
            {name === 'review' && review?.paused && (
              <Tag color="warning">
                {say('paused')} · {review.pausedBecause && term(`pause.${review.pausedBecause}`)}
              </Tag>
            )}
            {name === 'review' && review?.pausedSince && (
              <span>
                {say('pausedSince')} <When at={review.pausedSince} /> ·{' '}
                {say('workingDaysLeft', { n: review.remainingWorkingDays })}
              </span>
            )}
            {name === 'review' && review?.overdue && <Tag color="error">{term('OVERDUE')}</Tag>}
            {name === 'review' && typeof review?.extendedDays === 'number' && (
              <Tag>{say('extendedBy', { n: review.extendedDays })}</Tag>
            )}
          </Flex>
        ),
      }))}
    />
  );
}

/** As the service counts it: in working days; on the last day by the hour. */
const Left = ({ of: { due, remainingWorkingDays } }: { of: { due: string; remainingWorkingDays: number } }) =>
  remainingWorkingDays > 0 ? (
    <Tag color="processing" icon={<ClockCircleOutlined aria-hidden />}>
      {say('workingDaysLeft', { n: remainingWorkingDays })}
    </Tag>
  ) : (
    <Remaining until={due} />
  );

export function Wanted({ of: { correction, supplement } }: { of: ApplicationView }) {
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

/** Who applies, as they say it in the form. */
export function Applicants({ of: { content } }: { of: ApplicationView }) {
  return (content.applicants ?? []).map(({ kind, operatingStatus, ...block }) => (
    <section key={block.idNumber}>
      <Typography.Title level={5}>{label('applicants')}</Typography.Title>
      <Facts of={{ kind: term(kind), ...block, ...operatingStatus }} />
    </section>
  ));
}

/** What a type other than the initial one asks for. */
export function Particulars({ of: { content, counterparty, rulePack } }: { of: ApplicationView }) {
  const { particulars } = content;
  if (!particulars) return null;
  const items = 'items' in particulars ? particulars.items : [];
  return (
    <section>
      <Typography.Title level={5}>{say('particulars')}</Typography.Title>
      <Facts
        of={{
          certificateNumber: particulars.certificateNumber,
          ...(particulars.type === 'TRANSFER' && {
            transfereeId: <Organisation id={particulars.transfereeId} />,
            rights: <Terms of={particulars.rights} />,
            dataScope: particulars.dataScope,
            useScope: particulars.useScope,
          }),
          ...(counterparty && {
            joined: counterparty.joined ? <When at={counterparty.joined.at} /> : say('notJoined'),
          }),
          ...(particulars.type === 'RENEWAL' && {
            validityYears: say('years', { n: particulars.years }),
            rights: <Terms of={particulars.rights} />,
          }),
          ...(particulars.type === 'CANCELLATION' && {
            groundCode: nameOfGround(rulePack, particulars.groundCode),
            reason: particulars.reason,
          }),
        }}
      />
      {items.length > 0 && (
        <ul style={{ paddingInlineStart: 20 }}>
          {items.map((item) => (
            <li key={item.field}>
              <Change of={item} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Change({ of: { field, before, after, reason } }: { of: { field: string } & Record<string, unknown> }) {
  return (
    <>
      <strong>{label(field)}</strong>: <del>{registered(field, before)}</del> → <ins>{registered(field, after)}</ins>{' '}
      <Typography.Text type="secondary">{String(reason)}</Typography.Text>
    </>
  );
}

/** Before the compliance committee, what it decided, and what that obliges to. */
export function Committee({ of: { referral, resolution, obligations, waiver, rulePack } }: { of: ApplicationView }) {
  return (
    <>
      {referral && (
        <Facts
          of={{
            referral: (
              <>
                <When at={referral.at} /> <Person id={referral.by} />
              </>
            ),
            triggers: <Terms of={referral.triggers} />,
            reason: referral.text || <None />,
            dueAt: referral.dueAt ? <When at={referral.dueAt} /> : say('notPublished'),
          }}
        />
      )}
      {resolution && (
        <Facts
          of={{
            case: <Thing id={resolution.caseId} name={say('case')} />,
            opinion: <strong>{term(resolution.opinion)}</strong>,
            ...(resolution.groundCode && { groundCode: nameOfGround(rulePack, resolution.groundCode) }),
            reasons: resolution.reasons,
            resolutionHash: <Code of={resolution.resolutionHash} length={24} />,
          }}
        />
      )}
      {obligations.length > 0 && (
        <section>
          <Typography.Title level={5}>{say('obligations')}</Typography.Title>
          <ul style={{ paddingInlineStart: 20 }}>
            {obligations.map(({ text, dueAt, overdue }) => (
              <li key={text}>
                {text} · <When at={dueAt} /> {overdue && <Tag color="error">{term('OVERDUE')}</Tag>}
              </li>
            ))}
          </ul>
        </section>
      )}
      {waiver && (
        <Alert
          type="info"
          showIcon
          title={say('waiverProposed')}
          description={
            <>
              {waiver.text} · <When at={waiver.at} /> <Person id={waiver.by} />
            </>
          }
        />
      )}
    </>
  );
}

const share = (of: number): string => `${(of * 100).toFixed(0)} %`;

/** Data like that of the application, for the registrar. */
export function Similar({ of: similar }: { of: readonly SimilarData[] }) {
  if (similar.length === 0) return null;
  return (
    <section>
      <Typography.Title level={5}>{term('SIMILAR_DATA')}</Typography.Title>
      <Table<SimilarData>
        rowKey="applicationId"
        size="small"
        pagination={false}
        scroll={{ x: 'max-content' }}
        dataSource={[...similar]}
        columns={[
          { title: label('kind'), render: (_, { kind }) => <Tag color="warning">{term(kind)}</Tag> },
          { title: label('application'), render: (_, { applicationId }) => <Thing id={applicationId} /> },
          { title: label('applicantId'), render: (_, { applicantId }) => <Organisation id={applicantId} /> },
          { title: label('sameFile'), render: (_, { sameFile }) => term(sameFile ? 'yes' : 'no') },
          { title: label('share'), align: 'right', render: (_, one) => share(one.share) },
          { title: label('similarity'), align: 'right', render: (_, one) => share(one.similarity) },
          { title: label('schemaShare'), align: 'right', render: (_, one) => share(one.schemaShare) },
        ]}
      />
    </section>
  );
}

/** What the registrar examines, each question beside the paragraph that it comes from; then how it was answered. */
export function Checklist({ of: { checklist: asked, rulePack } }: { of: ApplicationView }) {
  const sources = new Map(packOf(rulePack)?.reviewChecklist.map(({ id, source }) => [id, source]));
  return (
    <ul style={{ paddingInlineStart: 20, margin: 0 }} data-testid="checklist">
      {asked.map(({ code, question, ok, note, takenOver }) => (
        <li key={code}>
          {ok === null ? null : <Tag color={ok ? 'success' : 'error'}>{term(ok ? 'yes' : 'no')}</Tag>}
          {either(question)} <Typography.Text type="secondary">{sources.get(code)}</Typography.Text>
          {note && <div>{note}</div>}
          {takenOver && <Tag color="processing">{say('takenOver', { number: takenOver.number })}</Tag>}
        </li>
      ))}
    </ul>
  );
}

/** Who decided what, when and on which ground. */
export function History({ of: { decisions, objections } }: { of: ApplicationView }) {
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
              <strong>{title}</strong> · <When at={at} /> · <Person id={by} />
              {body && <div>{body}</div>}
            </>
          ),
        }))}
      />
    </section>
  );
}
