import { shanghaiDate } from '@app/calendar';
import type { Language, Page, PublicNotice } from '@app/sdk';
import { Feed } from 'feed';
import { escape, nextPage, publicPage, type PageFrame } from '../platform/public-page.js';

/** The public list of notices in one language. Everything that came from people is escaped. */
const words = {
  'zh-CN': {
    title: '登记公示',
    hint: '公示期内有异议的,可凭理由和相关材料向登记机构提出。',
    none: '目前没有公示。',
    type: '登记类型',
    number: '申请编号',
    certificate: '所涉凭证',
    transferee: '受让方',
    applicant: '申请人',
    data: '数据名称',
    abstract: '数据概述',
    restrictions: '权利限制',
    published: '公示日期',
    ends: '截止日期',
    left: '剩余工作日',
    provisional: '日历未公布,日期可能调整',
  },
  en: {
    title: 'Public notices of registration',
    hint: 'Until a notice ends, objections are open: give the registrar your reason and your material.',
    none: 'There is no notice at present.',
    type: 'Registration',
    number: 'Application',
    certificate: 'Certificate concerned',
    transferee: 'Transferee',
    applicant: 'Applicant',
    data: 'Data',
    abstract: 'Abstract',
    restrictions: 'Restrictions',
    published: 'Published',
    ends: 'Ends',
    left: 'Working days left',
    provisional: 'part of the calendar is not published, the date may move',
  },
} as const;

export function noticesPage(frame: PageFrame, { items, nextCursor }: Page<PublicNotice>): string {
  const w = words[frame.language];
  const tables = items.map((notice) => table(frame, notice));
  const shown = tables.length > 0 ? tables.join('') : `<p class="none">${w.none}</p>`;
  const atom = `/notices.atom?lang=${frame.language}`;
  return publicPage(
    frame,
    w.title,
    `<p>${w.hint} <a href="${atom}">Atom</a></p>${shown}${nextPage(frame, nextCursor)}`,
    `<link rel="alternate" type="application/atom+xml" title="${w.title}" href="${atom}">`,
  );
}

/** The same as a feed to subscribe to (RFC 4287), the newest first. @param base the address of the platform */
export function noticesFeed({ language }: PageFrame, base: string, notices: readonly PublicNotice[]): string {
  const w = words[language];
  const dates = notices.map(({ publishedAt }) => new Date(publishedAt));
  const feed = new Feed({
    id: `${base}/notices`,
    title: w.title,
    language,
    link: `${base}/notices?lang=${language}`,
    feedLinks: { atom: `${base}/notices.atom?lang=${language}` },
    // Of an empty list there is no last change.
    updated: dates[0] ?? new Date(0),
    copyright: '',
    generator: 'databourse',
  });
  notices.forEach((notice, i) =>
    feed.addItem({
      id: `${base}/notices#${notice.applicationId}`,
      link: `${base}/notices?lang=${language}#${notice.applicationId}`,
      title: `${typeOf(language, notice)}: ${notice.dataName}`,
      date: dates[i]!,
      published: dates[i]!,
      author: [{ name: applicantsOf(notice) }],
      description: rowsOf(language, notice)
        .map(([name, value]) => `${name}: ${value}`)
        .join('\n'),
    }),
  );
  return feed.atom1();
}

function table({ language }: PageFrame, notice: PublicNotice): string {
  const cells = rowsOf(language, notice).map(([name, value]) => `<tr><th>${name}</th><td>${escape(value)}</td></tr>`);
  return `<table id="${notice.applicationId}">${cells.join('')}</table>`;
}

const applicantsOf = ({ applicant, jointApplicants }: PublicNotice): string =>
  [applicant, ...jointApplicants].map(({ name, uscc }) => `${name} ${uscc}`).join('; ');

const inWords = (language: Language, { zh, en }: { zh: string; en: string }): string => (language === 'en' ? en : zh);

/** As the regime that it is filed under calls it. */
const typeOf = (language: Language, { typeName }: PublicNotice): string => inWords(language, typeName);

function rowsOf(language: Language, notice: PublicNotice): [string, string][] {
  const w = words[language];
  const rows: [string, string | null][] = [
    [w.type, typeOf(language, notice)],
    [w.certificate, notice.certificateNumber],
    [w.applicant, applicantsOf(notice)],
    [w.transferee, notice.transferee && `${notice.transferee.name} ${notice.transferee.uscc}`],
    [w.data, notice.dataName],
    [w.abstract, notice.dataAbstract],
    [w.restrictions, notice.restrictions.map((said) => inWords(language, said)).join('; ') || null],
    [w.published, shanghaiDate(new Date(notice.publishedAt))],
    [w.ends, `${shanghaiDate(new Date(notice.endsAt))}${notice.provisional ? ` (${w.provisional})` : ''}`],
    [w.left, String(notice.remainingWorkingDays)],
    [w.number, notice.applicationId],
  ];
  return rows.filter((row): row is [string, string] => row[1] !== null);
}
