import type { Problem } from '../problems.js';

export const ledgerProblems = {
  'ledger/not-published': {
    status: 409,
    title: { zh: '尚未公布', en: 'Not published yet' },
    detail: {
      zh: '该事件已记录,但公布的检查点尚未包含它;通常在一两秒后即可取得证明。',
      en: 'The event is recorded, but the published checkpoint does not cover it yet; try again in a second or two.',
    },
  },
  'ledger/unpublished-size': {
    status: 404,
    title: { zh: '未公布过该大小的检查点', en: 'No checkpoint of this size' },
    detail: {
      zh: '没有公布过 {size} 条的检查点;已公布的大小见 /v1/log/checkpoints。',
      en: 'No checkpoint of {size} leaves was published; /v1/log/checkpoints lists the published sizes.',
    },
  },
  'ledger/rotation-under-way': {
    status: 409,
    title: { zh: '密钥轮换正在进行', en: 'A rotation of the log key is under way' },
    detail: {
      zh: '两把密钥正在同时签名;请先结束本次轮换。',
      en: 'Two keys sign at the moment; end that rotation first.',
    },
  },
  'ledger/no-rotation': {
    status: 409,
    title: { zh: '没有进行中的密钥轮换', en: 'No rotation of the log key is under way' },
    detail: {
      zh: '只有一把密钥在签名,不能停用;请先开始轮换。',
      en: 'Only one key signs, and it cannot be retired; begin a rotation first.',
    },
  },
  'ledger/rotation-unpublished': {
    status: 409,
    title: { zh: '新密钥尚未公布', en: 'The new key is not published yet' },
    detail: {
      zh: '尚无由新密钥签名的检查点;通常在一两秒后即可结束轮换。',
      en: 'No checkpoint bears the signature of the new key yet; try again in a second or two.',
    },
  },
  'ledger/signer-unavailable': {
    status: 503,
    title: { zh: '日志签名服务暂不可用', en: 'The signer of the log is not available' },
    detail: {
      zh: '未做任何更改,请稍后重试:{reason}',
      en: 'Nothing was changed; try again later: {reason}',
    },
  },
  'ledger/not-erasable': {
    status: 409,
    title: { zh: '该事件的内容不得删除', en: 'The payload of this event is kept' },
    detail: {
      zh: '{eventType} 属于账本自身或依法须保存的账务记录,其内容不可删除。',
      en: '{eventType} belongs to the ledger itself or to accounting records that the law wants kept.',
    },
  },
  'ledger/erasure-exists': {
    status: 409,
    title: { zh: '已申请删除或已删除', en: 'Erasure is asked for or done already' },
    detail: {
      zh: '该事件的内容已删除,或已有待决定的删除申请,见 /v1/erasures。',
      en: 'The payload of this event is erased, or a request is waiting for its decision: see /v1/erasures.',
    },
  },
  'ledger/still-needed': {
    status: 409,
    title: { zh: '该事件尚在处理', en: 'The event is still needed' },
    detail: {
      zh: '该事件尚未处理完毕;请稍后重试,如被搁置请先恢复(/v1/parked)。',
      en: 'Not everything has reacted to this event yet; try again in a second, or resume what is parked (/v1/parked).',
    },
  },
} as const satisfies Record<string, Problem>;
