import { certificateStateNames, type CertificateVerdict, type CertificateView, type Page } from '@app/sdk';
import { escape, nextPage, publicPage, type PageFrame } from '../platform/public-page.js';
import { day, holdersOf, linesOf, say, subjectOf, type Bilingual } from './certificate-text.js';
import { verificationBody } from './verification-page.js';

/** What the public pages of the register show, in one language. Everything that came from people is escaped. */
const words = {
  'zh-CN': {
    search: '查询登记凭证',
    hint: '凭证编号、数据名称或权利人',
    go: '查询',
    none: '没有符合条件的凭证。',
    ok: '✓ 验证通过:签名有效,未被注销,在有效期内',
    bad: '✗ 验证未通过',
    number: '凭证编号',
    data: '数据名称',
    holder: '权利人',
    status: '状态',
    ended: '终止',
    registrar: '登记机构',
    remarks: '备注',
    lifted: '已解除',
    pdf: '下载盖章 PDF',
    jwt: '下载可验证凭证(JWT)',
    authority: '凭证与登记系统记载不一致的,以登记系统为准。',
    before: '前一凭证',
    after: '后一凭证',
    follows: '已登记,待赋码',
    origin: '转让自',
  },
  en: {
    search: 'Search the register',
    hint: 'Number, name of the data, or holder',
    go: 'Search',
    none: 'No certificate matches.',
    ok: '✓ Verified: the signature holds, not cancelled, within its term',
    bad: '✗ Not verified',
    number: 'Certificate',
    data: 'Data',
    holder: 'Holder',
    status: 'Status',
    ended: 'Ended',
    registrar: 'Registrar',
    remarks: 'Remarks',
    lifted: 'lifted',
    pdf: 'Sealed PDF',
    jwt: 'Verifiable credential (JWT)',
    authority: 'Where a certificate and the register differ, the register prevails.',
    before: 'Supersedes',
    after: 'Superseded by',
    follows: 'registered, its number is not given yet',
    origin: 'Transferred from',
  },
} as const;

export function searchPage(frame: PageFrame, search: string, { items, nextCursor }: Page<CertificateView>): string {
  const w = words[frame.language];
  const rows = items.map(
    (c) =>
      `<tr><td><a href="/certificates/${c.number}">${c.number}</a></td><td>${escape(subjectOf(c).data.name)}</td><td>${escape(
        holdersOf(c)
          .map(({ name }) => name)
          .join('; '),
      )}</td><td>${statusOf(frame, c)}</td></tr>`,
  );
  return publicPage(
    frame,
    w.search,
    `<form><input name="search" value="${escape(search)}" placeholder="${w.hint}" aria-label="${w.hint}"><input type="hidden" name="lang" value="${frame.language}"><button>${w.go}</button></form>
     ${rows.length > 0 ? `<table><tr>${[w.number, w.data, w.holder, w.status].map((name) => `<th scope="col">${name}</th>`).join('')}</tr>${rows.join('')}</table>` : `<p>${w.none}</p>`}${nextPage(frame, nextCursor, { search })}`,
  );
}

/** @param about what the certificate is called, the name of its registrar, and the ground on which it ended */
export function certificatePage(
  frame: PageFrame,
  certificate: CertificateView,
  verdict: CertificateVerdict,
  about: { readonly title: Bilingual; readonly registrar: string; readonly ground: Bilingual | null },
): string {
  const w = words[frame.language];
  const inWords = (value: Bilingual) => say([value], frame.language);
  const reasons = verdict.reasons.map((reason) => `<li>${escape(inWords(reason))}</li>`).join('');
  const { ended } = certificate;
  const rows: [string, string][] = [
    [w.status, statusOf(frame, certificate)],
    ...(ended
      ? [
          [
            w.ended,
            [day(ended.at), about.ground && inWords(about.ground), ended.text].filter(Boolean).join(' · '),
          ] satisfies [string, string],
        ]
      : []),
    ...linesOf(certificate).map(({ name, value }): [string, string] => [inWords(name), say(value, frame.language)]),
    ...certificate.remarks.map(({ authority, text, to, lifted }): [string, string] => [
      w.remarks,
      [authority, text, to && `→ ${day(to)}`, lifted && `${w.lifted} ${day(lifted.at)}`].filter(Boolean).join(' · '),
    ]),
    [w.registrar, about.registrar],
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
  const awaited = certificate.status === 'SUPERSEDED' && supersededBy === null;
  const follows = awaited ? `<tr><th>${w.after}</th><td>${w.follows}</td></tr>` : '';
  const base = `/v1/certificates/${certificate.number}`;
  return publicPage(
    frame,
    `${inWords(about.title)} ${certificate.number}`,
    `<p class="${verdict.ok ? 'ok' : 'bad'}">${verdict.ok ? w.ok : w.bad}</p><ul>${reasons}</ul>
     <table>${rows.map(([name, value]) => `<tr><th>${name}</th><td>${escape(value)}</td></tr>`).join('')}${chain}${follows}</table>
     <p><a href="${base}/pdf">${w.pdf}</a> · <a href="${base}/credential">${w.jwt}</a></p><p class="small">${w.authority}</p>`,
  );
}

export function verificationPage(frame: PageFrame): string {
  const { title, body } = verificationBody(frame.language);
  return publicPage(frame, title, body);
}

const statusOf = ({ language }: PageFrame, { status }: CertificateView): string =>
  say([certificateStateNames[status]], language);

const linkTo = (number: string): string =>
  `<a href="/certificates/${encodeURIComponent(number)}">${escape(number)}</a>`;
