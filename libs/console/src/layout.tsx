import {
  GlobalOutlined,
  KeyOutlined,
  LoginOutlined,
  LogoutOutlined,
  MenuOutlined,
  UserOutlined,
} from '@ant-design/icons';
import { Alert, Button, Dropdown, Flex, Layout, Menu, Result, Skeleton, Typography, type MenuProps } from 'antd';
import { Suspense, useState, type ReactNode } from 'react';
import { useOrganisation } from './api.js';
import { Banner } from './banner.js';
import { ChangePassword } from './change-password.js';
import { language, say, setLanguage, term } from './i18n.js';
import { groups, opens } from './page.js';
import { pages } from './pages.js';
import { address, go, To, usePlace } from './router.js';
import { useConnection, useMe } from './session/session.js';

/** What stands around every page. */
export function Frame({ failure }: { failure: Error | null }) {
  const [folded, setFolded] = useState(false);
  const [narrow, setNarrow] = useState(false);
  return (
    <Layout style={{ minHeight: '100vh' }}>
      <a href="#main" className="skip">
        {say('skip')}
      </a>
      <Layout.Sider
        width={232}
        breakpoint="lg"
        collapsedWidth={0}
        collapsed={folded}
        trigger={null}
        onCollapse={setFolded}
        onBreakpoint={setNarrow}
        className="sider"
      >
        <To page="">
          <Flex align="center" gap={10} className="brand">
            <img src="/console/icon.svg" alt="" width={30} height={30} />
            <span>
              databourse
              <small>{say('tagline')}</small>
            </span>
          </Flex>
        </To>
        <Navigation onChoose={() => setFolded(narrow)} />
      </Layout.Sider>
      <Layout>
        <Header>
          {narrow && (
            <Button
              type="text"
              icon={<MenuOutlined aria-hidden />}
              aria-label={say('navigation')}
              aria-expanded={!folded}
              onClick={() => setFolded(!folded)}
            />
          )}
        </Header>
        <Banner />
        <Layout.Content id="main" className="content">
          {failure !== null && (
            <Alert type="error" showIcon closable title={say('signInFailed')} description={failure.message} />
          )}
          <Suspense fallback={<Skeleton active />}>
            <Content />
          </Suspense>
        </Layout.Content>
        <Layout.Footer className="footer">
          <a href="/docs">{say('apiDocs')}</a>
          <a href="/certificates">{say('publicRegister')}</a>
          <a href="/log/checkpoint">{say('checkpoint')}</a>
          <span>databourse · Apache-2.0</span>
        </Layout.Footer>
      </Layout>
    </Layout>
  );
}

function Navigation({ onChoose }: { onChoose: () => void }) {
  const me = useMe();
  const { page } = usePlace();
  const items: NonNullable<MenuProps['items']> = groups.flatMap((group) => {
    const children = pages
      .filter((one) => one.group === group && opens(me, one))
      .map(({ path, title, icon }) => ({ key: path, icon, label: <a href={address(path)}>{say(title)}</a> }));
    return children.length > 0 ? [{ type: 'group' as const, key: group, label: say(group), children }] : [];
  });
  return (
    <nav aria-label={say('navigation')}>
      <Menu
        theme="dark"
        mode="inline"
        selectedKeys={[page]}
        items={items}
        onClick={({ key, domEvent }) => {
          if (domEvent.ctrlKey || domEvent.metaKey || domEvent.shiftKey) return;
          domEvent.preventDefault();
          go(key);
          onChoose();
        }}
      />
    </nav>
  );
}

function Content() {
  const me = useMe();
  const { session } = useConnection();
  const { page } = usePlace();
  const found = pages.find(({ path }) => path === page);
  if (!found) return <Result status="404" title={say('noPage')} extra={<To page="">{say('overview')}</To>} />;
  if (!opens(me, found))
    return me ? (
      <Result status="403" title={say('notForYou')} />
    ) : (
      <Result
        icon={<LoginOutlined aria-hidden />}
        title={say('signInFirst')}
        extra={
          <Button type="primary" size="large" onClick={() => void session.signIn()}>
            {say('signIn')}
          </Button>
        }
      />
    );
  const { View } = found;
  return (
    <>
      {found.path !== '' && (
        <header className="heading">
          <Typography.Title level={1}>{say(found.title)}</Typography.Title>
          <Typography.Text type="secondary">{say(found.about)}</Typography.Text>
        </header>
      )}
      <View />
    </>
  );
}

function Header({ children }: { children: ReactNode }) {
  return (
    <Layout.Header className="header">
      <Flex align="center" gap={8} style={{ height: '100%' }}>
        <span style={{ flex: 1 }}>{children}</span>
        <Button
          type="text"
          icon={<GlobalOutlined aria-hidden />}
          lang={language() === 'en' ? 'zh-CN' : 'en'}
          onClick={() => setLanguage(language() === 'en' ? 'zh-CN' : 'en')}
        >
          {language() === 'en' ? '中文' : 'English'}
        </Button>
        <Account />
      </Flex>
    </Layout.Header>
  );
}

function Account() {
  const me = useMe();
  const { session } = useConnection();
  const organisation = useOrganisation(me?.orgId);
  const [changes, setChanges] = useState(false);
  if (!me)
    return (
      <Button type="primary" icon={<LoginOutlined aria-hidden />} onClick={() => void session.signIn()}>
        {say('signIn')}
      </Button>
    );
  const items: MenuProps['items'] = [
    {
      type: 'group',
      key: 'who',
      label: (
        <div style={{ maxWidth: 280 }}>
          <div>{organisation?.name ?? me.orgId}</div>
          <div>{me.roles.map(term).join(' · ')}</div>
        </div>
      ),
    },
    {
      key: 'organisation',
      icon: <UserOutlined aria-hidden />,
      label: say('myOrganisation'),
      onClick: () => go('organisation'),
    },
    // Who signs in elsewhere changes the password there.
    ...(session.settings.issuer === `${session.settings.origin}/oidc`
      ? [
          {
            key: 'password',
            icon: <KeyOutlined aria-hidden />,
            label: say('changePassword'),
            onClick: () => setChanges(true),
          },
        ]
      : []),
    { key: 'out', icon: <LogoutOutlined aria-hidden />, label: say('signOut'), onClick: () => void session.signOut() },
  ];
  return (
    <>
      <Dropdown menu={{ items }} trigger={['click']}>
        <Button type="text" icon={<UserOutlined aria-hidden />} data-testid="account">
          <span className="who">
            {me.name}
            {organisation && <small>{organisation.name}</small>}
          </span>
        </Button>
      </Dropdown>
      {changes && <ChangePassword close={() => setChanges(false)} />}
    </>
  );
}
