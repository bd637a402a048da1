import {
  AuditOutlined,
  BankOutlined,
  BlockOutlined,
  CloudDownloadOutlined,
  FileTextOutlined,
  SafetyCertificateOutlined,
  ShopOutlined,
} from '@ant-design/icons';
import { Alert, Button, Card, Col, Flex, Row, Typography } from 'antd';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Action, Page } from '@app/sdk';
import { useApi } from '../api.js';
import { say, term, type ScreenText } from '../i18n.js';
import { address, go } from '../router.js';
import { can, useConnection, useMe } from '../session/session.js';
import { Code, Facts, Organisation } from '../show.js';
import { ownKeys } from '../keys.js';

interface Step {
  readonly page: string;
  readonly title: ScreenText;
  readonly icon: ReactNode;
  readonly path: string;
  readonly permission?: Action;
}

const steps: readonly Step[] = [
  {
    page: 'applications',
    title: 'stepRegistration',
    icon: <AuditOutlined aria-hidden />,
    path: '/v1/applications',
    permission: 'application.read',
  },
  {
    page: 'certificates',
    title: 'stepCertificate',
    icon: <SafetyCertificateOutlined aria-hidden />,
    path: '/v1/certificates',
  },
  { page: 'listings', title: 'stepListing', icon: <ShopOutlined aria-hidden />, path: '/v1/listings' },
  {
    page: 'orders',
    title: 'stepOrder',
    icon: <FileTextOutlined aria-hidden />,
    path: '/v1/orders',
    permission: 'order.read',
  },
  {
    page: 'deliveries',
    title: 'stepDelivery',
    icon: <CloudDownloadOutlined aria-hidden />,
    path: '/v1/deliveries',
    permission: 'delivery.read',
  },
  {
    page: 'distributions',
    title: 'stepSettlement',
    icon: <BankOutlined aria-hidden />,
    path: '/v1/distributions',
    permission: 'account.read',
  },
];

/** The whole chain at a glance, with what the signed-in person can see of it. */
export function Overview() {
  return (
    <>
      <section className="hero">
        <Typography.Title level={1}>{say('heroTitle')}</Typography.Title>
        <p>{say('heroText')}</p>
      </section>
      <Reminders />
      <ol className="chain" aria-label={say('chain')}>
        {steps.map((step) => (
          <Stage key={step.page} {...step} />
        ))}
        <Proof />
      </ol>
      <Row gutter={[16, 16]} style={{ marginTop: 22 }}>
        <Col xs={24} lg={12}>
          <Checkpoint />
        </Col>
        <Col xs={24} lg={12}>
          <WhoAmI />
        </Col>
      </Row>
    </>
  );
}

const COUNTED = 100;

function Stage({ page, title, icon, path, permission }: Step) {
  const me = useMe();
  const open = permission === undefined || can(me, permission);
  const { data } = useApi<Page<object>>(open ? `${path}?limit=${COUNTED}` : null, { again: 15_000 });
  const count = data ? `${data.items.length}${data.nextCursor ? '+' : ''}` : '—';
  return (
    <Link
      page={page}
      title={title}
      icon={icon}
      count={open ? count : '—'}
      note={open ? say('visible') : say('afterSignIn')}
    />
  );
}

function Proof() {
  const checkpoint = useCheckpoint();
  return (
    <Link
      page="ledger"
      title="stepProof"
      icon={<BlockOutlined aria-hidden />}
      count={checkpoint?.size ?? '—'}
      note={say('events')}
    />
  );
}

interface LinkProps {
  readonly page: string;
  readonly title: ScreenText;
  readonly icon: ReactNode;
  readonly count: string;
  readonly note: string;
}

const Link = ({ page, title, icon, count, note }: LinkProps) => (
  <li>
    <a
      href={address(page)}
      onClick={(click) => {
        if (click.ctrlKey || click.metaKey || click.shiftKey) return;
        click.preventDefault();
        go(page);
      }}
    >
      <span className="step">
        {icon}
        {say(title)}
      </span>
      <div className="count figures">{count}</div>
      <small>{note}</small>
    </a>
  </li>
);

/** The latest signed state of the ledger (c2sp.org/tlog-checkpoint): name, size, root, then signatures. */
function useCheckpoint() {
  const { client } = useConnection();
  const { data } = useQuery({
    queryKey: ['/log/checkpoint'],
    queryFn: async () => (await client.send('/log/checkpoint', {})).text(),
    refetchInterval: 10_000,
    retry: false,
  });
  const [origin, size, root] = data?.split('\n') ?? [];
  return origin && size && root ? { origin, size, root } : null;
}

function Checkpoint() {
  const checkpoint = useCheckpoint();
  return (
    <Card title={say('latestCheckpoint')} extra={<a href="/log/checkpoint">{say('signedText')}</a>}>
      {checkpoint ? (
        <Facts
          of={{
            logOrigin: checkpoint.origin,
            treeSize: <span className="figures">{checkpoint.size}</span>,
            rootHash: <Code of={checkpoint.root} length={44} />,
          }}
        />
      ) : (
        <Typography.Text type="secondary">{say('noCheckpoint')}</Typography.Text>
      )}
      <p style={{ marginBottom: 0 }}>{say('checkpointAbout')}</p>
    </Card>
  );
}

function WhoAmI() {
  const me = useMe();
  const { session } = useConnection();
  return (
    <Card title={say('whoAmI')}>
      {me ? (
        <Facts
          of={{
            displayName: me.name,
            organisationId: <Organisation id={me.orgId} />,
            roles: me.roles.map(term).join('、'),
          }}
        />
      ) : (
        <Flex vertical gap={12} align="start">
          <span>{say('anonymous')}</span>
          <Button type="primary" onClick={() => void session.signIn()}>
            {say('signIn')}
          </Button>
        </Flex>
      )}
    </Card>
  );
}

/** Without a key nothing can be signed; better said here than at the signature. */
function Reminders() {
  const me = useMe();
  const signs = can(me, 'order.sign') || can(me, 'scheme.sign');
  const keys = useQuery({ queryKey: ['own-keys', me?.orgId], queryFn: () => ownKeys(me!.orgId), enabled: signs });
  if (!signs || !keys.data || keys.data.some(({ use }) => use === 'sig')) return null;
  return (
    <Alert
      type="info"
      showIcon
      style={{ marginBottom: 20 }}
      title={say('noKeyHere')}
      action={<Button onClick={() => go('organisation')}>{say('setUpKeys')}</Button>}
    />
  );
}
