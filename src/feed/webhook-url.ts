import { OutgoingRefused, type Outgoing, type OutgoingFault } from '../platform/outgoing.js';
import { fault } from '../platform/refusal.js';

const REASONS: Readonly<Record<OutgoingFault, readonly [zh: string, en: string]>> = {
  'not-a-url': ['不是有效的网址', 'is not a URL'],
  'not-https': ['须为 https 网址', 'must be an https URL'],
  'with-credentials': ['不得包含用户名或密码', 'must not hold a user name or password'],
  port: ['端口须为 443 或不小于 1024', 'must use port 443 or one from 1024 on'],
  'unknown-host': ['找不到该主机', 'names a host that cannot be found'],
  'not-public': ['不是公网地址', 'leads to an address that is not public'],
};

/** Refuses a URL that the sender would not call either. Resolves its name: to be done before the transaction opens. */
export async function mustBeCallable(outgoing: Outgoing, url: string): Promise<void> {
  try {
    await outgoing.check(url);
  } catch (error) {
    if (error instanceof OutgoingRefused) throw fault('/url', ...REASONS[error.fault]);
    throw error;
  }
}
