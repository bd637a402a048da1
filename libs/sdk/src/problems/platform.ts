import type { Problem } from '../problems.js';

export const platformProblems = {
  'invalid-request': {
    status: 422,
    title: { zh: '请求内容不符合要求', en: 'The request does not fit its rules' },
    detail: {
      zh: '请按 errors 中逐项指出的位置修改后重试。',
      en: 'Correct each place named in errors, then try again.',
    },
  },
  'not-published': {
    status: 409,
    title: { zh: '该制度未公布此项规定', en: 'The regime has not published this' },
    detail: {
      zh: '未公布,平台不作推断:{what}。',
      en: 'Not published, and the platform does not guess: {what}.',
    },
  },
  'malformed-request': {
    status: 400,
    title: { zh: '请求无法解析', en: 'The request cannot be read' },
    detail: {
      zh: '请检查地址(百分号编码)和请求头:{reason}',
      en: 'Check the address (percent-encoding) and the headers: {reason}',
    },
  },
  'headers-too-large': {
    status: 431,
    title: { zh: '请求头过大', en: 'The headers are too large' },
    detail: { zh: '请求头总共不得超过 {limit} 字节。', en: 'All headers together may have {limit} bytes.' },
  },
  'malformed-body': {
    status: 400,
    title: { zh: '请求正文无法解析', en: 'The body cannot be read' },
    detail: { zh: '请发送有效的 UTF-8 JSON:{reason}', en: 'Send valid UTF-8 JSON: {reason}' },
  },
  'unsupported-media-type': {
    status: 415,
    title: { zh: '不支持的内容类型', en: 'Unsupported content type' },
    detail: {
      zh: '请使用接口说明中列出的 Content-Type。',
      en: 'Use a Content-Type that the description of this operation lists.',
    },
  },
  'too-large': {
    status: 413,
    title: { zh: '内容过大', en: 'Too large' },
    detail: { zh: '上限为 {limit} 字节。', en: 'The limit is {limit} bytes.' },
  },
  'upload-broken': {
    status: 400,
    title: { zh: '上传中断', en: 'The upload broke off' },
    detail: { zh: '未保存任何内容;请重新上传。', en: 'Nothing was kept; upload again.' },
  },
  'storage-unavailable': {
    status: 503,
    title: { zh: '文件存储暂不可用', en: 'The file storage is not available' },
    detail: { zh: '未保存任何内容;请稍后重试。', en: 'Nothing was kept; try again later.' },
  },
  'too-many-requests': {
    status: 429,
    title: { zh: '请求过于频繁', en: 'Too many requests' },
    detail: { zh: '请在 {retryAfter} 秒后重试。', en: 'Try again in {retryAfter} seconds.' },
  },
  unauthenticated: {
    status: 401,
    title: { zh: '需要登录', en: 'Sign-in required' },
    detail: { zh: '请携带有效的访问令牌。', en: 'Send a valid access token.' },
  },
  'invalid-token': {
    status: 401,
    title: { zh: '访问令牌无效', en: 'The access token is not valid' },
    detail: { zh: '令牌被拒绝:{reason}。请重新登录。', en: 'The token was refused: {reason}. Sign in again.' },
  },
  forbidden: {
    status: 403,
    title: { zh: '无权执行此操作', en: 'Not permitted' },
    detail: { zh: '您的角色不能执行“{action}”。', en: 'Your roles do not permit "{action}".' },
  },
  'not-your-organisation': {
    status: 403,
    title: { zh: '不属于您的机构', en: 'Belongs to another organisation' },
    detail: { zh: '只有当事机构的人员可以执行此操作。', en: 'Only people of the organisation concerned may do this.' },
  },
  'not-found': {
    status: 404,
    title: { zh: '未找到', en: 'Not found' },
    detail: { zh: '没有 {kind} {id},或您无权查看。', en: 'There is no {kind} {id}, or you may not see it.' },
  },
  'no-route': {
    status: 404,
    title: { zh: '没有此地址', en: 'Nothing at this address' },
    detail: {
      zh: '服务没有 {path}。所有地址见 /docs。',
      en: 'The service has no {path}. All addresses are listed at /docs.',
    },
  },
  'method-not-allowed': {
    status: 405,
    title: { zh: '该地址不支持此方法', en: 'Not a method of this address' },
    detail: {
      zh: '{path} 不支持 {method};可用:{allowed}。',
      en: '{path} does not take {method}; it takes {allowed}.',
    },
  },
  'illegal-transition': {
    status: 409,
    title: { zh: '当前状态不允许此操作', en: 'Not possible in the current state' },
    detail: {
      zh: '{machine} 处于 {state},不能执行 {action};可执行:{possible}。',
      en: '{machine} is {state} and cannot {action}; possible: {possible}.',
    },
  },
  busy: {
    status: 503,
    title: { zh: '并发冲突过多', en: 'Too many concurrent changes' },
    detail: { zh: '未做任何更改,请稍后重试。', en: 'Nothing was changed. Try again shortly.' },
  },
  unavailable: {
    status: 503,
    title: { zh: '服务暂不可用', en: 'Not available at the moment' },
    detail: {
      zh: '数据库等暂不可用;更改可能已经生效。请稍后用同一 Idempotency-Key 重试以得知结果。',
      en: 'The database, or what else is needed, is not available. A change may have taken effect: repeat it later with the same Idempotency-Key to learn of it.',
    },
  },
  stale: {
    status: 412,
    title: { zh: '内容已被更新', en: 'It has changed since you read it' },
    detail: {
      zh: '当前版本为 {version},请重新读取后再操作。',
      en: 'The version is now {version}. Read it again, then decide.',
    },
  },
  'precondition-required': {
    status: 428,
    title: { zh: '缺少 If-Match', en: 'If-Match is missing' },
    detail: {
      zh: '请先读取对象,并把其 ETag 放入 If-Match。',
      en: 'Read the object first and send its ETag as If-Match.',
    },
  },
  'idempotency-key-required': {
    status: 400,
    title: { zh: '缺少 Idempotency-Key', en: 'Idempotency-Key is missing' },
    detail: {
      zh: '请为此操作生成一个唯一键(8–255 个可见 ASCII 字符)。',
      en: 'Send a unique key (8–255 visible ASCII characters) with this operation.',
    },
  },
  'idempotency-key-reused': {
    status: 422,
    title: { zh: 'Idempotency-Key 已用于其他内容', en: 'The Idempotency-Key was used for another request' },
    detail: { zh: '不同的请求请使用新的键。', en: 'Use a new key for a different request.' },
  },
  'idempotency-in-progress': {
    status: 409,
    title: { zh: '同一请求正在处理', en: 'The same request is still running' },
    detail: { zh: '请稍后用同一键重试以取得结果。', en: 'Repeat it with the same key shortly to get the answer.' },
  },
  'not-a-demonstration': {
    status: 403,
    title: { zh: '非演示模式', en: 'Not a demonstration' },
    detail: {
      zh: '演示时钟只能在以演示模式启动的服务中调整。',
      en: 'The demonstration clock moves only in a service started in demonstration mode.',
    },
  },
  'same-person': {
    status: 409,
    title: { zh: '须由另一人办理', en: 'A second person must do this' },
    detail: {
      zh: '职责分离:经办与复核不得为同一人。',
      en: 'Separation of duties: maker and checker are different people.',
    },
  },
} as const satisfies Record<string, Problem>;
