import type { RulePack } from '@app/rulepacks';
import type { RulePackSummary } from '@app/sdk';
import { escape, publicPage, type PageFrame } from '../platform/public-page.js';
import { sectionsOf, type Row, type Section } from './rule-pack-sections.js';
import { speaker, type Say } from './rule-pack-words.js';

export interface RulePackFrame extends PageFrame {
  /** In Asia/Shanghai. */
  readonly today: string;
}

/** All regimes with their versions. */
export function rulePacksPage(frame: RulePackFrame, packs: readonly RulePackSummary[]): string {
  const say = speaker(frame.language);
  return publicPage(frame, say('title'), `<p>${say('lead')}</p>${versionTable(frame, packs, '')}`);
}

/**
 * A pack as people read it: every rule beside its source, what is not published said so.
 * @param versions those of the same regime
 */
export function rulePackPage(frame: RulePackFrame, pack: RulePack, versions: readonly RulePackSummary[]): string {
  const say = speaker(frame.language);
  const reference = `${pack.id}@${pack.version}`;
  const facts: [string, string][] = [
    ['version', reference],
    ['jurisdiction', say(pack.jurisdiction)],
    ['status', say(pack.status)],
    ['effect', effectOf(pack, say)],
  ];
  const sections = sectionsOf(pack, frame.language, say).map((section) => sectionOf(section, pack, frame, say));
  return publicPage(
    frame,
    textOf(pack.name, frame),
    `${banners(frame, pack, versions, say)}
<table>${facts.map(([name, value]) => `<tr><th>${say(name)}</th><td>${escape(value)}</td></tr>`).join('')}</table>
<p><a href="/v1/rule-packs/${reference}">${say('data')}</a></p>
${sections.join('\n')}
<h2>${say('sources')}</h2>${sourceTable(frame, pack, say)}
<h2>${say('versions')}</h2>${versionTable(frame, versions, reference)}`,
  );
}

const textOf = ({ zh, en }: { zh: string; en: string }, { language }: PageFrame): string =>
  language === 'en' ? en : zh;

function effectOf({ effectiveFrom, effectiveTo }: Pick<RulePack, 'effectiveFrom' | 'effectiveTo'>, say: Say): string {
  return effectiveFrom === null ? say('unpublished') : `${effectiveFrom} – ${effectiveTo ?? say('open')}`;
}

/** What a reader must know before relying on a rule. */
function banners({ today }: RulePackFrame, pack: RulePack, versions: readonly RulePackSummary[], say: Say): string {
  const { status, effectiveFrom, effectiveTo, version } = pack;
  const told: string[] = [];
  if (status === 'DRAFT') told.push(say('draftBanner'));
  if (status === 'LAPSED') told.push(say('lapsedBanner'));
  if (status !== 'DRAFT' && effectiveFrom !== null && effectiveFrom > today)
    told.push(say('futureBanner', { day: effectiveFrom }));
  if (status === 'IN_FORCE' && effectiveTo !== null && effectiveTo < today)
    told.push(say('endedBanner', { day: effectiveTo }));
  const newer = versions.slice(
    0,
    versions.findIndex((other) => other.version === version),
  );
  const replaced = newer.some((other) => other.status !== 'DRAFT' && (other.effectiveFrom ?? '9') <= today);
  if (replaced) told.push(say('replacedBanner'));
  return told.map((text) => `<p class="bad" role="note">${escape(text)}</p>`).join('');
}

function sectionOf({ key, rows }: Section, pack: RulePack, frame: RulePackFrame, say: Say): string {
  const heading = `<h2 id="${key}">${say(key)}</h2>`;
  if (rows === null) {
    const missing = key === 'rights' || key === 'duties' ? say('undefinedTable') : say('unpublished');
    return `${heading}<p class="none">${missing}</p>`;
  }
  const head = ['code', 'rule', 'value', 'source'].map((name) => `<th scope="col">${say(name)}</th>`).join('');
  return `${heading}<table class="rules"><tr>${head}</tr>${rows.map((row) => rowOf(row, pack, frame, say)).join('')}</table>`;
}

function rowOf({ code, name, value, source }: Row, pack: RulePack, frame: RulePackFrame, say: Say): string {
  const shown = value === null ? `<em>${say('unpublished')}</em>` : escape(value);
  return `<tr><td>${escape(code)}</td><td>${escape(name)}</td><td>${shown}</td><td class="source">${sourceOf(source, pack, frame, say)}</td></tr>`;
}

/** The citations, each with the title of what is cited. */
function sourceOf(source: string, pack: RulePack, frame: RulePackFrame, say: Say): string {
  return source
    .split('; ')
    .map((part) => {
      const key = part.split(' ', 1)[0]!;
      const listed = Object.hasOwn(pack.sources, key) ? pack.sources[key] : undefined;
      if (!listed) return `<mark>${escape(say(key))}</mark>`;
      return `<a href="#source-${escape(key)}" title="${escape(textOf(listed.title, frame))}">${escape(part)}</a>`;
    })
    .join('; ');
}

function sourceTable(frame: RulePackFrame, { sources }: RulePack, say: Say): string {
  const none = `<em>${say('unpublished')}</em>`;
  const rows = Object.entries(sources).map(([key, { title, number, date }]) => {
    const cells = [escape(textOf(title, frame)), number === null ? none : escape(number), date ?? none];
    return `<tr id="source-${escape(key)}"><th scope="row">${escape(key)}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  const head = ['source', 'document', 'number', 'date'].map((name) => `<th scope="col">${say(name)}</th>`);
  return `<table><tr>${head.join('')}</tr>${rows.join('')}</table>`;
}

function versionTable(frame: RulePackFrame, packs: readonly RulePackSummary[], here: string): string {
  const say = speaker(frame.language);
  const rows = packs.map((pack) => {
    const reference = `${pack.id}@${pack.version}`;
    const named =
      reference === here ? escape(reference) : `<a href="/rule-packs/${reference}">${escape(reference)}</a>`;
    const state = pack.inForce ? `<strong>${say('inForce')}</strong>` : say(stateOf(pack, frame.today));
    const since = pack.publishedAt ? `${say('published')} ${pack.publishedAt.slice(0, 10)}` : say('shipped');
    const cells = [named, escape(textOf(pack.name, frame)), state, escape(effectOf(pack, say)), since];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  const head = ['version', 'regime', 'status', 'effect', 'published'].map(
    (name) => `<th scope="col">${say(name)}</th>`,
  );
  return `<table class="versions"><tr>${head.join('')}</tr>${rows.join('')}</table>`;
}

/** A version that is law is not yet, or not any more, in force. */
function stateOf({ status, effectiveFrom, effectiveTo }: RulePackSummary, today: string): string {
  if (status !== 'IN_FORCE') return status;
  if ((effectiveFrom ?? '9') > today) return 'coming';
  return effectiveTo !== null && effectiveTo < today ? 'LAPSED' : 'replaced';
}
