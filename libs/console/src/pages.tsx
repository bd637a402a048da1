import {
  AccountBookOutlined,
  ApiOutlined,
  ApartmentOutlined,
  AuditOutlined,
  BankOutlined,
  BlockOutlined,
  CloudDownloadOutlined,
  ContainerOutlined,
  DatabaseOutlined,
  DeploymentUnitOutlined,
  FileDoneOutlined,
  FileTextOutlined,
  HomeOutlined,
  NotificationOutlined,
  PartitionOutlined,
  PercentageOutlined,
  SafetyCertificateOutlined,
  ShopOutlined,
  SolutionOutlined,
  SwapOutlined,
  TeamOutlined,
  UserOutlined,
} from '@ant-design/icons';
import { lazy, type ComponentType, type ReactNode } from 'react';
import type { Action } from '@app/sdk';
import type { ScreenText } from './i18n.js';
import { can, type Me } from './session/session.js';

export const groups = [
  'groupMarket',
  'groupRegistration',
  'groupTrading',
  'groupMoney',
  'groupParties',
  'groupOversight',
] as const;

export interface Page {
  readonly path: string;
  readonly group: (typeof groups)[number];
  readonly title: ScreenText;
  readonly about: ScreenText;
  readonly icon: ReactNode;
  /** Any of these opens it; without any it is public. */
  readonly permission?: readonly Action[];
  readonly View: ComponentType;
}

/** Whether that person, or nobody in particular, may open it. */
export const opens = (me: Me | null, { permission }: Page): boolean =>
  permission === undefined || permission.some((one) => can(me, one));

/** A page's code is fetched when it is first opened. */
const view = <M,>(load: () => Promise<M>, pick: (module: M) => ComponentType): ComponentType =>
  lazy(async () => ({ default: pick(await load()) }));

const listings = () => import('./pages/listings.js');
const register = () => import('./pages/register.js');
const settlement = () => import('./pages/settlement.js');
const terms = () => import('./pages/terms.js');
const books = () => import('./pages/books.js');
const parties = () => import('./pages/parties.js');

const page = (
  path: string,
  group: Page['group'],
  [title, about]: readonly [ScreenText, ScreenText],
  icon: ReactNode,
  View: ComponentType,
  ...permission: Action[]
): Page => ({ path, group, title, about, icon, View, ...(permission.length > 0 && { permission }) });

export const pages: readonly Page[] = [
  page(
    '',
    'groupMarket',
    ['overview', 'overviewAbout'],
    <HomeOutlined aria-hidden />,
    view(
      () => import('./pages/overview.js'),
      (m) => m.Overview,
    ),
  ),
  page(
    'listings',
    'groupMarket',
    ['catalogue', 'catalogueAbout'],
    <ShopOutlined aria-hidden />,
    view(listings, (m) => m.Listings),
  ),
  page(
    'certificates',
    'groupMarket',
    ['certificates', 'certificatesAbout'],
    <SafetyCertificateOutlined aria-hidden />,
    view(register, (m) => m.Certificates),
  ),
  page(
    'notices',
    'groupMarket',
    ['notices', 'noticesAbout'],
    <NotificationOutlined aria-hidden />,
    view(register, (m) => m.Notices),
  ),
  page(
    'resources',
    'groupRegistration',
    ['resources', 'resourcesAbout'],
    <DatabaseOutlined aria-hidden />,
    view(
      () => import('./pages/resources.js'),
      (m) => m.Resources,
    ),
    'resource.read',
  ),
  page(
    'applications',
    'groupRegistration',
    ['applications', 'applicationsAbout'],
    <SolutionOutlined aria-hidden />,
    view(
      () => import('./pages/applications.js'),
      (m) => m.Applications,
    ),
    'application.read',
  ),
  page(
    'orders',
    'groupTrading',
    ['orders', 'ordersAbout'],
    <FileTextOutlined aria-hidden />,
    view(
      () => import('./pages/orders.js'),
      (m) => m.Orders,
    ),
    'order.read',
  ),
  page(
    'deliveries',
    'groupTrading',
    ['deliveries', 'deliveriesAbout'],
    <CloudDownloadOutlined aria-hidden />,
    view(
      () => import('./pages/deliveries.js'),
      (m) => m.Deliveries,
    ),
    'delivery.read',
  ),
  page(
    'mandates',
    'groupTrading',
    ['mandates', 'mandatesAbout'],
    <DeploymentUnitOutlined aria-hidden />,
    view(
      () => import('./pages/mandates.js'),
      (m) => m.Mandates,
    ),
    'mandate.read',
  ),
  page(
    'schemes',
    'groupMoney',
    ['schemes', 'schemesAbout'],
    <PartitionOutlined aria-hidden />,
    view(terms, (m) => m.Schemes),
    'account.read',
  ),
  page(
    'escrows',
    'groupMoney',
    ['escrows', 'escrowsAbout'],
    <ContainerOutlined aria-hidden />,
    view(settlement, (m) => m.Escrows),
    'account.read',
  ),
  page(
    'distributions',
    'groupMoney',
    ['distributions', 'distributionsAbout'],
    <FileDoneOutlined aria-hidden />,
    view(settlement, (m) => m.Distributions),
    'account.read',
  ),
  page(
    'accounts',
    'groupMoney',
    ['accounts', 'accountsAbout'],
    <AccountBookOutlined aria-hidden />,
    view(books, (m) => m.Accounts),
    'account.read',
  ),
  page(
    'fees',
    'groupMoney',
    ['fees', 'feesAbout'],
    <PercentageOutlined aria-hidden />,
    view(terms, (m) => m.Fees),
    'account.read',
  ),
  page(
    'bank',
    'groupMoney',
    ['bank', 'bankAbout'],
    <BankOutlined aria-hidden />,
    view(books, (m) => m.Bank),
    'bank-notice.read',
  ),
  page(
    'organisation',
    'groupParties',
    ['myOrganisation', 'myOrganisationAbout'],
    <UserOutlined aria-hidden />,
    view(
      () => import('./pages/organisation.js'),
      (m) => m.MyOrganisation,
    ),
    'organisation.read',
  ),
  page(
    'memberships',
    'groupParties',
    ['memberships', 'membershipsAbout'],
    <AuditOutlined aria-hidden />,
    view(parties, (m) => m.Memberships),
    'membership.read',
  ),
  page(
    'venues',
    'groupParties',
    ['venues', 'venuesAbout'],
    <ApartmentOutlined aria-hidden />,
    view(parties, (m) => m.Venues),
  ),
  page(
    'organisations',
    'groupParties',
    ['organisations', 'organisationsAbout'],
    <TeamOutlined aria-hidden />,
    view(parties, (m) => m.Organisations),
    'organisation.register',
    'books.check',
  ),
  page(
    'people',
    'groupParties',
    ['people', 'peopleAbout'],
    <UserOutlined aria-hidden />,
    view(parties, (m) => m.People),
    'person.read',
  ),
  page(
    'ledger',
    'groupOversight',
    ['ledger', 'ledgerAbout'],
    <BlockOutlined aria-hidden />,
    view(
      () => import('./pages/ledger.js'),
      (m) => m.Ledger,
    ),
  ),
  page(
    'feed',
    'groupOversight',
    ['feed', 'feedPageAbout'],
    <SwapOutlined aria-hidden />,
    view(
      () => import('./pages/feed.js'),
      (m) => m.Feed,
    ),
    'feed.read',
  ),
  page(
    'webhooks',
    'groupOversight',
    ['webhooks', 'webhooksAbout'],
    <ApiOutlined aria-hidden />,
    view(
      () => import('./pages/webhooks.js'),
      (m) => m.Webhooks,
    ),
    'feed.read',
  ),
];
