import type { Problem } from '../problems.js';

export const deliveryProblems = {
  'delivery/link-gone': {
    status: 410,
    title: { zh: '链接已失效', en: 'The link is gone' },
    detail: {
      zh: '一次性链接已被使用、已过期或不存在;请买方重新获取链接。',
      en: 'The one-time link was used, has expired or never was; the buyer can ask for a new one.',
    },
  },
  'delivery/not-downloaded': {
    status: 409,
    title: { zh: '尚未下载', en: 'Not downloaded yet' },
    detail: {
      zh: '请先通过一次性链接取得文件,再签署回执。',
      en: 'Fetch the file by a one-time link before signing its receipt.',
    },
  },
  'delivery/hash-differs': {
    status: 422,
    title: { zh: '文件与登记不符', en: 'Not the registered file' },
    detail: {
      zh: '登记的 SHA-256 为 {registered},收到的为 {received}。请重新下载;仍不符时请拒收。',
      en: 'Registered SHA-256 {registered}, received {received}. Download again; reject the delivery if they still differ.',
    },
  },
  'delivery/receipt-refused': {
    status: 422,
    title: { zh: '回执签名无效', en: 'The receipt is not validly signed' },
    detail: {
      zh: '回执须由贵机构已登记的密钥对 deliveryId、orderId、sha256 签署:{reason}。',
      en: 'A receipt is signed with a registered key of your organisation over deliveryId, orderId and sha256: {reason}.',
    },
  },
} as const satisfies Record<string, Problem>;
