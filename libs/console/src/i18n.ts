import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '@app/sdk';
import { domain } from './texts/domain.js';
import { fields } from './texts/fields.js';
import { screen } from './texts/screen.js';

type Pair = readonly [zh: string, en: string];
const side = (pairs: Record<string, Pair>, i: 0 | 1): Record<string, string> =>
  Object.fromEntries(Object.entries(pairs).map(([key, pair]) => [key, pair[i]]));
const texts = (i: 0 | 1) => ({ screen: side(screen, i), domain: side(domain, i), fields: side(fields, i) });

const KEPT = 'databourse.language';

await i18next.use(initReactI18next).init({
  resources: { 'zh-CN': texts(0), en: texts(1) },
  lng: localStorage.getItem(KEPT) ?? (navigator.language.startsWith('zh') || !navigator.language ? 'zh-CN' : 'en'),
  fallbackLng: 'zh-CN',
  defaultNS: 'screen',
  ns: ['screen', 'domain', 'fields'],
  // A state such as ORDER:PAID must not be read as namespace and key; React escapes by itself.
  nsSeparator: false,
  keySeparator: false,
  showSupportNotice: false,
  interpolation: { escapeValue: false, prefix: '{', suffix: '}' },
});

export const language = (): Language => (i18next.language === 'en' ? 'en' : 'zh-CN');

export function setLanguage(to: Language): void {
  localStorage.setItem(KEPT, to);
  document.documentElement.lang = to;
  void i18next.changeLanguage(to);
}
document.documentElement.lang = language();

/** The text of a screen. */
export type ScreenText = keyof typeof screen;
export const say = (key: ScreenText, values: Record<string, string | number> = {}): string => i18next.t(key, values);

/** A state, action, role or choice of the domain; unknown ones as they are. */
export const term = (key: string): string => i18next.t(key, { ns: 'domain', defaultValue: key });

/** A state as one machine means it. */
export const termOf = (machine: string, key: string): string =>
  i18next.t(`${machine}.${key}`, { ns: 'domain', defaultValue: term(key) });

/** The label of a field of the contract; an unknown one is taken apart: `validFrom` → `valid from`. */
export const label = (name: string): string =>
  i18next.t(name, { ns: 'fields', defaultValue: name.replaceAll(/([A-Z])/g, ' $1').toLowerCase() });

/** Of two texts of the service, that of the language. */
export const either = ({ zh, en }: { zh: string; en: string }): string => (language() === 'en' ? en : zh);
