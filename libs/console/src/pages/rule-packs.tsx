import { LinkOutlined } from '@ant-design/icons';
import { Button, Card, Flex, Table, Tag, Typography } from 'antd';
import {
  ProposeRulePackBody,
  RulePackOpinionBody,
  type Page,
  type RulePackProposalSummary,
  type RulePackProposalView,
  type RulePackSummary,
} from '@app/sdk';
import { z } from 'zod';
import type { Act, Creation } from '../actions.js';
import { useApi, usePlatformNow } from '../api.js';
import { Collection } from '../collection.js';
import { either, say, term } from '../i18n.js';
import { ProblemAlert } from '../problem.js';
import { Code, Facts, None, Organisation, State, When } from '../show.js';

/** The pack as text: a form for a whole legal regime would hide what is decided. */
const Proposal = z.strictObject({
  pack: z
    .string()
    .transform((text, context): Record<string, unknown> => {
      try {
        return JSON.parse(text) as Record<string, unknown>;
      } catch (error) {
        context.addIssue({ code: 'custom', message: String(error) });
        return z.NEVER;
      }
    })
    .meta({ maxLength: 262_144 }),
  reason: ProposeRulePackBody.shape.reason,
});

const propose = (): Creation => ({
  path: '/v1/rule-pack-proposals',
  title: say('proposePack'),
  permission: 'rule-pack.propose',
  schema: Proposal,
});

const opinion = { schema: RulePackOpinionBody } as const;
const acts: readonly Act<RulePackProposalView>[] = [
  { name: 'approvePack', offered: 'approve', to: 'approval', permission: 'rule-pack.review', tone: 'main', ...opinion },
  {
    name: 'publishPack',
    offered: 'publish',
    to: 'publication',
    permission: 'rule-pack.publish',
    tone: 'main',
    ...opinion,
  },
  {
    name: 'rejectPack',
    offered: 'reject',
    to: 'rejection',
    permission: 'rule-pack.review',
    tone: 'danger',
    ...opinion,
  },
  { name: 'withdraw', to: 'withdrawal', permission: 'rule-pack.propose', ...opinion },
];

/** A version that is published is not yet, or not any more, in force. */
function stateOf({ status, effectiveFrom, effectiveTo }: Omit<RulePackSummary, 'inForce'>, today: string): string {
  if (status !== 'IN_FORCE') return status;
  if ((effectiveFrom ?? '9') > today) return 'COMING';
  return effectiveTo !== null && effectiveTo < today ? 'LAPSED' : 'REPLACED';
}

/** Every regime for everybody; proposals of new versions for those who decide them. */
export function RulePacks() {
  const { data, error } = useApi<Page<RulePackSummary>>('/v1/rule-packs');
  const today = new Date(usePlatformNow()).toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' });
  return (
    <Flex vertical gap={16}>
      <ProblemAlert error={error} />
      <Card styles={{ body: { padding: 0 } }}>
        <Table<RulePackSummary>
          rowKey={({ id, version }) => `${id}@${version}`}
          size="middle"
          pagination={false}
          scroll={{ x: 'max-content' }}
          dataSource={data?.items ?? []}
          columns={[
            {
              title: say('regime'),
              render: (_, { id, name }) => (
                <>
                  <strong>{either(name)}</strong>
                  <div className="figures">{id}</div>
                </>
              ),
            },
            { title: say('packVersion'), dataIndex: 'version' },
            {
              title: term('packStatus'),
              render: (_, { inForce, ...one }) => (
                <Tag color={inForce ? 'success' : 'default'}>
                  {term(inForce ? 'pack.IN_FORCE' : `pack.${stateOf(one, today)}`)}
                </Tag>
              ),
            },
            {
              title: say('effective'),
              render: (_, { effectiveFrom, effectiveTo }) =>
                `${effectiveFrom ?? say('unpublished')} – ${effectiveTo ?? ''}`,
            },
            {
              title: say('rules'),
              render: (_, { id, version }) => (
                <Button
                  size="small"
                  icon={<LinkOutlined aria-hidden />}
                  href={`/rule-packs/${id}@${version}`}
                  target="_blank"
                >
                  {say('readRules')}
                </Button>
              ),
            },
          ]}
        />
      </Card>
    </Flex>
  );
}

export function RulePackProposals() {
  return (
    <Collection<RulePackProposalSummary, RulePackProposalView>
      page="rule-pack-proposals"
      path="/v1/rule-pack-proposals"
      query={{ limit: '50' }}
      creations={[propose()]}
      acts={acts}
      title={({ packId, packVersion, state }) => (
        <Flex gap={10} align="center" wrap>
          {packId} {packVersion} <State of={state} />
        </Flex>
      )}
      columns={[
        { name: 'rulePack', show: ({ packId, packVersion }) => <strong>{`${packId}@${packVersion}`}</strong> },
        { name: 'state', show: ({ state }) => <State of={state} /> },
        { name: 'effectiveFrom', show: ({ effectiveFrom }) => effectiveFrom ?? <None /> },
        { name: 'organisationId', show: ({ organisationId }) => <Organisation id={organisationId} /> },
        { name: 'proposedAt', show: ({ proposal }) => <When at={proposal.at} /> },
      ]}
      detail={(one) => (
        <>
          <Facts
            of={{
              organisationId: <Organisation id={one.organisationId} />,
              effectiveFrom: one.effectiveFrom ?? <None />,
              reason: one.proposal.text,
              ...(one.review && { review: one.review.text }),
              ...(one.ending && { closedReason: one.ending.text }),
              sha256: <Code of={one.documentSha256} length={32} />,
            }}
          />
          <Changes of={one} />
        </>
      )}
    />
  );
}

const short = (value: unknown): string => {
  const text = value === undefined ? '' : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
};

/** What would be different, place by place. */
function Changes({ of: { comparedWith, changes } }: { of: RulePackProposalView }) {
  return (
    <section>
      <Typography.Title level={5}>
        {comparedWith ? say('comparedWith', { version: comparedWith }) : say('newRegime')}
      </Typography.Title>
      {comparedWith && (
        <Table
          rowKey="pointer"
          size="small"
          pagination={{ pageSize: 20, hideOnSinglePage: true }}
          dataSource={[...changes]}
          columns={[
            { title: say('place'), render: (_, { pointer }) => <Code of={pointer} length={60} /> },
            { title: say('before'), render: (_, { before }) => short(before) },
            { title: say('after'), render: (_, { after }) => short(after) },
          ]}
        />
      )}
    </section>
  );
}
