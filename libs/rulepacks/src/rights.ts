import { rightNames } from './names.js';
import { fail } from './rule-packs.js';
import type { Right, RightsRow, RulePack, Text, Verdict } from './schema.js';

/** What an applicant claims, with the facts that the table of rights asks for. */
export interface RightsClaim {
  readonly situation: string;
  readonly rights: readonly Right[];
  /** Rights that a contract (for entrusted processing also a law) gives the applicant by proof on file. */
  readonly contractRights?: readonly Right[];
  /** Proof that all other parties of a fusion consent. */
  readonly consentOfOthers?: boolean;
  readonly publicPlatformRegistration?: boolean;
}

export interface RightFinding {
  readonly right: Right;
  readonly allowed: boolean;
  readonly verdict: Verdict;
  readonly text: Text;
  readonly source: string;
}

export interface RightsCheck {
  readonly allowed: boolean;
  /** The ground that bars any registration of this data, null when there is no such bar. */
  readonly ground: string | null;
  readonly findings: readonly RightFinding[];
}

/**
 * Which rights may be registered in a situation (N1 §15, §21).
 * @throws RulePackError unknown-situation; not-published when the regime has no table of rights
 */
export function rightsAllowed(pack: RulePack, situation: string): Record<Right, Verdict> {
  return { ...rowOf(pack, situation).rights };
}

/**
 * Whether the claimed rights may be registered, and why, in both languages. The rights are independent and not exclusive: this never asks
 * who else holds them.
 * @throws RulePackError unknown-situation, not-published
 */
export function checkRights(pack: RulePack, claim: RightsClaim): RightsCheck {
  const row = rowOf(pack, claim.situation);
  const barred = !row.registrable || (row.precondition !== undefined && !claim.publicPlatformRegistration);
  const findings = [...new Set(claim.rights)].map((right) => find(row, right, claim, barred));
  return {
    allowed: findings.length > 0 && findings.every(({ allowed }) => allowed),
    ground: barred ? (row.ground ?? null) : null,
    findings,
  };
}

function find(row: RightsRow, right: Right, claim: RightsClaim, barred: boolean): RightFinding {
  const verdict = row.rights[right];
  const { allowed, reason } = barred ? barrier(row) : judge(row, verdict, right, claim);
  const text = {
    zh: `${rightNames[right].zh}${allowed ? '可以' : '不可'}登记：${row.text.zh}；${reason.zh}`,
    en: `The right to ${rightNames[right].en} ${allowed ? 'may' : 'may not'} be registered. ${row.text.en}: ${reason.en}`,
  };
  return { right, allowed, verdict, text, source: row.source };
}

interface Judgement {
  readonly allowed: boolean;
  readonly reason: Text;
}

const judgement = (allowed: boolean, zh: string, en: string): Judgement => ({ allowed, reason: { zh, en } });

function barrier(row: RightsRow): Judgement {
  return row.registrable
    ? judgement(false, '须先在公共数据资源登记平台完成登记', 'it must first be registered on the public platform')
    : judgement(false, '不进行数据产权登记', 'such data is not registered');
}

function judge(row: RightsRow, verdict: Verdict, right: Right, claim: RightsClaim): Judgement {
  const contracted = claim.contractRights?.includes(right) ?? false;
  switch (verdict) {
    case 'yes':
      return judgement(true, '该情形可登记此项权利', 'this right is open to everyone in this situation');
    case 'by-contract':
      return contracted
        ? judgement(true, '合同已有约定', 'the contract gives it')
        : judgement(false, '须有合同约定', 'a contract must give it');
    case 'consent-of-others':
      return claim.consentOfOthers
        ? judgement(true, '已征得其他参与方同意', 'all other parties consent')
        : judgement(false, '须征得其他参与方同意', 'all other parties must consent');
    case 'no':
      if (!row.exception) return judgement(false, '该情形不可登记此项权利', 'this right is closed in this situation');
      return contracted
        ? judgement(true, '法律另有规定或合同另有约定', 'a law or the contract provides it')
        : judgement(false, '除法律另有规定或合同另有约定外不可登记', 'only a law or the contract could provide it');
  }
}

function rowOf(pack: RulePack, situation: string): RightsRow {
  if (!pack.rights) return fail('not-published', `${pack.id} has no table of rights`);
  const row = pack.rights.find((candidate) => candidate.situation === situation);
  return row ?? fail('unknown-situation', `${pack.id} knows no situation ${situation}`);
}
