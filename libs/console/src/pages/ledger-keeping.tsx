import { Card, Flex, Table, Tag } from 'antd';
import { RotateLogKeyBody, type LogKeepingView } from '@app/sdk';
import { Actions, type Act } from '../actions.js';
import { useApi } from '../api.js';
import { label, say } from '../i18n.js';
import { ProblemAlert } from '../problem.js';
import { Code, Facts } from '../show.js';

type Key = LogKeepingView['keys'][number];
interface Log extends LogKeepingView {
  readonly id: 'keeping';
}

const active = ({ keys }: LogKeepingView): number => keys.filter(({ retired }) => !retired).length;
const rotation = { permission: 'log.keep', schema: RotateLogKeyBody } as const;
const acts: readonly Act<Log>[] = [
  { ...rotation, name: 'beginRotation', to: 'key-rotation/begin', when: (log) => active(log) === 1, tone: 'main' },
  { ...rotation, name: 'endRotation', to: 'key-rotation/end', when: (log) => active(log) > 1, tone: 'danger' },
];

/** What the log records of itself. */
export function Keeping() {
  const { data, error } = useApi<LogKeepingView>('/v1/log/keeping');
  if (!data) return <ProblemAlert error={error} />;
  return (
    <Flex vertical gap={16}>
      <Card title={say('logKeys')}>
        <Flex vertical gap={16}>
          <span>{say('logKeysAbout')}</span>
          <Actions path="/v1/log" thing={{ ...data, id: 'keeping' }} acts={acts} />
          <Table<Key>
            rowKey="vkey"
            size="small"
            pagination={false}
            scroll={{ x: 'max-content' }}
            dataSource={data.keys.toReversed()}
            columns={[
              { title: label('generation'), dataIndex: 'generation', align: 'right' },
              { title: 'vkey', render: (_, { vkey }) => <Code of={vkey} length={48} /> },
              {
                title: label('state'),
                render: (_, { retired }) => (
                  <Tag color={retired ? 'default' : 'success'}>{say(retired ? 'keyRetired' : 'keySigns')}</Tag>
                ),
              },
            ]}
          />
        </Flex>
      </Card>
      <Card title={say('logDatabase')}>
        <Facts
          of={{
            restores: data.generation - 1,
            migrations: data.migrations.length,
            ...(data.migrations.length > 0 && { lastMigration: data.migrations.at(-1) }),
          }}
        />
      </Card>
    </Flex>
  );
}
