import { applyDecorators, Header } from '@nestjs/common';
import { languages, type Language } from '@app/sdk';
import type { Config } from './config.js';
import { currentContext } from './context.js';

/** In which language a public page is shown, and whether it has legal effect. */
export interface PageFrame {
  readonly language: Language;
  readonly demonstration: boolean;
}

/** @param lang as it stands in the address; else the language that the browser asks for */
export const pageFrame = (lang: unknown, { DEMO }: Pick<Config, 'DEMO'>): PageFrame => ({
  language: languages.find((language) => language === lang) ?? currentContext().language,
  demonstration: DEMO,
});

/** A page without scripts from elsewhere, in no frame. @param extra further directives of its policy */
export const PublicPage = (extra = ''): MethodDecorator =>
  applyDecorators(
    Header('content-type', 'text/html; charset=utf-8'),
    Header(
      'content-security-policy',
      `default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'${extra}`,
    ),
  );

const words = {
  'zh-CN': {
    demo: '演示系统:时钟可能被调整,所载内容不具法律效力。',
    '/certificates': '登记凭证',
    '/certificates/verification': '核验',
    '/notices': '公示',
    '/registrars': '登记机构',
    '/rule-packs': '登记规则',
    other: 'English',
    next: '下一页',
  },
  en: {
    demo: 'Demonstration: the clock may have been moved; nothing here has legal effect.',
    '/certificates': 'Certificates',
    '/certificates/verification': 'Verify',
    '/notices': 'Notices',
    '/registrars': 'Registrars',
    '/rule-packs': 'Rules',
    other: '中文',
    next: 'Next page',
  },
} as const;
const rooms = ['/certificates', '/certificates/verification', '/notices', '/registrars', '/rule-packs'] as const;

/** @param body as HTML: whatever came from people is escaped already */
export function publicPage({ language, demonstration }: PageFrame, title: string, body: string, head = ''): string {
  const w = words[language];
  const links = rooms.map((room) => `<a href="${room}?lang=${language}">${w[room]}</a>`).join('');
  const other = language === 'en' ? 'zh-CN' : 'en';
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)} · databourse</title>${head}<style>${STYLE}</style></head><body>
${demonstration ? `<p class="demo">${w.demo}</p>` : ''}<main><nav>${links}<a href="?lang=${other}">${w.other}</a></nav>
<h1>${escape(title)}</h1>${body}</main></body></html>`;
}

/** The link to the page of a list that follows. @param search what is asked of the list */
export function nextPage({ language }: PageFrame, cursor: string | null, search: Record<string, string> = {}): string {
  if (cursor === null) return '';
  const query = new URLSearchParams({ ...search, lang: language, cursor });
  return `<p><a rel="next" href="?${escape(query.toString())}">${words[language].next} →</a></p>`;
}

export const escape = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const STYLE = `body{margin:0;font:16px/1.6 system-ui,"Noto Sans SC",sans-serif;background:#f4f6f9;color:#1d2733}
main{max-width:64rem;margin:2rem auto;background:#fff;padding:2rem;border-radius:12px;box-shadow:0 1px 4px #0002}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}nav a:last-child{margin-left:auto}a{color:#0b5cad}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}table{width:100%;border-collapse:collapse;margin-bottom:1.5rem}
th{text-align:left;color:#5b6a7a;font-weight:500}tr>th:first-child{width:10rem}
th,td{padding:.5rem;border-bottom:1px solid #e6eaef;overflow-wrap:anywhere;vertical-align:top}
.rules td:first-child{width:10rem}.rules td:nth-child(2){width:16rem}.source{width:10rem}
em,.none{color:#92400e}mark{background:#fef3c7;padding:0 .2rem}.small{color:#5b6a7a;font-size:.85rem}
.ok{background:#e7f6ec;color:#0a6b2d;padding:.75rem;border-radius:8px}
.bad{background:#fdecea;color:#a11;padding:.75rem;border-radius:8px;font-weight:600}
.demo{margin:0;background:#b45309;color:#fff;text-align:center;padding:.4rem}
textarea{width:100%;box-sizing:border-box;font:inherit}input{width:70%;padding:.5rem;font:inherit}button{padding:.5rem 1rem;font:inherit}
@media(max-width:40rem){main{margin:1rem 0;padding:1.25rem}tr>th:first-child{width:6.5rem}
.rules tr,.rules td,.versions tr,.versions td{display:block}.versions td{border:0;padding:.1rem .5rem}.rules td,.rules td:first-child,.rules td:nth-child(2){width:auto;border:0;padding:.1rem .5rem}
.rules tr,.versions tr{border-bottom:1px solid #e6eaef;padding:.4rem 0}.rules tr:has(>th),.versions tr:has(>th){display:none}input{box-sizing:border-box;width:100%}}`;
