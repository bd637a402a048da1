/**
 * Roles of people and machine clients. `authorityOfficer` acts for the data authority (数据管理部门) by written orders; `feedReader`
 * is a system of an exchange operator that follows its feed and decides nothing; `system` is the platform itself: reactions and deadlines.
 */
export const roles = [
  'holder',
  'buyer',
  'broker',
  'registrarOfficer',
  'registrarApprover',
  'committeeExpert',
  'authorityOfficer',
  'exchangeOfficer',
  'feedReader',
  'financeOfficer',
  'regulator',
  'auditor',
  'operator',
  'system',
] as const;
export type Role = (typeof roles)[number];

const everyone = roles;
const trader = ['holder', 'buyer', 'broker'] as const;
const watchers = ['regulator', 'auditor'] as const;

/**
 * Who may do what at all; whether it is allowed now, and for whose objects, the command itself decides.
 * SOD-8: a regulator only reads, except that it decides which rule packs are the law. Derived from the matrix of the domain model.
 */
export const permissions = {
  'organisation.register': ['operator', 'system'],
  'organisation.read': everyone,
  'organisation.add-key': [...trader, 'registrarApprover', 'exchangeOfficer', 'operator'],
  'organisation.add-client': ['operator', 'system'],
  'person.add': ['operator', 'system'],
  'person.read': ['operator', ...watchers],
  'session.begin': everyone,
  'membership.apply': trader,
  'membership.decide': ['exchangeOfficer'],
  'membership.read': [...trader, 'exchangeOfficer', ...watchers],

  'file.upload': [
    'holder',
    'buyer',
    'broker',
    'registrarOfficer',
    'registrarApprover',
    'authorityOfficer',
    'exchangeOfficer',
  ],
  'file.read': everyone,
  'registrar.open': ['operator', 'system'],
  'registrar.run': ['registrarApprover'],
  'registrar.supervise': ['authorityOfficer'],
  'registrar.close': ['registrarApprover', 'authorityOfficer'],
  'registrar.read-staff': ['registrarOfficer', 'registrarApprover', 'authorityOfficer', ...watchers],
  'registrar.by-deadline': ['system'],
  'foreign-certificate.submit': ['holder'],
  'foreign-certificate.verify': ['registrarOfficer', 'registrarApprover'],
  'foreign-certificate.record': ['registrarApprover'],
  'foreign-certificate.refuse-reliance': ['exchangeOfficer'],
  'foreign-certificate.lapse': ['system'],
  'trusted-issuer.decide': ['authorityOfficer'],
  'resource.declare': ['holder'],
  'resource.read': [
    'holder',
    'registrarOfficer',
    'registrarApprover',
    'committeeExpert',
    'exchangeOfficer',
    ...watchers,
  ],
  'application.file': ['holder'],
  'application.read': ['holder', 'registrarOfficer', 'registrarApprover', 'committeeExpert', ...watchers],
  'application.examine': ['registrarOfficer', 'registrarApprover'],
  'application.approve': ['registrarApprover'],
  'application.object': ['holder', 'buyer', 'broker'],
  'application.by-deadline': ['system'],

  'rule-pack.propose': ['registrarApprover'],
  'rule-pack.review': ['regulator'],
  'rule-pack.publish': ['regulator', 'operator'],
  'rule-pack.read-proposals': ['registrarOfficer', 'registrarApprover', 'operator', ...watchers],
  'expert.keep': ['operator'],
  'expert.declare': ['committeeExpert'],
  'expert.read': ['committeeExpert', 'operator', ...watchers],
  'committee.read': ['holder', 'registrarOfficer', 'registrarApprover', 'committeeExpert', 'operator', ...watchers],
  'committee.keep': ['operator'],
  'committee.vote': ['committeeExpert'],
  'committee.by-itself': ['system'],
  'obligation.read': ['holder', 'registrarOfficer', 'registrarApprover', 'operator', ...watchers],
  'obligation.fulfil': ['holder'],
  'obligation.confirm': ['registrarOfficer', 'registrarApprover'],

  'objection.file': trader,
  'objection.answer': trader,
  'objection.handle': ['registrarOfficer', 'registrarApprover'],
  'objection.decide': ['registrarApprover'],
  'objection.read': [...trader, 'registrarOfficer', 'registrarApprover', ...watchers],

  'record.request': trader,
  'record.consent': ['holder'],
  'record.decide': ['registrarOfficer', 'registrarApprover'],
  'record.read': [...trader, 'registrarOfficer', 'registrarApprover', ...watchers],

  'certificate.issue': ['system'],
  'certificate.propose': ['registrarOfficer', 'registrarApprover'],
  'certificate.decide': ['registrarApprover'],
  'certificate-number.read': ['registrarOfficer', 'registrarApprover', 'operator', ...watchers, 'system'],
  'register-act.read': ['registrarOfficer', 'registrarApprover', ...watchers],

  'venue.open': ['operator', 'system'],
  'listing.offer': ['holder'],
  'listing.decide': ['exchangeOfficer'],
  'listing.resume': ['holder', 'exchangeOfficer'],
  'listing.delist': ['holder', 'exchangeOfficer'],
  'listing.suspend': ['exchangeOfficer', 'system'],

  'order.place': ['buyer'],
  'order.sign': ['holder', 'buyer'],
  'order.read': [...trader, 'exchangeOfficer', 'financeOfficer', ...watchers],
  'order.cancel': ['buyer', 'holder', 'system'],
  'order.accept': ['buyer', 'system'],
  'order.dispute': ['buyer', 'holder'],
  'order.resolve': ['exchangeOfficer'],
  'order.advance': ['system'],

  'delivery.prepare': ['system'],
  'delivery.read': ['holder', 'buyer', ...watchers],
  'delivery.receive': ['buyer'],
  'delivery.hand-over': ['system'],

  'mandate.offer': ['holder', 'buyer'],
  'mandate.answer': ['broker'],
  'mandate.terminate': trader,
  'mandate.read': [...trader, 'exchangeOfficer', ...watchers],
  'mandate.expire': ['system'],
  'commission.record': ['system'],

  'fee-schedule.propose': ['financeOfficer'],
  'fee-schedule.publish': ['financeOfficer'],
  'scheme.propose': ['holder'],
  'scheme.sign': trader,
  'account.read': [...trader, 'financeOfficer', ...watchers],
  'escrow.advance': ['system'],
  'distribution.approve': ['financeOfficer'],
  'bank-simulator.pay': ['buyer', 'operator'],
  'bank-simulator.behave': ['operator'],
  'transfer.post': ['financeOfficer', 'system'],
  'bank-notice.receive': ['financeOfficer', 'system'],
  'bank-notice.read': ['financeOfficer', ...watchers],
  'bank-notice.send-back': ['financeOfficer'],
  'payout.retry': ['financeOfficer'],
  'reconciliation.run': ['financeOfficer'],
  'books.check': ['financeOfficer', ...watchers, 'system'],

  'ledger.read': ['operator', ...watchers, 'system'],
  'payload.erase': ['operator'],
  'feed.read': ['exchangeOfficer', 'feedReader', ...watchers],
  'feed.publish-manifest': ['system'],
  'webhook.manage': ['exchangeOfficer', 'system'],
  'log.keep': ['operator', 'system'],
  'clock.move': ['operator'],
  'parked.read': ['operator', ...watchers],
  'parked.resume': ['operator'],
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof permissions;
