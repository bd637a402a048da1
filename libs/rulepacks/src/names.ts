import type { z } from 'zod';
import type { RegistrationType, Right, RiskFlag, Text } from './schema.js';

/** What registrations are called where no single regime is meant; a pack that calls one otherwise says so itself. */
export const typeNames: Readonly<Record<RegistrationType, Text>> = {
  INITIAL: { zh: '初次登记', en: 'Initial registration' },
  TRANSFER: { zh: '转让登记', en: 'Transfer' },
  CHANGE: { zh: '变更登记', en: 'Change' },
  CORRECTION: { zh: '更正登记', en: 'Correction' },
  RENEWAL: { zh: '续期登记', en: 'Renewal' },
  CANCELLATION: { zh: '注销登记', en: 'Cancellation' },
  LICENCE: { zh: '许可登记', en: 'Licence' },
  REVOCATION: { zh: '撤销登记', en: 'Revocation' },
};

export const rightNames: Readonly<Record<Right, Text>> = {
  HOLD: { zh: '持有权', en: 'hold' },
  USE: { zh: '使用权', en: 'use' },
  OPERATE: { zh: '经营权', en: 'operate' },
};

/** A right with its agreed term and limits, as words that follow each other. @param termYears null: no term is agreed */
export function wordsOfRight(right: Right, termYears: number | null, limits: string): (string | Text)[] {
  const term = { zh: `${termYears} 年`, en: `${termYears} ${termYears === 1 ? 'year' : 'years'}` };
  const terms = [...(termYears === null ? [] : [term]), ...(limits === '' ? [] : [limits])];
  if (terms.length === 0) return [rightNames[right]];
  return [rightNames[right], ' (', ...terms.flatMap((one, i) => (i === 0 ? [one] : ['; ', one])), ')'];
}

/** The same in each language. */
export function rightInWords(...of: Parameters<typeof wordsOfRight>): Text {
  const words = wordsOfRight(...of);
  const say = (language: 'zh' | 'en') => words.map((one) => (typeof one === 'string' ? one : one[language])).join('');
  return { zh: say('zh'), en: say('en') };
}

/** Why a committee is asked. */
export const riskNames: Readonly<Record<z.infer<typeof RiskFlag>, Text>> = {
  PERSONAL_INFORMATION: { zh: '涉及个人信息', en: 'Personal information' },
  IMPORTANT_DATA_SUSPECTED: { zh: '疑似重要数据', en: 'Suspected important data' },
  PUBLIC_DATA: { zh: '涉及公共数据', en: 'Public data' },
  FUSED_WITHOUT_CONTRACT: { zh: '多方融合且合同未约定', en: 'Fused data without a contract' },
  CROSS_BORDER: { zh: '涉及数据跨境', en: 'Cross-border data' },
  OBJECTION_PARTLY_UPHELD: { zh: '异议部分成立', en: 'Objection upheld in part' },
};
