import type { CertificateVerdict, CertificateView, Language } from '@app/sdk';
import { verificationBody } from './verification-page.js';

/** What the public pages of the register show, in one language. Everything that came from people is escaped. */
const words = {
  'zh-CN': {
    title: '数据产权登记凭证',
    search: '查询登记凭证',
    hint: '凭证编号、数据名称或权利人',
    go: '查询',
    verify: '核验',
    none: '没有符合条件的凭证。',
    ok: '✓ 验证通过:签名有效,未被注销,在有效期内',
    bad: '✗ 验证未通过',
    number: '编号',
    holder: '权利人',
    data: '数据名称',
    abstract: '数据概述',
    rights: '权利',
    term: '有效期',
    status: '状态',
    remarks: '备注',
    lifted: '已解除',
    evidence: '存证值',
    pdf: '下载盖章 PDF',
    jwt: '下载可验证凭证(JWT)',
    demo: '演示系统:时钟可能被调整,凭证不具法律效力。',
    other: 'English',
    authority: '凭证与登记系统记载不一致的,以登记系统为准。',
    HOLD: '持有权',
    USE: '使用权',
    OPERATE: '经营权',
    before: '前一凭证',
    after: '后一凭证',
    origin: '转让自',
    ACTIVE: '有效',
    PREPARED: '签发中',
    EXPIRED: '已过期',
    CANCELLED: '已注销',
    RESTRICTED: '受限(保全或管制)',
    OBJECTED: '有效(异议处理中)',
    SUPERSEDED: '已被新凭证取代',
    REVOKED: '已撤销',
  },
  en: {
    title: 'Data property registration certificate',
    search: 'Search the register',
    hint: 'Number, name of the data, or holder',
    go: 'Search',
    verify: 'Verify',
    none: 'No certificate matches.',
    ok: '✓ Verified: the signature holds, not cancelled, within its term',
    bad: '✗ Not verified',
    number: 'Number',
    holder: 'Holder',
    data: 'Data',
    abstract: 'Abstract',
    rights: 'Rights',
    term: 'Term',
    status: 'Status',
    remarks: 'Remarks',
    lifted: 'lifted',
    evidence: 'Evidence',
    pdf: 'Sealed PDF',
    jwt: 'Verifiable credential (JWT)',
    demo: 'Demonstration: the clock may have been moved; the certificates have no legal effect.',
    other: '中文',
    authority: 'Where a certificate and the register differ, the register prevails.',
    HOLD: 'hold',
    USE: 'use',
    OPERATE: 'operate',
    before: 'Supersedes',
    after: 'Superseded by',
    origin: 'Transferred from',
    ACTIVE: 'in force',
    PREPARED: 'being signed',
    EXPIRED: 'expired',
    CANCELLED: 'cancelled',
    RESTRICTED: 'restricted',
    OBJECTED: 'in force, objection open',
    SUPERSEDED: 'superseded',
    REVOKED: 'revoked',
  },
} as const;

export interface PageFrame {
  readonly language: Language;
  readonly demonstration: boolean;
}

export function searchPage(frame: PageFrame, search: string, found: readonly CertificateView[]): string {
  const w = words[frame.language];
  const rows = found.map(
    (c) =>
      `<tr><td><a href="/certificates/${c.number}">${c.number}</a></td><td>${escape(dataOf(c).name)}</td><td>${escape(
        holdersOf(c)
          .map(({ name }) => name)
          .join('; '),
      )}</td><td>${w[c.status]}</td></tr>`,
  );
  return frameOf(
    frame,
    w.search,
    `<form><input name="search" value="${escape(search)}" placeholder="${w.hint}" aria-label="${w.hint}"><button>${w.go}</button></form>
     ${rows.length > 0 ? `<table>${rows.join('')}</table>` : `<p>${w.none}</p>`}`,
  );
}

export function certificatePage(frame: PageFrame, certificate: CertificateView, verdict: CertificateVerdict): string {
  const w = words[frame.language];
  const day = (instant: unknown) => new Date(instant as string).toISOString().slice(0, 10);
  const reasons = verdict.reasons.map((r) => `<li>${escape(frame.language === 'en' ? r.en : r.zh)}</li>`).join('');
  const rows: [string, string][] = [
    [w.number, certificate.number],
    [w.status, w[certificate.status]],
    [
      w.holder,
      holdersOf(certificate)
        .map(({ name, uscc }) => `${name} ${uscc}`)
        .join('; '),
    ],
    [w.data, dataOf(certificate).name],
    [w.abstract, dataOf(certificate).abstract],
    [w.rights, certificate.rights.map((right) => w[right]).join('、')],
    ...certificate.remarks.map(({ authority, text, to, lifted }): [string, string] => [
      w.remarks,
      [authority, text, to && `→ ${day(to)}`, lifted && `${w.lifted} ${day(lifted.at)}`].filter(Boolean).join(' · '),
    ]),
    [w.term, `${day(certificate.validFrom)} – ${day(certificate.validTo)}`],
    [w.evidence, (certificate.subject['evidence'] as { sha256: string }).sha256],
  ];
  const { supersedes, supersededBy, transferredFrom } = certificate;
  const chain = [
    [w.before, supersedes],
    [w.origin, transferredFrom],
    [w.after, supersededBy],
  ]
    .filter(([, number]) => number !== null && number !== undefined)
    .map(([name, number]) => `<tr><th>${name}</th><td>${linkTo(number!)}</td></tr>`)
    .join('');
  const base = `/v1/certificates/${certificate.number}`;
  return frameOf(
    frame,
    `${w.title} ${certificate.number}`,
    `<p class="${verdict.ok ? 'ok' : 'bad'}">${verdict.ok ? w.ok : w.bad}</p><ul>${reasons}</ul>
     <table>${rows.map(([name, value]) => `<tr><th>${name}</th><td>${escape(value)}</td></tr>`).join('')}${chain}</table>
     <p><a href="${base}/pdf">${w.pdf}</a> · <a href="${base}/credential">${w.jwt}</a></p><p class="small">${w.authority}</p>`,
  );
}

export function verificationPage(frame: PageFrame): string {
  const { title, body } = verificationBody(frame.language);
  return frameOf(frame, title, body);
}

function frameOf({ language, demonstration }: PageFrame, title: string, body: string): string {
  const w = words[language];
  const other = language === 'en' ? 'zh-CN' : 'en';
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)}</title><style>${STYLE}</style></head><body>
${demonstration ? `<p class="demo">${w.demo}</p>` : ''}<main><nav><a href="/certificates">databourse</a><a href="/certificates/verification">${w.verify}</a><a href="?lang=${other}">${w.other}</a></nav>
<h1>${escape(title)}</h1>${body}</main></body></html>`;
}

const STYLE = `body{margin:0;font:16px/1.6 system-ui,"Noto Sans SC",sans-serif;background:#f4f6f9;color:#1d2733}
main{max-width:46rem;margin:2rem auto;background:#fff;padding:2rem;border-radius:12px;box-shadow:0 1px 4px #0002}
nav{display:flex;justify-content:space-between}a{color:#0b5cad}h1{font-size:1.4rem}table{width:100%;border-collapse:collapse}
th{text-align:left;width:8rem;color:#5b6a7a;font-weight:500}th,td{padding:.5rem;border-bottom:1px solid #e6eaef;overflow-wrap:anywhere;vertical-align:top}
.ok{background:#e7f6ec;color:#0a6b2d;padding:.75rem;border-radius:8px}.bad{background:#fdecea;color:#a11;padding:.75rem;border-radius:8px}
.demo{margin:0;background:#b45309;color:#fff;text-align:center;padding:.4rem}.small{color:#5b6a7a;font-size:.85rem}
textarea{width:100%;box-sizing:border-box;font:inherit}input{width:70%;padding:.5rem;font:inherit}button{padding:.5rem 1rem;font:inherit}`;

const linkTo = (number: string): string =>
  `<a href="/certificates/${encodeURIComponent(number)}">${escape(number)}</a>`;
const holdersOf = ({ subject }: CertificateView) =>
  (subject['holders'] ?? [subject['holder']]) as { name: string; uscc: string }[];
const dataOf = ({ subject }: CertificateView) => subject['data'] as { name: string; abstract: string };
const escape = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
