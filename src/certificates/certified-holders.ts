import type { CertificateView, Language, RegisteredHolder } from '@app/sdk';

/** Who holds which right in the data, as the certificate says (权利配置); one without such rows says it of nobody but its holders. */
export const certifiedHolders = ({ subject }: Pick<CertificateView, 'subject'>): readonly RegisteredHolder[] =>
  (subject['rightHolders'] ?? []) as readonly RegisteredHolder[];

const words = {
  'zh-CN': { HOLD: '持有权', USE: '使用权', OPERATE: '经营权', years: (n: number) => `期限 ${n} 年` },
  en: { HOLD: 'hold', USE: 'use', OPERATE: 'operate', years: (n: number) => `term ${n} years` },
} as const;

/** One row in words, such as `甲公司 (9144…): 持有权; 期限 3 年; 不得转售`. */
export function inWords({ name, idNumber, right, termYears, restriction }: RegisteredHolder, ...languages: Language[]) {
  const said = (of: (w: (typeof words)[Language]) => string) => languages.map((one) => of(words[one])).join(' ');
  const term = termYears === null ? [] : [said(({ years }) => years(termYears))];
  const limits = restriction === '' ? [] : [restriction];
  return `${name}${idNumber ? ` (${idNumber})` : ''}: ${[said((w) => w[right]), ...term, ...limits].join('; ')}`;
}
