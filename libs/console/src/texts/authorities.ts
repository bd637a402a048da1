type Texts = Record<string, readonly [zh: string, en: string]>;

/** The texts of letters of authority: Chinese, English. */
export const authoritiesScreen = {
  authorities: ['授权委托', 'Authorities'],
  authoritiesAbout: [
    '授权其他机构代理登记事项：范围、期限、委托书；可随时撤销。',
    'Have another organisation act before registrars: scope, term, letter; revocable at any time.',
  ],
  grantAuthority: ['授权代理', 'Grant an authority'],
  noAuthority: ['没有授权委托', 'No authority'],
  downloadLetter: ['下载委托书', 'Download the letter'],
  allData: ['全部数据资源', 'All data'],
  inForce: ['生效中', 'In force'],
  notInForce: ['未生效', 'Not in force'],
} as const satisfies Texts;

export const authoritiesDomain = {
  acceptAuthority: ['接受委托', 'Accept'],
  declineAuthority: ['谢绝委托', 'Decline'],
  revokeAuthority: ['撤销委托', 'Revoke'],
  renounceAuthority: ['辞去委托', 'Renounce'],
  RENOUNCED: ['代理人已辞去', 'Renounced'],
  'authority.PROPOSED': ['待代理人接受', 'Waits for the agent'],
} as const satisfies Texts;

export const authoritiesFields = {
  agentId: ['代理人', 'Agent'],
  'agentId?': ['登记机构与行政机关不得担任代理人', 'Neither a registrar nor a government body'],
  agents: ['代理人', 'Agents'],
  acts: ['代理事项', 'Acts'],
  'acts?': [
    '申报数据、转授权、同意他人查询复制不得代理',
    'Declaring data, passing authority on, and consenting to copies for others stay with the principal',
  ],
  resourceIds: ['限于数据资源', 'Limited to data'],
  letter: ['授权委托书', 'Letter of authority'],
  'letter.fileId': ['盖章的委托书', 'The sealed letter'],
  'letter.sha256': ['文件哈希（可不填）', 'Hash of the file (may stay empty)'],
  onBehalfOf: ['代理的委托人', 'Acting for'],
  'onBehalfOf?': ['代理人填写；为本机构办理时不填', 'For agents; empty for one’s own organisation'],
  answeredBy: ['答复人', 'Answered by'],
  grantedBy: ['授权人', 'Granted by'],
  remaining: ['剩余时间', 'Remaining'],
} as const satisfies Texts;
