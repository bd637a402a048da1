import type { RulePackSource } from '../schema.js';

type Ground = RulePackSource['grounds'][number];
const ground = (code: string, kinds: Ground['kinds'], zh: string, en: string, source: string): Ground => ({
  code,
  kinds,
  text: { zh, en },
  source,
});

export const grounds: RulePackSource['grounds'] = [
  // The paragraphs on acceptance and formal review were read for their times only; without a ground no such decision could be given.
  ground(
    'B-N1',
    ['CORRECTION', 'NOT_ACCEPT'],
    '申请材料错误、不齐全或者不符合要求',
    'The material is wrong, incomplete or not as required',
    'PROP',
  ),
  ground('B-R1', ['REFUSE', 'TERMINATE'], '形式审核未通过', 'The formal review is not passed', 'PROP'),
  ground('B-T1', ['TERMINATE'], '公示期异议成立，终止登记', 'An objection during the notice was upheld', 'N2 §12'),
  ground('B-K1', ['RECTIFY'], '登记记载的信息有误', 'What is recorded is wrong', 'N2 §9(3)'),
  ground('B-C1', ['CANCEL'], '数据资源不可复原或者灭失', 'The data cannot be recovered, or is lost', 'N2 §9(4)'),
  ground(
    'B-C2',
    ['CANCEL'],
    '登记主体放弃相关权益或者权益期限届满',
    'The registrant waives its right, or the right has expired',
    'N2 §9(4)',
  ),
  ground(
    'B-C3',
    ['CANCEL'],
    '登记主体解散、被撤销、被宣告破产等而终止',
    'The registrant is dissolved, revoked or bankrupt',
    'N2 §9(4)',
  ),
  ground('B-C4', ['CANCEL'], '法律法规规定的其他注销情形', 'Another law requires it', 'N2 §9(4)'),
  ground(
    'B-C5',
    ['CANCEL'],
    '有效期届满未续展，由登记机构注销',
    'The validity ended without renewal; the registrar cancels',
    'N2 §15',
  ),
  ground('B-V1', ['REVOKE'], '隐瞒事实或者提供虚假材料', 'Facts were concealed or false material was given', 'N2 §20'),
  ground('B-V2', ['REVOKE'], '篡改、伪造登记结果', 'The result was tampered with or forged', 'N2 §20'),
  ground('B-V3', ['REVOKE'], '非法使用登记结果', 'The result is used unlawfully', 'N2 §20'),
  ground('B-V4', ['REVOKE'], '其他应当撤销的情形', 'Another reason to revoke', 'N2 §20'),
];
