import { readFile } from 'node:fs/promises';
import { examine, readCertificateFile, readTrust, Undecodable, type Check, type Trust } from '@app/signing';
import { Misuse, type Terminal } from '../terminal.js';

export interface CertificateOptions {
  readonly trust?: string;
  readonly status?: readonly string[];
  readonly asOf?: string;
}

const OUTCOMES = { PASSED: '✓ 通过 passed ', FAILED: '✗ 不符 failed ', UNKNOWN: '? 未知 unknown' } as const;

/**
 * Checks a certificate in any of its forms without a network; prints every check. Answers the exit code: 0 valid, 1 invalid or by nobody trusted,
 * 3 not a certificate.
 */
export async function checkCertificate(path: string, options: CertificateOptions, out: Terminal): Promise<number> {
  const now = momentOf(options.asOf);
  const trust = options.trust === undefined ? null : trustOf(await read(options.trust), options.trust);
  const lists = await Promise.all((options.status ?? []).map(async (file) => (await read(file)).toString().trim()));
  const bytes = await read(path);
  try {
    const file = readCertificateFile(bytes);
    const found = await examine({ ...file, statusLists: [...file.statusLists, ...lists] }, { trust, now });
    out.write(
      `文件 / file    ${path} (${found.kind})\n编号 / number  ${plain(found.number ?? '—')}\n截至 / as of   ${now.toISOString()}\n`,
    );
    for (const check of found.checks) out.write(described(check));
    out.write(concluded(found.ok, trust, found.checks));
    return found.ok ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Undecodable)) throw error;
    out.write(`无法识别 / not a certificate: ${path}: ${error.message}\n`);
    return 3;
  }
}

function described({ zh, en, outcome, reasons, note }: Check): string {
  const lines = [`${OUTCOMES[outcome]}  ${zh} / ${en}`];
  for (const reason of reasons)
    lines.push(
      `      ${reason.code}: ${reason.zh} / ${reason.en}${reason.detail === undefined ? '' : ` (${plain(reason.detail)})`}`,
    );
  if (note) lines.push(`      ${plain(note.zh === note.en ? note.en : `${note.zh} / ${note.en}`)}`);
  return `${lines.join('\n')}\n`;
}

function concluded(ok: boolean, trust: Trust | null, checks: readonly Check[]): string {
  const open = checks.filter(({ outcome }) => outcome === 'UNKNOWN');
  const rest =
    open.length === 0 ? '' : `;未能核验 / not checked: ${open.map(({ zh, en }) => `${zh} ${en}`).join(', ')}`;
  if (ok) return `有效 / valid${rest}\n`;
  const onlyTrust = !trust && checks.every(({ name, outcome }) => name === 'trust' || outcome !== 'FAILED');
  return onlyTrust
    ? `不受信任:文件自身一致,但未给出信任文件 / not trusted: the file agrees with itself, but no --trust FILE says whom to believe${rest}\n`
    : `无效 / invalid${rest}\n`;
}

/** Of what a file says, for a terminal: no control characters, and not without end. */
// oxlint-disable-next-line no-control-regex
const plain = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ').slice(0, 500);

function momentOf(text: string | undefined): Date {
  const moment = text === undefined ? new Date() : new Date(text);
  if (Number.isNaN(moment.getTime())) throw new Misuse(`--as-of ${text} ?`);
  return moment;
}

function trustOf(bytes: Buffer, path: string): Trust {
  try {
    return readTrust(bytes.toString());
  } catch (error) {
    throw new Misuse(
      `--trust ${path}: 不是信任文件;应取自 /.well-known/trust.json,或为签发方的 DID 文档\n` +
        `not a trust file, which is /.well-known/trust.json of the service, or its DID document (${(error as Error).message})`,
    );
  }
}

function read(path: string): Promise<Buffer> {
  return readFile(path).catch((error: Error) => {
    throw new Misuse(`无法读取 / cannot be read: ${error.message}`);
  });
}
