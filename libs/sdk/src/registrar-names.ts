import type { RegistrarDuty } from './registrar-views.js';
import type { RegistrarOrderKind } from './registrars.js';
import type { RegistrarState } from './registration.js';

interface Name {
  readonly zh: string;
  readonly en: string;
}

/** What the states, measures and duties of registrars are called, on the public pages and in the console alike. */
export const registrarStateNames: Readonly<Record<RegistrarState, Name>> = {
  CANDIDATE: { zh: '候选', en: 'Candidate' },
  RECOMMENDED: { zh: '已推荐', en: 'Recommended' },
  CATALOGUED: { zh: '目录内', en: 'In the catalogue' },
  PUBLISHING_SUSPENDED: { zh: '暂停发布', en: 'Publishing suspended' },
  REMOVED: { zh: '已移出目录', en: 'Removed from the catalogue' },
  EXIT_NOTICED: { zh: '拟退出', en: 'Exit noticed' },
  EXIT_APPROVED: { zh: '退出已获同意', en: 'Exit approved' },
  EXITED: { zh: '已退出', en: 'Exited' },
};

export const registrarOrderNames: Readonly<Record<RegistrarOrderKind, Name>> = {
  RECOMMEND: { zh: '推荐', en: 'Recommended' },
  CATALOGUE: { zh: '列入目录', en: 'Entered in the catalogue' },
  SUSPEND_PUBLISHING: { zh: '暂停发布', en: 'Publishing suspended' },
  REINSTATE: { zh: '恢复', en: 'Reinstated' },
  REMOVE: { zh: '移出目录', en: 'Removed from the catalogue' },
  NAME_SUCCESSOR: { zh: '指定承接机构', en: 'Successor named' },
  APPROVE_EXIT: { zh: '同意退出', en: 'Exit approved' },
  DECLINE_EXIT: { zh: '不同意退出', en: 'Exit declined' },
  CONFIRM_CHANGE: { zh: '确认变更', en: 'Change confirmed' },
  DECLINE_CHANGE: { zh: '不确认变更', en: 'Change declined' },
};

export const registrarDutyNames: Readonly<Record<RegistrarDuty, Name>> = {
  CHANGE_NOTICE: { zh: '变更报告', en: 'Notice of a change' },
  CHANGE_UPDATE: { zh: '变更更新', en: 'Update after a change' },
  EXIT_DECISION: { zh: '退出决定', en: 'Decision on an exit' },
  EXIT_REPORT: { zh: '退出报送', en: 'Report of an exit' },
  ANNUAL_REPORT: { zh: '年度报告', en: 'Yearly report' },
  ANNUAL_ASSESSMENT: { zh: '年度评估', en: 'Yearly assessment' },
};

/** The services that are no registration; the others are called as the rule packs call them. */
export const registrarServiceNames: Readonly<Record<'OBJECTION' | 'COPY', Name>> = {
  OBJECTION: { zh: '异议处理', en: 'Objection' },
  COPY: { zh: '查询复制', en: 'Copy' },
};
