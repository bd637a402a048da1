import type { Problem } from '../problems.js';

export const registrationProblems = {
  'registration/unreadable-file': {
    status: 422,
    title: { zh: '数据文件无法读取', en: 'The data file cannot be read' },
    detail: {
      zh: '请上传 UTF-8 的 CSV(含表头)、JSON 或 Parquet 文件;原因见 errors。',
      en: 'Upload CSV (with a header) or JSON in UTF-8, or Parquet; the reason stands in errors.',
    },
  },
  'registration/profile-limit': {
    status: 422,
    title: { zh: '数据文件超出质量检测的能力', en: 'The data file is too much to be measured' },
    detail: {
      zh: '超出上限:{what}。请拆分文件或改用 Parquet 格式。',
      en: 'Beyond the limit: {what}. Split the file, or use Parquet.',
    },
  },
  'registration/registrar-known': {
    status: 409,
    title: { zh: '登记机构已在目录中', en: 'The registrar is already in the catalogue' },
    detail: {
      zh: '该机构或该地域代码与数字已属于 {id}。',
      en: 'The organisation, or the region with the digit, already belongs to {id}.',
    },
  },
  'registration/registrar-closed': {
    status: 409,
    title: { zh: '该登记机构不能办理', en: 'This registrar cannot do this' },
    detail: { zh: '登记机构 {registrarId} 的状态为 {state}。', en: 'The registrar {registrarId} is {state}.' },
  },
  'registration/publishing-suspended': {
    status: 409,
    title: { zh: '该登记机构被暂停发布', en: 'The registrar may not publish' },
    detail: {
      zh: '数据管理部门已责令登记机构 {registrarId} 暂停发布;恢复后再办理。',
      en: 'The data authority has suspended publishing by {registrarId}; go on when it is reinstated.',
    },
  },
  'registration/not-on-staff': {
    status: 409,
    title: { zh: '不在登记机构的审查人员名单中', en: 'Not on the registrar’s list of staff' },
    detail: {
      zh: '{personId} 不是登记机构 {registrarId} 名单中的在岗审查人员。',
      en: '{personId} is no active member on the staff list of {registrarId}.',
    },
  },
  'registration/admission': {
    status: 422,
    title: { zh: '不符合登记机构条件', en: 'The requirements of admission are not met' },
    detail: { zh: '未满足的条件见 errors。', en: 'Those not met stand in errors.' },
  },
  'registration/order-pending': {
    status: 409,
    title: { zh: '有一项指令待第二人确认', en: 'An order waits for its second person' },
    detail: { zh: '请先确认或撤销指令 {id}。', en: 'Confirm or decline the order {id} first.' },
  },
  'registration/no-order': {
    status: 409,
    title: { zh: '没有待确认的指令', en: 'No order is pending' },
    detail: { zh: '请先由一人提出指令。', en: 'One person has to propose it first.' },
  },
  'registration/change-notice-needed': {
    status: 409,
    title: { zh: '重大事项变更须先报告', en: 'A material change is announced first' },
    detail: { zh: '请提交变更报告,经确认后更新。', en: 'Give notice of the change; update when it is confirmed.' },
  },
  'registration/change-pending': {
    status: 409,
    title: { zh: '变更报告的状态不允许该操作', en: 'The notice of change does not allow this' },
    detail: { zh: '当前变更报告:{state}。', en: 'The present notice of change: {state}.' },
  },
  'registration/exit-too-early': {
    status: 409,
    title: { zh: '退出日期过早', en: 'The exit is too early' },
    detail: { zh: '最早可于 {earliest} 退出。', en: 'The earliest day is {earliest}.' },
  },
  'registration/successor': {
    status: 422,
    title: { zh: '不能由该机构承接', en: 'This organisation cannot take over' },
    detail: {
      zh: '承接机构须为目录中正常履职的其他登记机构,且不是在办申请的申请人。',
      en: 'A successor is another registrar of the catalogue in good standing, and no applicant in what it takes over.',
    },
  },
  'registration/archive-changed': {
    status: 409,
    title: { zh: '档案清单与当前不符', en: 'The archive is not the one of this moment' },
    detail: { zh: '当前根为 {root};请重新生成清单。', en: 'The root is now {root}; build the archive anew.' },
  },
  'registration/report-year': {
    status: 409,
    title: { zh: '该年度不能报告或考核', en: 'Nothing to report or assess for this year' },
    detail: {
      zh: '{year} 年度尚未结束、不在履职期间、已经办理,或尚未报告。',
      en: '{year} is not over, not a year of service, already done, or not reported yet.',
    },
  },
  'registration/own-registrar': {
    status: 409,
    title: { zh: '登记机构不得为自身登记', en: 'A registrar does not register its own data' },
    detail: { zh: '请向其他登记机构申请。', en: 'Apply to another registrar.' },
  },
  'registration/no-authority': {
    status: 403,
    title: { zh: '没有办理此事项的有效授权', en: 'No authority for this act' },
    detail: {
      zh: '您的机构没有可办理 {act} 的有效授权委托;各授权委托不适用的原因见 errors。',
      en: 'Your organisation has no authority for {act} at this moment; why each of those there are does not do stands in errors.',
    },
  },
  'registration/agent-conflict': {
    status: 409,
    title: { zh: '代理人存在利益冲突', en: 'The agent has a conflict of interest' },
    detail: {
      zh: '{agentId} 不得代理此事项,原因见 errors。',
      en: '{agentId} must not act here; the reason stands in errors.',
    },
  },
  'registration/unfit-agent': {
    status: 422,
    title: { zh: '不得担任代理人', en: 'Cannot be an agent' },
    detail: {
      zh: '{agentId} 不得担任登记代理人,原因见 errors。',
      en: '{agentId} cannot be an agent before registrars; the reason stands in errors.',
    },
  },
  'registration/authority-over': {
    status: 409,
    title: { zh: '授权委托期限已届满', en: 'The term of the authority is over' },
    detail: { zh: '期限至 {validTo}。', en: 'It was until {validTo}.' },
  },
  'registration/not-registrable': {
    status: 422,
    title: { zh: '该数据不予登记', en: 'This data is not registered' },
    detail: {
      zh: '事由代码 {groundCode},说明见 errors。',
      en: 'Ground {groundCode}; the explanation stands in errors.',
    },
  },
  'registration/incomplete': {
    status: 422,
    title: { zh: '申请不符合提交条件', en: 'The application is not fit to be submitted' },
    detail: {
      zh: '请按 errors 中的逐项说明补齐后重新提交。',
      en: 'Settle each point named in errors, then submit it again.',
    },
  },
  'registration/group-refused': {
    status: 422,
    title: { zh: '合并办理的申请未全部符合条件', en: 'Not all applications of the group are fit for this' },
    detail: {
      zh: '各申请均未办理;请按 errors 中各制度项下的说明处理。',
      en: 'Nothing was done to any of them; what is wrong stands in errors under each regime.',
    },
  },
  'registration/nothing-to-join': {
    status: 409,
    title: { zh: '该申请不是共同申请', en: 'Nobody joins this application' },
    detail: {
      zh: '该申请没有受让方,也没有其他共同申请人。',
      en: 'It names neither a transferee nor joint applicants.',
    },
  },
  'registration/already-joined': {
    status: 409,
    title: { zh: '已经共同申请', en: 'Joined already' },
    detail: { zh: '内容变更后须重新确认。', en: 'Once the content changes, it has to be joined anew.' },
  },
  'registration/too-late': {
    status: 409,
    title: { zh: '期限已过', en: 'The time is over' },
    detail: { zh: '期限已于 {due} 届满。', en: 'It ended at {due}.' },
  },
  'registration/already-corrected': {
    status: 409,
    title: { zh: '补正清单只能一次性提出', en: 'Corrections are asked for once' },
    detail: {
      zh: '本轮受理已要求补正;请受理或书面不予受理。',
      en: 'This application was already sent back; accept it, or decline it in writing.',
    },
  },
  'registration/already-extended': {
    status: 409,
    title: { zh: '办理期限只能延长一次', en: 'The review is extended once' },
    detail: { zh: '已延长 {days} 个工作日。', en: 'It was extended by {days} working days.' },
  },
  'registration/not-the-reviewer': {
    status: 409,
    title: { zh: '由审查人员办理', en: 'The reviewer does this' },
    detail: { zh: '审查人员为 {reviewerId}。', en: 'The reviewer is {reviewerId}.' },
  },
  'registration/checklist': {
    status: 422,
    title: { zh: '审查清单未全部通过', en: 'The checklist is not passed' },
    detail: {
      zh: '每一项须逐一作答且符合;否则请要求补充材料或不予登记。',
      en: 'Every question needs an answer, and yes; otherwise ask for a supplement or refuse.',
    },
  },
  'registration/not-reviewed': {
    status: 409,
    title: { zh: '尚未通过审查', en: 'The review has not passed yet' },
    detail: { zh: '须先由审查人员给出审查意见。', en: 'The reviewer has to pass it first.' },
  },
  'registration/committee-needed': {
    status: 409,
    title: { zh: '须先经合规委员会会审', en: 'The compliance committee has to be heard first' },
    detail: { zh: '原因:{triggers}。', en: 'Because of: {triggers}.' },
  },
  'registration/no-committee': {
    status: 409,
    title: { zh: '该制度没有合规委员会会审', en: 'The regime knows no compliance committee' },
    detail: { zh: '请自行审查决定。', en: 'Decide in the review.' },
  },
  'registration/no-waiver': {
    status: 409,
    title: { zh: '不能免予公示', en: 'The public notice is not waived' },
    detail: { zh: '原因见 errors。', en: 'The reason stands in errors.' },
  },
  'registration/own-application': {
    status: 409,
    title: { zh: '不得对自己的申请提出异议', en: 'Nobody objects to their own application' },
    detail: { zh: '如需撤回,请撤回申请。', en: 'Withdraw the application instead.' },
  },
  'registration/own-certificate': {
    status: 409,
    title: { zh: '不得对本机构的登记提出异议', en: 'Not against one’s own registration' },
    detail: {
      zh: '权利人和登记机构不是异议人;有误的登记请申请更正或变更。',
      en: 'Neither the holder nor the registrar objects; apply for a correction or a change instead.',
    },
  },
  'registration/certificate-ended': {
    status: 409,
    title: { zh: '登记尚未生效或已终止', en: 'The registration is not in effect yet, or has ended' },
    detail: { zh: '凭证 {number} 的状态为 {status}。', en: 'Certificate {number} is {status}.' },
  },
  'registration/already-objected': {
    status: 409,
    title: { zh: '已提出异议', en: 'There is an objection already' },
    detail: {
      zh: '贵机构对凭证 {number} 的异议尚在处理,请在其中补充。',
      en: 'Your objection to certificate {number} is still open; add to it there.',
    },
  },
  'registration/already-answered': {
    status: 409,
    title: { zh: '已答复', en: 'Already answered' },
    detail: { zh: '贵机构已对该结论作出答复。', en: 'Your organisation has answered this conclusion.' },
  },
  'registration/too-many-statements': {
    status: 409,
    title: { zh: '陈述已达上限', en: 'No more statements' },
    detail: { zh: '一件异议最多 {limit} 份陈述。', en: 'An objection takes {limit} statements at most.' },
  },
  'registration/restricted': {
    status: 409,
    title: { zh: '凭证受到限制', en: 'The certificate is restricted' },
    detail: {
      zh: '凭证 {number} 有司法保全或行政管制的记载,解除前不得因当事人合意而注销。',
      en: 'A court or an authority has restricted {number}: until that is lifted the parties’ consent cannot end it.',
    },
  },
  'registration/consent-needed': {
    status: 409,
    title: { zh: '须经权利人同意', en: 'The holder must consent first' },
    detail: {
      zh: '未经登记主体同意,不得向他人提供登记信息。',
      en: 'What was registered is not disclosed to others without the registrant’s consent.',
    },
  },
} as const satisfies Record<string, Problem>;
