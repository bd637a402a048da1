import { Flex, Progress, Table, Typography } from 'antd';
import { DeclareResourceBody, type QualityReport, type ResourceSummary, type ResourceView } from '@app/sdk';
import type { Creation } from '../actions.js';
import { Collection } from '../collection.js';
import { industries, rightsSituations } from '../forms/choices.js';
import { label, language, say, term, termOf } from '../i18n.js';
import { Code, Facts, Organisation, Terms, When } from '../show.js';

const declare = (): Creation => ({
  path: '/v1/resources',
  title: say('declareResource'),
  permission: 'resource.declare',
  schema: DeclareResourceBody,
  initial: () => ({ restriction: '无' }),
  choices: () => ({ rightsSituation: rightsSituations(), section: industries() }),
});

const number = (n: number): string => n.toLocaleString(language());
export const bytes = (n: number): string => {
  const unit = Math.min(4, Math.floor(Math.log2(Math.max(1, n)) / 10));
  return `${(n / 1024 ** unit).toLocaleString(language(), { maximumFractionDigits: 1 })} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][unit]}`;
};

/** What a holder declared, and what the platform measured in the file itself. */
export function Resources() {
  return (
    <Collection<ResourceSummary, ResourceView>
      page="resources"
      path="/v1/resources"
      creations={[declare()]}
      title={({ name }) => name}
      columns={[
        { name: 'name', show: ({ name }) => <strong>{name}</strong> },
        { name: 'holderId', show: ({ holderId }) => <Organisation id={holderId} /> },
        { name: 'grade', show: ({ grade }) => term(grade) },
        { name: 'rows', align: 'right', show: ({ rows }) => number(rows) },
        { name: 'bytes', align: 'right', show: (resource) => bytes(resource.bytes) },
        { name: 'declaredAt', show: ({ declaredAt }) => <When at={declaredAt} /> },
      ]}
      detail={(resource) => <Detail of={resource} />}
    />
  );
}

function Detail({ of: resource }: { of: ResourceView }) {
  const situation = rightsSituations().find(({ value }) => value === resource.rightsSituation);
  return (
    <>
      <Typography.Paragraph style={{ whiteSpace: 'pre-wrap' }}>{resource.abstract}</Typography.Paragraph>
      <Facts
        of={{
          holderId: <Organisation id={resource.holderId} />,
          industry: `${resource.industry.section} ${resource.industry.text}`,
          sourceKind: term(resource.sourceKind),
          rightsSituation: situation?.label ?? resource.rightsSituation,
          regionText: `${term(resource.regionLevel)} · ${resource.regionText}`,
          timeFrom: `${resource.timeFrom} – ${resource.timeTo}`,
          updateFrequency: term(resource.updateFrequency),
          form: (
            <>
              <Terms of={resource.form.media} /> {term(resource.form.structure)}
            </>
          ),
          grade: term(resource.grade),
          personalInfo: term(resource.personalInfo),
          isPublicData: term(resource.isPublicData ? 'yes' : 'no'),
          isGovernmentDutyData: term(resource.isGovernmentDutyData ? 'yes' : 'no'),
          restriction: resource.restriction,
          sha256: <Code of={resource.sha256} length={32} />,
        }}
      />
      <Report of={resource.report} />
    </>
  );
}

/** What the profiler calls VARCHAR or DECIMAL(9,2); a nested one stays as it says. */
const columnType = (type: string): string => termOf('column', type.replace(/\(.*\)$/, ''));

function Report({ of: report }: { of: QualityReport }) {
  return (
    <section>
      <Typography.Title level={5}>{say('qualityReport')}</Typography.Title>
      <Flex gap={24} wrap style={{ marginBottom: 12 }}>
        <span>
          {label('rows')}: <strong>{number(report.rows)}</strong>
        </span>
        <span>
          {label('duplicateRows')}: <strong>{number(report.duplicateRows)}</strong>
        </span>
        <span>
          {label('format')}: <strong>{report.format}</strong> · {bytes(report.bytes)}
        </span>
      </Flex>
      <Table
        size="small"
        rowKey="name"
        pagination={false}
        scroll={{ x: 'max-content' }}
        dataSource={report.columns}
        columns={[
          { title: label('column'), dataIndex: 'name' },
          { title: label('type'), dataIndex: 'type', render: columnType },
          {
            title: label('completeness'),
            dataIndex: 'nullShare',
            render: (share: string) => (
              <Progress
                percent={Number(((1 - Number(share)) * 100).toFixed(2))}
                size="small"
                style={{ width: 120 }}
                aria-label={label('completeness')}
              />
            ),
          },
          { title: label('distinct'), dataIndex: 'distinct', align: 'right', render: number },
          { title: label('min'), dataIndex: 'min', render: (value: string | null) => value ?? '—' },
          { title: label('max'), dataIndex: 'max', render: (value: string | null) => value ?? '—' },
        ]}
      />
      <Typography.Text type="secondary">{report.profiler}</Typography.Text>
    </section>
  );
}
