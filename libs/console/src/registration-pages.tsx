import {
  CheckSquareOutlined,
  CommentOutlined,
  CopyOutlined,
  DatabaseOutlined,
  DiffOutlined,
  ExclamationCircleOutlined,
  FormOutlined,
  GlobalOutlined,
  IdcardOutlined,
  KeyOutlined,
  ReadOutlined,
  ReconciliationOutlined,
  SolutionOutlined,
  TeamOutlined,
  UserSwitchOutlined,
} from '@ant-design/icons';
import { page, view, type Page } from './page.js';

const recognition = () => import('./pages/recognition.js');
const committee = () => import('./pages/committee.js');
const rulePacks = () => import('./pages/rule-packs.js');
const registrars = () => import('./pages/registrars.js');

/** Registration, who does it, and the law it follows. */
export const registrationPages: readonly Page[] = [
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
    'authorities',
    'groupRegistration',
    ['authorities', 'authoritiesAbout'],
    <UserSwitchOutlined aria-hidden />,
    view(
      () => import('./pages/authorities.js'),
      (m) => m.Authorities,
    ),
    'authority.read',
  ),
  page(
    'register-acts',
    'groupRegistration',
    ['registerActs', 'registerActsAbout'],
    <FormOutlined aria-hidden />,
    view(
      () => import('./pages/register-acts.js'),
      (m) => m.RegisterActs,
    ),
    'register-act.read',
  ),
  page(
    'objections',
    'groupRegistration',
    ['objections', 'objectionsAbout'],
    <ExclamationCircleOutlined aria-hidden />,
    view(
      () => import('./pages/objections.js'),
      (m) => m.Objections,
    ),
    'objection.read',
  ),
  page(
    'record-requests',
    'groupRegistration',
    ['recordRequests', 'recordRequestsAbout'],
    <CopyOutlined aria-hidden />,
    view(
      () => import('./pages/record-requests.js'),
      (m) => m.RecordRequests,
    ),
    'record.read',
  ),
  page(
    'foreign-certificates',
    'groupRegistration',
    ['foreignCertificates', 'foreignCertificatesAbout'],
    <GlobalOutlined aria-hidden />,
    view(recognition, (m) => m.ForeignCertificates),
  ),
  page(
    'trusted-issuers',
    'groupRegistration',
    ['trustedIssuers', 'trustedIssuersAbout'],
    <KeyOutlined aria-hidden />,
    view(recognition, (m) => m.TrustedIssuers),
  ),
  page(
    'committee',
    'groupRegistration',
    ['committee', 'committeeAbout'],
    <CommentOutlined aria-hidden />,
    view(committee, (m) => m.Cases),
    'committee.read',
  ),
  page(
    'obligations',
    'groupRegistration',
    ['obligations', 'obligationsAbout'],
    <CheckSquareOutlined aria-hidden />,
    view(committee, (m) => m.Obligations),
    'obligation.read',
  ),
  page(
    'experts',
    'groupRegistration',
    ['experts', 'expertsAbout'],
    <IdcardOutlined aria-hidden />,
    view(committee, (m) => m.Experts),
    'expert.read',
  ),
  page(
    'registrars',
    'groupRegistration',
    ['registrars', 'registrarsAbout'],
    <ReconciliationOutlined aria-hidden />,
    view(registrars, (m) => m.Registrars),
  ),
  page(
    'registrar-staff',
    'groupRegistration',
    ['registrarStaff', 'registrarStaffAbout'],
    <TeamOutlined aria-hidden />,
    view(registrars, (m) => m.Staff),
    'registrar.read-staff',
  ),
  page(
    'rule-packs',
    'groupOversight',
    ['rulePacks', 'rulePacksAbout'],
    <ReadOutlined aria-hidden />,
    view(rulePacks, (m) => m.RulePacks),
  ),
  page(
    'rule-pack-proposals',
    'groupOversight',
    ['rulePackProposals', 'rulePackProposalsAbout'],
    <DiffOutlined aria-hidden />,
    view(rulePacks, (m) => m.RulePackProposals),
    'rule-pack.read-proposals',
  ),
];
