import {
  AccountBookOutlined,
  ApartmentOutlined,
  ApiOutlined,
  AuditOutlined,
  BankOutlined,
  BlockOutlined,
  CloudDownloadOutlined,
  ContainerOutlined,
  DeploymentUnitOutlined,
  FileDoneOutlined,
  FileTextOutlined,
  HomeOutlined,
  NotificationOutlined,
  PartitionOutlined,
  PercentageOutlined,
  SafetyCertificateOutlined,
  ShopOutlined,
  SwapOutlined,
  TeamOutlined,
  UserOutlined,
} from '@ant-design/icons';
import { page, view, type Page } from './page.js';
import { registrationPages } from './registration-pages.js';

const listings = () => import('./pages/listings.js');
const settlement = () => import('./pages/settlement.js');
const terms = () => import('./pages/terms.js');
const books = () => import('./pages/books.js');
const parties = () => import('./pages/parties.js');

/** Every page, in the order of the navigation. */
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
    view(
      () => import('./pages/register.js'),
      (m) => m.Certificates,
    ),
  ),
  page(
    'notices',
    'groupMarket',
    ['notices', 'noticesAbout'],
    <NotificationOutlined aria-hidden />,
    view(
      () => import('./pages/notices.js'),
      (m) => m.Notices,
    ),
  ),
  ...registrationPages,
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
