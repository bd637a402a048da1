import type { Language } from '@app/sdk';

/** A page that sends a file or a text to the verification interface and shows every check; its script is the file below. */
const words = {
  'zh-CN': {
    title: '核验登记凭证',
    file: 'PDF、凭证包或凭证文件',
    text: '或粘贴 JWT / SD-JWT',
    go: '核验',
    privacy: '文件只用于核验,不会保存。',
    offline: '离线核验:',
  },
  en: {
    title: 'Verify a certificate',
    file: 'PDF, bundle or credential file',
    text: 'or paste a JWT or SD-JWT',
    go: 'Verify',
    privacy: 'The file is checked and not kept.',
    offline: 'Offline:',
  },
} as const;

export function verificationBody(language: Language): { title: string; body: string } {
  const w = words[language];
  return {
    title: w.title,
    body: `<form id="verify" data-language="${language}"><p><label>${w.file}<br><input type="file" name="file" accept=".pdf,.json,.jwt,.txt"></label></p>
     <p><label>${w.text}<br><textarea name="text" rows="5" maxlength="200000"></textarea></label></p><p><button>${w.go}</button></p></form>
     <div id="result" aria-live="polite"></div>
     <p class="small">${w.privacy} ${w.offline} <code>npm run audit -- certificate FILE --trust trust.json</code> · <a href="/.well-known/trust.json">trust.json</a></p>
     <script src="/certificates/verification.js" defer></script>`,
  };
}

export const VERIFICATION_SCRIPT = `const form = document.getElementById('verify');
const result = document.getElementById('result');
const language = form.dataset.language === 'en' ? 'en' : 'zh';
const says = { zh: { PASSED: '通过', FAILED: '不符', UNKNOWN: '未知', ok: '✓ 验证通过', bad: '✗ 验证未通过', none: '请选择文件或粘贴文本' },
  en: { PASSED: 'passed', FAILED: 'failed', UNKNOWN: 'unknown', ok: '✓ Verified', bad: '✗ Not verified', none: 'Choose a file or paste a text' } }[language];
const put = (parent, tag, text, name) => {
  const element = document.createElement(tag);
  element.textContent = text;
  if (name) element.className = name;
  parent.append(element);
  return element;
};
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  result.replaceChildren();
  const body = form.file.files[0] ?? form.text.value.trim();
  if (body === '') return put(result, 'p', says.none, 'bad');
  const request = { method: 'POST', body, headers: { 'content-type': 'application/octet-stream', 'accept-language': language === 'zh' ? 'zh-CN' : 'en' } };
  const answer = await fetch('/v1/certificates/verification/document', request).catch(() => undefined);
  const verdict = await answer?.json().catch(() => undefined);
  if (!answer?.ok || !verdict) return put(result, 'p', (verdict && verdict.detail) || '✗', 'bad');
  put(result, 'p', (verdict.ok ? says.ok : says.bad) + (verdict.number ? ' ' + verdict.number : ''), verdict.ok ? 'ok' : 'bad');
  const table = put(result, 'table', '');
  for (const check of verdict.checks) {
    const row = put(table, 'tr', '');
    put(row, 'th', check[language]);
    const cell = put(row, 'td', says[check.outcome]);
    if (check.note) put(cell, 'div', check.note[language], 'small');
    for (const reason of check.reasons) put(cell, 'div', reason[language] + (reason.detail ? ' (' + reason.detail + ')' : ''));
  }
  if (verdict.checks.length === 0) for (const reason of verdict.reasons) put(result, 'p', reason[language]);
});
`;
