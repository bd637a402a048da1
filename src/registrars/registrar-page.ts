import { shanghaiDate } from '@app/calendar';
import { regions } from '@app/rulepacks';
import {
  registrationServices,
  type Language,
  type Page,
  type RegistrarDetail,
  type RegistrarReport,
  type RegistrarView,
} from '@app/sdk';
import { escape, nextPage, publicPage, type PageFrame } from '../platform/public-page.js';
import { named, registrarWords } from './registrar-words.js';

type Words = (typeof registrarWords)[Language];
/** What the contract gives a name to, in one language. */
const nameOf = ({ language }: PageFrame, key: string): string => {
  const name = named[key]!;
  return language === 'en' ? name.en : name.zh;
};
/** A row of a table: its name and its text; what is not published is null. */
type Row = readonly [string, string | null];

/** The catalogue in one language. Everything that came from people is escaped. */
export function registrarsPage(frame: PageFrame, { items, nextCursor }: Page<RegistrarView>): string {
  const w = registrarWords[frame.language];
  const rows = items.map(
    ({ id, name, regionCode2, digit, state }) =>
      `<tr><td><a href="/registrars/${encodeURIComponent(id)}?lang=${frame.language}">${escape(name)}</a></td>
       <td>${region(frame, regionCode2)}</td><td>SJ${escape(`${regionCode2}${digit}`)}</td><td>${nameOf(frame, state)}</td></tr>`,
  );
  const head = [w.name, w.region, w.place, w.state].map((one) => `<th>${one}</th>`).join('');
  const table = `<table><tr>${head}</tr>${rows.join('')}</table>`;
  const shown = rows.length > 0 ? table : `<p class="none">${w.none}</p>`;
  return publicPage(frame, w.title, `<p>${w.hint}</p>${shown}${nextPage(frame, nextCursor)}`);
}

/** One registrar: only what everybody may read. @param successor to whom its register passes, or has passed */
export function registrarPage(
  frame: PageFrame,
  registrar: RegistrarDetail,
  successor: Pick<RegistrarView, 'id' | 'name'> | null,
): string {
  const w = registrarWords[frame.language];
  const { name, regionCode2, digit, state, disclosure, exit, measures, reports, reviewers, overdue, id } = registrar;
  const disciplines = Object.entries(reviewers.byDiscipline).map(([one, n]) => `${word(w, one)} ${n}`);
  const profile: Row[] = [
    [w.state, nameOf(frame, state)],
    [w.region, region(frame, regionCode2)],
    [w.place, digit === null ? null : `SJ${regionCode2}${digit}`],
    [w.reviewers, [String(reviewers.active), ...disciplines].join(' · ')],
    [w.process, disclosure?.process ?? null],
    [w.complaints, disclosure && `${disclosure.complaints.channel} · ${disclosure.complaints.contact}`],
    ...(exit ? [[w.exit, `${exit.exitOn} · ${exit.reason}`] as const] : []),
  ];
  const link = `/registrars/${encodeURIComponent(successor?.id ?? '')}?lang=${frame.language}`;
  const follows = successor
    ? `<tr><th>${w.successor}</th><td><a href="${link}">${escape(successor.name)}</a></td></tr>`
    : '';
  const orders = measures.map(({ kind, reason, confirmedAt }): Row => [
    nameOf(frame, kind),
    `${dayOf(confirmedAt)} · ${reason}`,
  ]);
  const late = overdue.map(({ duty, due }): Row => [nameOf(frame, duty), `${w.due} ${dayOf(due)}`]);
  const parts = [
    table(w, profile, follows),
    part(w, w.fees, feesOf(frame, disclosure?.fees ?? [])),
    part(w, w.measures, orders),
    part(w, w.late, late),
    reports.length === 0 ? part(w, w.reports, []) : reports.map((report) => yearOf(w, report)).join(''),
    `<p class="small"><a href="/v1/registrars/${encodeURIComponent(id)}">JSON</a> · <a href="/certificates?lang=${frame.language}">${w.certificates}</a></p>`,
  ];
  return publicPage(frame, name, parts.join(''));
}

/** Every service: what its registrar asks for it, or that it has not said so. */
const feesOf = (frame: PageFrame, fees: NonNullable<RegistrarDetail['disclosure']>['fees']): Row[] =>
  registrationServices.map((service) => {
    const fee = fees.find((one) => one.service === service);
    const points = fee?.rateBasisPoints ?? null;
    const rate = points === null ? null : `${points / 100}% · ${fee!.basis}`;
    const amount = fee?.amount ? [inYuan(fee.amount), fee.basis].filter(Boolean).join(' · ') : null;
    return [nameOf(frame, service), amount ?? rate];
  });

function yearOf(w: Words, { year, numbers, text, assessment, at, late, ...report }: RegistrarReport): string {
  const counted = (all: Record<string, number>) =>
    Object.entries(all)
      .map(([code, count]) => `${code} ${count}`)
      .join(' · ') || '0';
  const onTime = numbers.onTimeShare === null ? '–' : `${(Number(numbers.onTimeShare) * 100).toFixed(2)}%`;
  const rows: Row[] = [
    [w.reported, `${dayOf(at)}${late ? ` (${w.tooLate})` : ''}`],
    [w.applications, String(numbers.applications)],
    [w.accepted, String(numbers.accepted)],
    [w.onTime, onTime],
    [w.unanswered, numbers.acceptancesOverdue === undefined ? null : String(numbers.acceptancesOverdue)],
    [w.registered, String(numbers.registered)],
    [w.refusals, counted(numbers.refusals)],
    [w.objections, `${numbers.objections} (${w.upheld} ${numbers.objectionsUpheld})`],
    [w.issued, String(numbers.certificatesIssued)],
    [w.ended, counted(numbers.certificatesEnded)],
    [w.staff, String(numbers.staff)],
    [w.complaintsOfYear, `${report.complaintsReceived} (${w.settled} ${report.complaintsSettled})`],
    [w.text, text],
    [w.assessment, assessment && `${assessment.result} · ${assessment.reason} · ${dayOf(assessment.at)}`],
  ];
  return part(w, `${w.reports} ${year}`, rows);
}

const part = (w: Words, title: string, rows: readonly Row[]): string =>
  `<h2>${title}</h2>${rows.length > 0 ? table(w, rows) : `<p class="none">${w.nothing}</p>`}`;

function table(w: Words, rows: readonly Row[], more = ''): string {
  const cell = (value: string | null) => (value === null ? `<em>${w.unpublished}</em>` : escape(value));
  return `<table>${rows.map(([name, value]) => `<tr><th>${name}</th><td>${cell(value)}</td></tr>`).join('')}${more}</table>`;
}

const region = ({ language }: PageFrame, code: string): string =>
  escape(regions[code]?.[language === 'en' ? 'en' : 'zh'] ?? code);
const word = (w: Words, key: string): string => (Object.hasOwn(w, key) ? w[key as keyof Words] : escape(key));
const dayOf = (instant: string): string => shanghaiDate(new Date(instant));
const inYuan = ({ amount, currency }: { amount: string; currency: string }): string => {
  const digits = amount.padStart(3, '0');
  return `${currency} ${digits.slice(0, -2)}.${digits.slice(-2)}`;
};
