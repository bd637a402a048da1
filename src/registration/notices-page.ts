import { shanghaiDate } from '@app/calendar';
import type { Language, PublicNotice } from '@app/sdk';

/** The public list of notices in one language. Everything that came from people is escaped. */
const words = {
  'zh-CN': {
    title: '登记公示',
    hint: '公示期内有异议的,可凭理由和相关材料向登记机构提出。',
    none: '目前没有公示。',
    applicant: '申请人',
    data: '数据名称',
    abstract: '数据概述',
    restrictions: '权利限制',
    published: '公示日期',
    ends: '截止日期',
    left: '剩余工作日',
    provisional: '日历未公布,日期可能调整',
    demo: '演示系统:时钟可能被调整,公示不具法律效力。',
    other: 'English',
  },
  en: {
    title: 'Public notices of registration',
    hint: 'Until a notice ends, objections are open: give the registrar your reason and your material.',
    none: 'There is no notice at present.',
    applicant: 'Applicant',
    data: 'Data',
    abstract: 'Abstract',
    restrictions: 'Restrictions',
    published: 'Published',
    ends: 'Ends',
    left: 'Working days left',
    provisional: 'part of the calendar is not published, the date may move',
    demo: 'Demonstration: the clock may have been moved; the notices have no legal effect.',
    other: '中文',
  },
} as const;

export function noticesPage(language: Language, demonstration: boolean, notices: readonly PublicNotice[]): string {
  const w = words[language];
  const other = language === 'en' ? 'zh-CN' : 'en';
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${w.title}</title><style>${STYLE}</style></head><body>
${demonstration ? `<p class="demo">${w.demo}</p>` : ''}<main><nav><a href="/certificates">databourse</a><a href="?lang=${other}">${w.other}</a></nav>
<h1>${w.title}</h1><p>${w.hint}</p>${notices.length > 0 ? notices.map((notice) => table(w, notice)).join('') : `<p>${w.none}</p>`}</main></body></html>`;
}

function table(w: (typeof words)[Language], notice: PublicNotice): string {
  const rows: [string, string][] = [
    [w.applicant, [notice.applicant, ...notice.jointApplicants].map(({ name, uscc }) => `${name} ${uscc}`).join('; ')],
    [w.data, notice.dataName],
    [w.abstract, notice.dataAbstract],
    ...(notice.restrictions.length > 0 ? [[w.restrictions, notice.restrictions.join('; ')] as [string, string]] : []),
    [w.published, shanghaiDate(new Date(notice.publishedAt))],
    [w.ends, `${shanghaiDate(new Date(notice.endsAt))}${notice.provisional ? ` (${w.provisional})` : ''}`],
    [w.left, String(notice.remainingWorkingDays)],
  ];
  const cells = rows.map(([name, value]) => `<tr><th>${name}</th><td>${escape(value)}</td></tr>`);
  return `<table id="${notice.applicationId}">${cells.join('')}</table>`;
}

const STYLE = `body{margin:0;font:16px/1.6 system-ui,"Noto Sans SC",sans-serif;background:#f4f6f9;color:#1d2733}
main{max-width:46rem;margin:2rem auto;background:#fff;padding:2rem;border-radius:12px;box-shadow:0 1px 4px #0002}
nav{display:flex;justify-content:space-between}a{color:#0b5cad}h1{font-size:1.4rem}table{width:100%;border-collapse:collapse;margin-bottom:2rem}
th{text-align:left;width:9rem;color:#5b6a7a;font-weight:500}th,td{padding:.5rem;border-bottom:1px solid #e6eaef;overflow-wrap:anywhere;vertical-align:top}
.demo{margin:0;background:#b45309;color:#fff;text-align:center;padding:.4rem}`;

const escape = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
