import type { CertificateVerdict, CertificateView, Page } from '@app/sdk';
import { escape, nextPage, publicPage, type PageFrame } from '../platform/public-page.js';
import { certifiedHolders, inWords } from './certified-holders.js';
import { verificationBody } from './verification-page.js';

/** What the public pages of the register show, in one language. Everything that came from people is escaped. */
const words = {
  'zh-CN': {
    title: '数据产权登记凭证',
    search: '查询登记凭证',
    hint: '凭证编号、数据名称或权利人',
    go: '查询',
    none: '没有符合条件的凭证。',
    ok: '✓ 验证通过:签名有效,未被注销,在有效期内',
    bad: '✗ 验证未通过',
    number: '编号',
    holder: '权利人',
    data: '数据名称',
    abstract: '数据概述',
    rights: '权利',
    rightHolder: '权利配置',
    term: '有效期',
    status: '状态',
    remarks: '备注',
    lifted: '已解除',
    evidence: '存证值',
    pdf: '下载盖章 PDF',
    jwt: '下载可验证凭证(JWT)',
    authority: '凭证与登记系统记载不一致的,以登记系统为准。',
    HOLD: '持有权',
    USE: '使用权',
    OPERATE: '经营权',
    before: '前一凭证',
    after: '后一凭证',
    origin: '转让自',
    upgraded: '升级自',
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
    none: 'No certificate matches.',
    ok: '✓ Verified: the signature holds, not cancelled, within its term',
    bad: '✗ Not verified',
    number: 'Number',
    holder: 'Holder',
    data: 'Data',
    abstract: 'Abstract',
    rights: 'Rights',
    rightHolder: 'Holder of right',
    term: 'Term',
    status: 'Status',
    remarks: 'Remarks',
    lifted: 'lifted',
    evidence: 'Evidence',
    pdf: 'Sealed PDF',
    jwt: 'Verifiable credential (JWT)',
    authority: 'Where a certificate and the register differ, the register prevails.',
    HOLD: 'hold',
    USE: 'use',
    OPERATE: 'operate',
    before: 'Supersedes',
    after: 'Superseded by',
    origin: 'Transferred from',
    upgraded: 'Upgraded from',
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

export function searchPage(frame: PageFrame, search: string, { items, nextCursor }: Page<CertificateView>): string {
  const w = words[frame.language];
  const rows = items.map(
    (c) =>
      `<tr><td><a href="/certificates/${c.number}">${c.number}</a></td><td>${escape(dataOf(c).name)}</td><td>${escape(
        holdersOf(c)
          .map(({ name }) => name)
          .join('; '),
      )}</td><td>${w[c.status]}</td></tr>`,
  );
  return publicPage(
    frame,
    w.search,
    `<form><input name="search" value="${escape(search)}" placeholder="${w.hint}" aria-label="${w.hint}"><input type="hidden" name="lang" value="${frame.language}"><button>${w.go}</button></form>
     ${rows.length > 0 ? `<table>${rows.join('')}</table>` : `<p>${w.none}</p>`}${nextPage(frame, nextCursor, { search })}`,
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
    ...certifiedHolders(certificate).map((row): [string, string] => [w.rightHolder, inWords(row, frame.language)]),
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
  return publicPage(
    frame,
    `${w.title} ${certificate.number}`,
    `<p class="${verdict.ok ? 'ok' : 'bad'}">${verdict.ok ? w.ok : w.bad}</p><ul>${reasons}</ul>
     <table>${rows.map(([name, value]) => `<tr><th>${name}</th><td>${escape(value)}</td></tr>`).join('')}${chain}${upgradedFrom(certificate, w.upgraded)}</table>
     <p><a href="${base}/pdf">${w.pdf}</a> · <a href="${base}/credential">${w.jwt}</a></p><p class="small">${w.authority}</p>`,
  );
}

export function verificationPage(frame: PageFrame): string {
  const { title, body } = verificationBody(frame.language);
  return publicPage(frame, title, body);
}

const linkTo = (number: string): string =>
  `<a href="/certificates/${encodeURIComponent(number)}">${escape(number)}</a>`;
const holdersOf = ({ subject }: CertificateView) =>
  (subject['holders'] ?? [subject['holder']]) as { name: string; uscc: string }[];
/** The certificate of another body that it stands in the place of. */
const upgradedFrom = ({ subject }: CertificateView, name: string): string => {
  const from = subject['upgradedFrom'] as { id: string; number: string; issuer: string } | undefined;
  if (!from) return '';
  const link = `<a href="/v1/foreign-certificates/${encodeURIComponent(from.id)}">${escape(from.number)}</a>`;
  return `<tr><th>${name}</th><td>${link} · ${escape(from.issuer)}</td></tr>`;
};
const dataOf = ({ subject }: CertificateView) => subject['data'] as { name: string; abstract: string };
