import { KeyOutlined, UploadOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, App, Button, Card, Flex, Popconfirm, Space, Table, Tag, Typography, Upload } from 'antd';
import { keyUses, type KeyUse, type OrganisationJwks } from '@app/sdk';
import { useApi, useChange, useOrganisation } from '../api.js';
import { label, say, term } from '../i18n.js';
import { forgetKey, generateKey, importKey, ownKeys, registration, type OwnKey } from '../keys.js';
import { ProblemAlert } from '../problem.js';
import { can, useConnection, useMe, type Me } from '../session/session.js';
import { Code, Facts, State, Terms } from '../show.js';

/** Who one is, and the keys with which one's organisation signs and opens what is delivered. */
export function MyOrganisation() {
  const me = useMe()!;
  const organisation = useOrganisation(me.orgId);
  return (
    <Flex vertical gap={16}>
      <Card title={organisation?.name ?? me.orgId}>
        <Facts
          columns={2}
          of={{
            uscc: organisation?.uscc,
            kind: organisation && term(organisation.kind),
            regionCode: organisation?.regionCode,
            status: organisation && <State of={organisation.status} />,
            displayName: me.name,
            roles: <Terms of={me.roles} />,
          }}
        />
      </Card>
      <Keys me={me} />
    </Flex>
  );
}

interface Row {
  readonly kid: string;
  readonly use: KeyUse;
  readonly registered: boolean;
  readonly own: OwnKey | undefined;
}

function Keys({ me }: { me: Me }) {
  const registered = useApi<OrganisationJwks>(`/v1/organisations/${me.orgId}/keys`);
  const here = useQuery({ queryKey: ['own-keys', me.orgId], queryFn: () => ownKeys(me.orgId) });
  const known = registered.data?.keys ?? [];
  const own = here.data ?? [];
  const kids = [...new Set([...known.map(({ kid }) => kid), ...own.map(({ kid }) => kid)])];
  const rows = kids.map((kid): Row => {
    const mine = own.find((key) => key.kid === kid);
    const theirs = known.find((key) => key.kid === kid);
    return { kid, use: (theirs ?? mine)!.use, registered: theirs !== undefined, own: mine };
  });
  const adds = can(me, 'organisation.add-key');
  return (
    <Card title={say('keys')} extra={<KeyOutlined aria-hidden />}>
      <Typography.Paragraph>{say('keysAbout')}</Typography.Paragraph>
      <ProblemAlert error={registered.error} />
      <Table<Row>
        rowKey="kid"
        size="small"
        pagination={false}
        dataSource={rows}
        scroll={{ x: 'max-content' }}
        columns={[
          { title: label('kid'), render: (_, { kid }) => <Code of={kid} length={20} /> },
          { title: label('use'), render: (_, { use }) => term(`use.${use}`) },
          {
            title: say('registeredKey'),
            render: (_, row) =>
              row.registered ? <Tag color="success">{term('yes')}</Tag> : row.own && <Register own={row.own} />,
          },
          {
            title: say('keyHere'),
            render: (_, row) => (row.own ? <Here own={row.own} /> : <Tag>{say('elsewhere')}</Tag>),
          },
        ]}
      />
      {adds && (
        <Flex gap={24} wrap style={{ marginTop: 16 }}>
          {keyUses.map((use) => (
            <NewKey key={use} me={me} use={use} />
          ))}
        </Flex>
      )}
      <Alert type="info" showIcon style={{ marginTop: 16 }} title={say('keyWarning')} />
    </Card>
  );
}

function NewKey({ me, use }: { me: Me; use: KeyUse }) {
  const { client } = useConnection();
  const { message } = App.useApp();
  const make = useChange(async (make: () => Promise<OwnKey>) => {
    const key = await make();
    await client.post(`/v1/organisations/${me.orgId}/keys`, await registration(key));
  });
  const done = { onSuccess: () => void message.success(say('done')) };
  return (
    <Flex vertical gap={8}>
      <strong>{term(`use.${use}`)}</strong>
      <ProblemAlert error={make.error} />
      <Space wrap>
        <Button
          type="primary"
          loading={make.isPending}
          onClick={() => make.mutate(() => generateKey(me.orgId, use), done)}
        >
          {say('generateKey')}
        </Button>
        <Upload
          accept=".json,.jwk"
          showUploadList={false}
          beforeUpload={(file) => {
            make.mutate(async () => importKey(me.orgId, use, await file.text()), done);
            return false;
          }}
        >
          <Button icon={<UploadOutlined aria-hidden />}>{say('importKey')}</Button>
        </Upload>
      </Space>
    </Flex>
  );
}

/** A key that is here but unknown to the service: its registration was interrupted. */
function Register({ own }: { own: OwnKey }) {
  const { client } = useConnection();
  const change = useChange(async () => client.post(`/v1/organisations/${own.orgId}/keys`, await registration(own)));
  return (
    <>
      <Button size="small" loading={change.isPending} onClick={() => change.mutate()}>
        {say('registerKey')}
      </Button>
      <ProblemAlert error={change.error} />
    </>
  );
}

function Here({ own }: { own: OwnKey }) {
  const forget = useChange(() => forgetKey(own.kid));
  return (
    <Space>
      <Tag color="success">{term('yes')}</Tag>
      <Popconfirm title={say('forgetKeyAsk')} onConfirm={() => forget.mutate()}>
        <Button size="small" danger>
          {say('forgetKey')}
        </Button>
      </Popconfirm>
    </Space>
  );
}
