import { packInForce, rulePack, RulePack, rulePacks } from '@app/rulepacks';
import { languages, type Language, type RulePackSummary } from '@app/sdk';
import { rulePackPage, rulePacksPage, type RulePackFrame } from './rule-pack-page.js';

const frame = (language: Language = 'zh-CN', today = '2026-11-02'): RulePackFrame => ({
  language,
  demonstration: false,
  today,
});
const summary = (pack: RulePack, today = '2026-11-02'): RulePackSummary => {
  const { id, version, name, jurisdiction, regime, status, effectiveFrom, effectiveTo } = pack;
  const inForce = packInForce(id, today) === pack;
  return { id, version, name, jurisdiction, regime, status, effectiveFrom, effectiveTo, inForce, publishedAt: null };
};
const show = (pack: RulePack, language: Language = 'zh-CN', today?: string, others: RulePackSummary[] = []): string =>
  rulePackPage(frame(language, today), pack, [...others, summary(pack, today)]);
const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** Everything in a pack that is written for people, and every source that it states. */
function* within(node: unknown): Generator<{ text?: { zh: string; en: string }; source?: string }> {
  if (typeof node !== 'object' || node === null) return;
  const { zh, en, source } = node as { zh?: unknown; en?: unknown; source?: unknown };
  if (typeof zh === 'string' && typeof en === 'string') yield { text: { zh, en } };
  if (typeof source === 'string') yield { source };
  for (const member of Object.values(node)) yield* within(member);
}

const cases = rulePacks.flatMap((pack) => languages.map((language) => [pack.id, language, pack] as const));
it.each(cases)('shows all of %s in %s, every rule beside its source', (_id, language, pack) => {
  const html = show(pack, language);
  const found = [...within(pack)];
  for (const { text } of found) if (text) expect(html).toContain(escaped(language === 'en' ? text.en : text.zh));
  const sources = found.filter(({ source }) => source !== undefined);
  expect(html.match(/<td class="source">/g)).toHaveLength(sources.length);
  for (const { source } of sources)
    for (const part of source!.split('; ')) if (!['PROP', 'INF'].includes(part)) expect(html).toContain(`>${part}</a>`);
  expect(html).toContain(`<html lang="${language}">`);
  expect(html).not.toMatch(/undefined|null|\[object|NaN|<script|\{\w+\}</);
});

it('is in English without Chinese words, but for numbers of documents and terms that the English text gives', () => {
  for (const pack of rulePacks) {
    const given = [...within(pack)].map(({ text }) => text?.en ?? '').join(' ');
    const numbers = Object.values(pack.sources).map(({ number }) => number ?? '');
    const chinese = show(pack, 'en').match(/[\u4e00-\u9fff]+/g) ?? [];
    expect(chinese.filter((word) => !`${given} ${numbers.join(' ')} 中文`.includes(word))).toEqual([]);
  }
});

it('says 未公布 for every time that is unknown, and nothing else in its place', () => {
  const draft = rulePack('GD-COMPLIANCE-2023-DRAFT');
  const rowsOf = (html: string) => [...html.matchAll(/<tr><td>([^<]*)<\/td><td>[^<]*<\/td><td>(.*?)<\/td>/g)];
  const times = (language: Language) =>
    rowsOf(show(draft, language)).filter(([, code]) => Object.hasOwn(draft.deadlines, code!));
  const named = new Set(['C-NOTICE', 'C-OBJ-NOTICE', 'C-VALID', 'C-RENEW', 'C-COMMITTEE']);
  for (const [language, word] of [
    ['zh-CN', '未公布'],
    ['en', 'not published'],
  ] as const)
    for (const [, code, value] of times(language))
      if (!named.has(code!)) expect([code, value]).toEqual([code, `<em>${word}</em>`]);
  expect(times('en').filter(([, , value]) => value === '<em>not published</em>')).toHaveLength(7);
  const query = show(rulePack('CN-PUBLIC-2025'), 'en');
  expect(query).toContain('query code; characters: not published; pattern: not published');
});

it('states the times of a regime in words', () => {
  const english = show(rulePack('CN-PROPERTY-2026'), 'en');
  expect(english).toContain(
    'from acceptance; within 10 working days; paused by: supplement, notice, objection; when over: alert',
  );
  expect(english).toContain('from 6 months to 1 day before expiry');
  expect(english).toContain('set by the registrar');
  expect(show(rulePack('CN-PROPERTY-2026'))).toContain('自提交起; 3 个工作日 内; 逾期: 视为受理');
});

const banner = (html: string): string[] =>
  [...html.matchAll(/<p class="bad" role="note">(.*?)<\/p>/g)].map((m) => m[1]!);
it('marks drafts, what has lapsed, is not yet in force, has ended or was replaced, and nothing else', () => {
  const current = rulePack('CN-PROPERTY-2026');
  const later = RulePack.parse({
    ...structuredClone(current),
    version: '1.1.0',
    effectiveFrom: '2026-12-01',
    effectiveTo: '2027-11-30',
  });
  expect(banner(show(current))).toEqual([]);
  expect(banner(show(rulePack('GD-COMPLIANCE-2023-DRAFT'), 'en'))).toEqual([
    expect.stringMatching('^Draft: not in force'),
  ]);
  expect(banner(show(rulePack('GD-COMPLIANCE-2023-DRAFT')))).toEqual([expect.stringMatching('^草案:未施行')]);
  expect(banner(show(rulePack('SZ-PROPERTY-2023'), 'en'))).toEqual([expect.stringMatching('^Lapsed')]);
  expect(banner(show(later, 'en'))).toEqual(['Not in force yet: from 2026-12-01 on.']);
  expect(banner(show(later, 'en', '2026-12-01'))).toEqual([]);
  expect(banner(show(later, 'en', '2027-12-01'))).toEqual(['Its time in force ended on 2027-11-30.']);
  const before = [summary(later)];
  expect(banner(show(current, 'en', '2026-11-30', before))).toEqual([]);
  expect(banner(show(current, 'en', '2026-12-01', before))).toEqual([
    expect.stringMatching('^Replaced by a newer version'),
  ]);
});

it('marks choices of the platform and inferences as no law', () => {
  expect(show(rulePack('CN-PROPERTY-2026'), 'en')).toContain('<mark>a choice of this platform, not law</mark>');
  expect(show(rulePack('SZ-PROPERTY-2023'), 'en')).toContain('<mark>inferred from the sources</mark>');
});

it('escapes what authors of packs write', () => {
  const evil = `"><script>alert(1)</script>&'`;
  const pack = RulePack.parse({
    ...structuredClone(rulePack('GD-COMPLIANCE-2023-DRAFT')),
    name: { zh: evil, en: evil },
    grounds: [{ code: 'X', kinds: ['REFUSE'], text: { zh: evil, en: evil }, source: `G1 ${evil}` }],
    sources: {
      G1: { title: { zh: evil, en: evil }, number: evil, date: null },
      G8: { title: { zh: 'x', en: 'x' }, number: null, date: null },
    },
  });
  for (const html of [show(pack), rulePacksPage(frame(), [summary(pack)])]) {
    expect(html).not.toContain('<script');
    expect(html).toContain(escaped(evil));
  }
});

it('lists every version with what is in force', () => {
  const html = rulePacksPage(
    frame('en'),
    rulePacks.map((pack) => summary(pack)),
  );
  for (const { id, version } of rulePacks) expect(html).toContain(`href="/rule-packs/${id}@${version}"`);
  expect(html.match(/<strong>in force now<\/strong>/g)).toHaveLength(2);
  expect(rulePacksPage({ ...frame('en'), demonstration: true }, [])).toContain('class="demo"');
});
