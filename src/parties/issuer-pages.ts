import { createHash } from 'node:crypto';
import type { Language } from '@app/sdk';

const texts = {
  'zh-CN': {
    title: '登录',
    for: '登录后使用',
    login: '登录名',
    password: '密码',
    newPassword: '新密码(至少 12 个字符)',
    choose: '此密码仅供一次使用。请再次输入它,并设置新密码。',
    signIn: '登录',
    continue: '继续',
    cancel: '取消',
    cast: '演示账号',
    castAbout: '口令在启动演示时显示的文件中。',
    wrong: '登录名或密码不正确。',
    wait: '尝试次数过多,请在 {s} 秒后重试。',
    expired: '此登录请求已失效,请从应用重新开始。',
    foreign: '此请求来自其他网站,已被拒绝。',
    confirm: '允许该应用以您的身份办理业务吗?',
    signOut: '退出登录',
    signOutAsk: '确定要退出登录吗?',
    stay: '保持登录',
    signedOut: '您已退出登录。',
    failed: '无法完成登录',
  },
  en: {
    title: 'Sign in',
    for: 'to go on to',
    login: 'Login',
    password: 'Password',
    newPassword: 'New password (at least 12 characters)',
    choose: 'This password is for one sign-in. Enter it again and choose a new one.',
    signIn: 'Sign in',
    continue: 'Continue',
    cancel: 'Cancel',
    cast: 'Demonstration sign-ins',
    castAbout: 'Their password is in the file that was named when the demonstration started.',
    wrong: 'The login or the password is not right.',
    wait: 'Too many attempts. Try again in {s} seconds.',
    expired: 'This sign-in has expired. Start again from the application.',
    foreign: 'This request came from another site and was refused.',
    confirm: 'May this application act in your name?',
    signOut: 'Sign out',
    signOutAsk: 'Do you want to sign out?',
    stay: 'Stay signed in',
    signedOut: 'You are signed out.',
    failed: 'Signing in did not work',
  },
} as const satisfies Record<Language, Record<string, string>>;

export type IssuerText = keyof (typeof texts)['en'];

const css = `body{font:16px/1.6 system-ui,sans-serif;background:#f3f5f8;color:#1b2430;margin:0}
main{max-width:22rem;margin:12vh auto;padding:2rem;background:#fff;border-radius:8px;box-shadow:0 1px 4px #0002}
h1{font-size:1.3rem;margin:0 0 .5rem}p{margin:.5rem 0}label{display:block;margin:1rem 0 .25rem}
input{width:100%;box-sizing:border-box;font:inherit;padding:.5rem;border:1px solid #8a94a3;border-radius:4px}
button{font:inherit;margin:1.25rem .5rem 0 0;padding:.5rem 1.25rem;border:1px solid #1456b8;border-radius:4px}
details{margin-top:1.5rem}summary{cursor:pointer}ul{padding-left:1.2rem}
.main{background:#1456b8;color:#fff}.plain{background:#fff;color:#1456b8}.problem{color:#a61b1b}
@media (prefers-color-scheme:dark){body{background:#12161c;color:#e6eaf0}main,.plain{background:#1c222b}
input{background:#12161c;color:inherit}.plain{color:#7fb0ff}.problem{color:#ff9b9b}}`;
const cssHash = createHash('sha256').update(css).digest('base64');

/**
 * The headers of every page: no script, nothing from elsewhere, in no frame, in no cache. A browser applies form-action also to
 * the redirects that follow a form, so the applications that are returned to stand there.
 */
export const pageHeaders = (returnTo: readonly string[]): Record<string, string> => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${cssHash}'`,
    `form-action ${["'self'", ...returnTo].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
});

interface Form {
  readonly application: string;
  /** Where it was posted from, so that the person need not type it again. */
  readonly login?: string;
  readonly problem?: IssuerText;
  readonly seconds?: number;
  /** Of a demonstration: who may be played. */
  readonly cast?: readonly { readonly login: string; readonly name: string }[];
}

/** Login and password; the form goes back to the address of the page. */
export function signInPage(language: Language, { application, login = '', problem, seconds, cast = [] }: Form): string {
  const t = texts[language];
  const note = problem
    ? `<p class="problem" role="alert">${escape(t[problem].replace('{s}', String(seconds)))}</p>`
    : '';
  return page(
    language,
    t.title,
    `<p>${t.for} <strong>${escape(application)}</strong></p>${note}
<form method="post">
<label for="login">${t.login}</label>
<input id="login" name="login" value="${escape(login)}" autocomplete="username" autocapitalize="none" required maxlength="64" autofocus>
<label for="password">${t.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="256">
${problem === 'choose' ? newPassword(t.newPassword) : ''}<button class="main">${t.signIn}</button><button class="plain" name="cancel" value="1" formnovalidate>${t.cancel}</button>
</form>${cast.length > 0 ? players(language, cast) : ''}`,
  );
}

function players(language: Language, cast: NonNullable<Form['cast']>): string {
  const t = texts[language];
  const rows = cast.map(({ login, name }) => `<li><code>${escape(login)}</code> ${escape(name)}</li>`);
  return `<details><summary>${t.cast}</summary><p>${t.castAbout}</p><ul>${rows.join('')}</ul></details>`;
}

const newPassword = (label: string): string => `<label for="newPassword">${label}</label>
<input id="newPassword" name="newPassword" type="password" autocomplete="new-password" required minlength="12" maxlength="256">
`;

/** Asked before a program on the person's own machine gets a token without a new sign-in (RFC 8252, section 8.6). */
export function confirmPage(language: Language, application: string): string {
  const t = texts[language];
  return page(
    language,
    application,
    `<p>${t.confirm}</p><form method="post"><button class="main">${t.continue}</button>` +
      `<button class="plain" name="cancel" value="1">${t.cancel}</button></form>`,
  );
}

/** @param form the library's own form, which carries its token against forged requests */
export function signOutPage(language: Language, form: string): string {
  const t = texts[language];
  return page(
    language,
    t.signOut,
    `<p>${t.signOutAsk}</p>${form}<button class="main" form="op.logoutForm" name="logout" value="yes">${t.signOut}</button>` +
      `<button class="plain" form="op.logoutForm">${t.stay}</button>`,
  );
}

/** A page with nothing to do on it. */
export const messagePage = (language: Language, title: IssuerText, text: string): string =>
  page(language, texts[language][title], `<p>${escape(text)}</p>`);

export const issuerText = (language: Language, key: IssuerText): string => texts[language][key];

const page = (language: Language, title: string, body: string): string => `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)} · databourse</title><style>${css}</style></head>
<body><main><h1>${escape(title)}</h1>${body}</main></body></html>`;

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (text: string): string => text.replace(/[&<>"']/g, (c) => entities[c]!);
