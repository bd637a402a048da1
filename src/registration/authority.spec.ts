import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { authorityStates, GrantAuthorityBody } from '@app/sdk';
import { eventType, revive } from '../platform/event.js';
import { Refusal } from '../platform/refusal.js';
import {
  Authority,
  authorityActsOf,
  authorityMachine,
  type AuthorityAction,
  type AuthorityState,
  type Terms,
} from './authority.js';

const now = new Date('2026-07-06T02:00:00.000Z');
const by = (orgId: string, at = now) => ({ actor: { id: `per_of_${orgId}`, orgId, roles: [] }, now: at });
const PRINCIPAL = 'org_principal';
const AGENT = 'org_agent';
const terms: Terms = {
  agentId: AGENT,
  acts: ['FILE', 'SUBMIT'],
  types: ['INITIAL'],
  validFrom: '2026-07-01T00:00:00Z',
  validTo: '2026-08-01T00:00:00Z',
  letter: { fileId: 'file_1', sha256: 'a'.repeat(64) },
};
const end = new Date(terms.validTo);
const acts: Record<AuthorityAction, (authority: Authority, orgId?: string) => void> = {
  accept: (a, orgId = AGENT) => a.accept(by(orgId)),
  decline: (a, orgId = AGENT) => a.decline('why', by(orgId)),
  revoke: (a, orgId = PRINCIPAL) => a.revoke('why', by(orgId)),
  renounce: (a, orgId = AGENT) => a.renounce('why', by(orgId)),
  expire: (a) => a.expire(by('platform')),
};
const ways: Record<AuthorityState, readonly AuthorityAction[]> = {
  PROPOSED: [],
  ACTIVE: ['accept'],
  DECLINED: ['decline'],
  REVOKED: ['accept', 'revoke'],
  RENOUNCED: ['accept', 'renounce'],
  EXPIRED: ['accept', 'expire'],
};
function bring(state: AuthorityState): Authority {
  const authority = Authority.grant(terms, by(PRINCIPAL));
  for (const action of ways[state]) acts[action](authority);
  expect(authority.state).toBe(state);
  return authority;
}
function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return '';
}

it('has the states of the interface and of the database, and an act for each side', () => {
  expect(new Set<string>(authorityMachine.states)).toEqual(new Set(authorityStates));
  const migration = readFileSync(join(import.meta.dirname, '../platform/migrations/0034-authorities.ts'), 'utf8');
  const check = /CHECK \(state IN \(([^)]*)\)\)/.exec(migration)![1]!;
  expect(new Set(check.match(/\w+/g))).toEqual(new Set(authorityStates));
  const listed = [...Object.values(authorityActsOf).flat(), 'expire'];
  expect(listed.toSorted()).toEqual(Object.keys(authorityMachine.transitions).toSorted());
});

describe.each(authorityMachine.states)('an authority that is %s', (state) => {
  it.each(Object.keys(acts) as AuthorityAction[])('%s', (action) => {
    const authority = bring(state);
    const { from, to } = authorityMachine.transitions[action];
    const allowed = (from as readonly string[]).includes(state);
    expect(codeOf(() => acts[action](authority))).toBe(allowed ? '' : 'illegal-transition');
    expect(authority.state).toBe(allowed ? to : state);
  });

  it.each([...authorityActsOf.principal, ...authorityActsOf.agent])('%s is for one side only', (action) => {
    const authority = bring(state);
    const other = (authorityActsOf.agent as readonly string[]).includes(action) ? PRINCIPAL : AGENT;
    for (const orgId of [other, 'org_third'])
      expect(codeOf(() => acts[action](authority, orgId))).toBe('not-your-organisation');
  });

  it('is what its events fold to', () => {
    const authority = bring(state);
    const again = new Authority();
    for (const event of authority.getUncommittedEvents())
      again.apply(revive(eventType(event), JSON.stringify(event)), true);
    authority.uncommit();
    expect(again).toEqual(authority);
  });

  it('has a deadline as long as it may still expire: after its last instant', () => {
    const authority = bring(state);
    const open = state === 'PROPOSED' || state === 'ACTIVE';
    expect(authority.deadline).toEqual(open ? new Date(end.getTime() + 1) : null);
    expect(authority.isDue(end)).toBe(false);
    expect(authority.isDue(new Date(end.getTime() + 1))).toBe(open);
  });
});

it('keeps who ended it, when and why', () => {
  const authority = bring('REVOKED');
  expect(authority.ended).toEqual({ by: `per_of_${PRINCIPAL}`, at: now.toISOString(), reason: 'why' });
  expect(authority.answered).toEqual({ by: `per_of_${AGENT}`, at: now.toISOString() });
});

it('is another’s, and cannot begin or be accepted after its end', () => {
  expect(codeOf(() => Authority.grant({ ...terms, agentId: PRINCIPAL }, by(PRINCIPAL)))).toBe('invalid-request');
  const late = new Date(end.getTime() + 1);
  expect(codeOf(() => Authority.grant(terms, by(PRINCIPAL, end)))).toBe('');
  expect(codeOf(() => Authority.grant(terms, by(PRINCIPAL, late)))).toBe('invalid-request');
  expect(codeOf(() => bring('PROPOSED').accept(by(AGENT, end)))).toBe('');
  expect(codeOf(() => bring('PROPOSED').accept(by(AGENT, late)))).toBe('registration/authority-over');
});

describe('a letter of authority', () => {
  const given = {
    ...terms,
    agentId: `org_${'0'.repeat(32)}`,
    letter: { fileId: `file_${'0'.repeat(32)}`, sha256: 'a'.repeat(64) },
  };
  const pathsOf = (changes: object) =>
    GrantAuthorityBody.safeParse({ ...given, ...changes }).error?.issues.map(({ path }) => path.join('/')) ?? [];
  it('names acts, types, a term in order and of at most five years, and nothing twice', () => {
    expect(pathsOf({})).toEqual([]);
    expect(pathsOf({ acts: [] })).toEqual(['acts']);
    expect(pathsOf({ acts: ['FILE', 'FILE'] })).toEqual(['acts']);
    expect(pathsOf({ acts: ['DECLARE'] })).toEqual(['acts/0']);
    expect(pathsOf({ types: ['INITIAL', 'INITIAL'] })).toEqual(['types']);
    expect(pathsOf({ types: ['REVOCATION'] })).toEqual(['types/0']);
    expect(pathsOf({ resourceIds: [] })).toEqual(['resourceIds']);
    // As instants, not as texts.
    expect(pathsOf({ validFrom: '2026-08-01T00:00:00.500Z', validTo: '2026-08-01T00:00:00Z' })).toEqual(['']);
    expect(pathsOf({ validTo: '2031-07-01T00:00:00Z' })).toEqual([]);
    expect(pathsOf({ validTo: '2031-07-08T00:00:00Z' })).toEqual(['']);
    expect(pathsOf({ types: [] })).toEqual(['']);
    expect(pathsOf({ types: [], acts: ['OBJECT', 'REQUEST_RECORD'] })).toEqual([]);
    expect(pathsOf({ delegable: true })).toEqual(['']);
  });
});
