import { inspect } from 'node:util';
import { KeyStoreError } from '@app/signing';
import { StartError } from './start-error.js';

interface Cause {
  readonly code?: string;
  readonly path?: string;
  readonly address?: string;
  readonly hostname?: string;
  readonly port?: number;
  readonly message: string;
}

const notWritable = ({ path, message }: Cause): string =>
  `无法写入 / cannot write: ${path ?? ''} (${message})\n请检查目录权限、磁盘空间与 DATA_DIR。 Check rights, free space and DATA_DIR.`;
const unreachable = ({ address, hostname, port, message }: Cause): string =>
  `无法连接数据库 / cannot reach the database: ${address ?? hostname ?? ''}${port ? `:${port}` : ''} (${message})\n请检查 DATABASE_URL。 Check DATABASE_URL.`;
const refused = ({ message }: Cause): string =>
  `数据库拒绝登录 / the database refuses the login: ${message}\n请检查 DATABASE_URL。 Check DATABASE_URL.`;
const portTaken = ({ address, port, message }: Cause): string =>
  `无法监听 / cannot listen on ${address ?? ''}:${port ?? ''} (${message})\n请停止占用该端口的程序,或以 HOST、PORT 另选。 Stop what uses the port, or choose another with HOST and PORT.`;

/** What the operating system (errno) and PostgreSQL (appendix A of its manual) call them. */
const MESSAGES: Readonly<Record<string, (cause: Cause) => string>> = {
  EADDRINUSE: portTaken,
  EADDRNOTAVAIL: portTaken,
  EACCES: (cause) => (cause.port ? portTaken(cause) : notWritable(cause)),
  EPERM: notWritable,
  EROFS: notWritable,
  ENOSPC: notWritable,
  EDQUOT: notWritable,
  ENOTDIR: notWritable,
  EEXIST: notWritable,
  ECONNREFUSED: unreachable,
  ECONNRESET: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  ETIMEDOUT: unreachable,
  '28000': refused,
  '28P01': refused,
  '3D000': refused,
  '53300': refused,
  '57P03': refused,
};

/** Why the start failed: a message for what a person can put right, all details for a bug. */
export function reasonOf(error: unknown): string {
  if (error instanceof StartError) return error.message;
  if (error instanceof KeyStoreError)
    return `无法打开密钥库 / the key store does not open: ${error.message}\n请检查 KEY_PASSPHRASE 与 DATA_DIR。 Check KEY_PASSPHRASE and DATA_DIR.`;
  const cause = (error instanceof AggregateError ? error.errors[0] : error) as Cause | undefined;
  return MESSAGES[cause?.code ?? '']?.(cause!) ?? inspect(error);
}
