import { fitnessFaults, months, rulePack, rulePacks, workingDays, type RulePack } from './index.js';

const publicData = rulePack('CN-PUBLIC-2025');
const guangdong = rulePack('GD-COMPLIANCE-2023-DRAFT');
const shenzhen = rulePack('SZ-PROPERTY-2023');

const deadlinesOf = (pack: RulePack): string[] =>
  Object.entries(pack.deadlines).map(([id, rule]) => {
    if (rule.kind === 'UNPUBLISHED') return `${id} unpublished ${rule.source}`;
    if (rule.kind === 'ANNUAL') return `${id} ${rule.month}-${rule.day} ${rule.source}`;
    if (rule.kind === 'WINDOW')
      return `${id} -${rule.opens.count} ${rule.opens.unit} -${rule.closes.count} ${rule.closes.unit} ${rule.onExpiry} ${rule.source}`;
    return `${id} ${rule.bound} ${rule.length.count} ${rule.length.unit} ${rule.start} ${rule.onExpiry} ${rule.source}`;
  });
const typesOf = (pack: RulePack): string[] => pack.types.map(({ id, name }) => `${id} ${name.zh}`);

it('ships the four regimes, each once, and what is in force can be run', () => {
  expect(rulePacks.map(({ id, version, regime, status }) => [id, version, regime, status])).toEqual([
    ['CN-PROPERTY-2026', '1.0.0', 'A', 'IN_FORCE'],
    ['CN-PUBLIC-2025', '1.0.0', 'B', 'IN_FORCE'],
    ['GD-COMPLIANCE-2023-DRAFT', '0.1.0', 'C', 'DRAFT'],
    ['SZ-PROPERTY-2023', '1.0.0', 'D', 'LAPSED'],
  ]);
  expect(rulePacks.flatMap(fitnessFaults)).toEqual([]);
});

it.each(rulePacks.map((pack) => [pack.id, pack] as const))('%s cites a source beside every rule', (_id, pack) => {
  const keys = Object.keys(pack.sources).join('|');
  const cited = JSON.stringify(pack).match(/"source":"[^"]+"/g) ?? [];
  expect(cited.length).toBeGreaterThan(10);
  const one = `(?:(?:${keys})(?: (?:§\\d+(?:\\(\\d\\))?|annex \\d))?|PROP|INF)`;
  for (const source of cited) expect(source).toMatch(new RegExp(`^"source":"${one}(?:; ${one})*"$`));
  for (const list of [pack.types, pack.grounds, pack.remarks, pack.reviewChecklist, Object.values(pack.deadlines)])
    for (const rule of list) expect(rule.source).toBeTruthy();
});

describe('CN-PUBLIC-2025', () => {
  it('has exactly the times of the measures', () => {
    expect(deadlinesOf(publicData)).toEqual([
      'B-ACCEPT WITHIN 3 wd SUBMISSION ALERT N2 §10',
      'B-CORRECT WITHIN null wd CORRECTION_REQUEST LAPSE PROP',
      'B-REVIEW WITHIN 20 wd ACCEPTANCE ALERT N2 §11',
      'B-SUPPLEMENT WITHIN null wd SUPPLEMENT_REQUEST ALERT PROP',
      'B-NOTICE WITHIN 10 wd PUBLICATION CONTINUE N2 §12',
      'B-OBJ-NOTICE unpublished N2 §12',
      'B-VALID AT_MOST 3 year CODING CANCEL N2 §15',
      'B-RENEW -60 day -0 day CLOSE N2 §15',
      'B-RENEWED AT_MOST 3 year EXPIRY CANCEL N2 §15',
      'B-CANCEL WITHIN 10 wd CANCELLATION_ACCEPTANCE ALERT N2 §9',
      'B-FIRST WITHIN 20 wd SUPPLY ALERT N2 §9',
      'B-FIRST-RUNNING WITHIN 30 wd EFFECT ALERT N2',
    ]);
    expect(['B-ACCEPT', 'B-REVIEW', 'B-NOTICE'].map((id) => workingDays(publicData, id))).toEqual([3, 20, 10]);
    expect(months(publicData, 'B-VALID')).toBe(36);
    expect([publicData.effectiveFrom, publicData.effectiveTo]).toEqual(['2025-03-01', '2030-02-28']);
  });

  it('does not accept by silence, unlike the property guideline', () => {
    const silent = (pack: RulePack) =>
      Object.values(pack.deadlines).some((rule) => rule.kind === 'PERIOD' && rule.onExpiry === 'ACCEPT');
    expect([silent(rulePack('CN-PROPERTY-2026')), silent(publicData)]).toEqual([true, false]);
  });

  it('has its types and grounds', () => {
    expect(typesOf(publicData)).toEqual([
      'INITIAL 首次登记',
      'CHANGE 变更登记',
      'CORRECTION 更正登记',
      'CANCELLATION 注销登记',
      'RENEWAL 续展',
      'REVOCATION 撤销登记',
    ]);
    expect(publicData.types.find(({ id }) => id === 'REVOCATION')?.appliesBy).toBe('REGISTRAR');
    expect(publicData.grounds.map(({ code, kinds, source }) => `${code} ${kinds.join('+')} ${source}`)).toEqual([
      'B-N1 CORRECTION+NOT_ACCEPT PROP',
      'B-R1 REFUSE+TERMINATE PROP',
      'B-T1 TERMINATE N2 §12',
      'B-K1 RECTIFY N2 §9(3)',
      'B-C1 CANCEL N2 §9(4)',
      'B-C2 CANCEL N2 §9(4)',
      'B-C3 CANCEL N2 §9(4)',
      'B-C4 CANCEL N2 §9(4)',
      'B-C5 CANCEL N2 §15',
      'B-V1 REVOKE N2 §20',
      'B-V2 REVOKE N2 §20',
      'B-V3 REVOKE N2 §20',
      'B-V4 REVOKE N2 §20',
    ]);
  });

  it('wants evidence, a scenario and a risk assessment before the first application', () => {
    const first = publicData.types[0]!;
    expect(first.prerequisites?.map(({ kind, source }) => `${kind} ${source}`)).toEqual([
      'EVIDENCE_STORED N2 §7',
      'SCENARIO N2 §9',
      'RISK_ASSESSMENT N2 §9',
    ]);
    expect(first.materials).toEqual([
      'subject',
      'source',
      'resource',
      'evidence',
      'product',
      'scenario',
      'risk-assessment',
    ]);
    expect(Object.values(publicData.materials).every(({ required }) => required === 'ALWAYS')).toBe(true);
  });

  it('ends with the operation agreement, or is cancelled when it is not renewed; an upheld objection terminates', () => {
    expect(publicData.validityPolicy).toMatchObject({
      from: 'CODING',
      cappedByAgreement: true,
      renewal: { window: 'B-RENEW', validity: 'B-RENEWED', ifMissed: 'B-C5' },
    });
    expect(publicData.noticePolicy.objection.ifUpheld).toBe('B-T1');
    expect(publicData.noticePolicy.contents?.map(({ id }) => id)).toEqual([
      'applicant',
      'type',
      'data.name',
      'data.abstract',
    ]);
    expect(publicData.duties?.map(({ deadline }) => deadline)).toEqual(['B-FIRST', 'B-FIRST-RUNNING']);
  });

  it('does not know the coding of the query code', () => {
    expect(publicData.numbering).toMatchObject({
      kind: 'QUERY_CODE',
      length: null,
      pattern: null,
      parts: [],
      example: null,
    });
  });
});

describe.each([
  ['GD-COMPLIANCE-2023-DRAFT', guangdong, 'C'],
  ['SZ-PROPERTY-2023', shenzhen, 'D'],
] as const)('%s', (_id, pack, letter) => {
  it('states no time, no validity and no form that was not read', () => {
    const names = ['ACCEPT', 'REVIEW', 'NOTICE', 'OBJ-NOTICE', 'VALID', 'RENEW'];
    const wanted = names.map((name) => `${letter}-${name}`);
    expect(Object.keys(pack.deadlines)).toEqual(expect.arrayContaining(wanted));
    expect(Object.values(pack.deadlines).map(({ kind }) => kind)).toEqual(
      Object.keys(pack.deadlines).map(() => 'UNPUBLISHED'),
    );
    expect(pack.validityPolicy.from).toBeNull();
    expect(pack.noticePolicy).toMatchObject({ publisher: null, contents: null, objection: { requires: null } });
    expect(pack.types.flatMap(({ materials, fields }) => [materials, fields])).toEqual(
      pack.types.flatMap(() => [null, null]),
    );
    expect(pack.numbering.pattern).toBeNull();
    expect([pack.rights, pack.fields, pack.materials]).toEqual([null, {}, {}]);
  });
});

it('GD-COMPLIANCE-2023-DRAFT is a draft that the committee always reviews', () => {
  expect(guangdong).toMatchObject({ status: 'DRAFT', effectiveFrom: null, effectiveTo: null });
  expect(typesOf(guangdong)).toEqual([
    'INITIAL 首次登记',
    'CHANGE 变动登记',
    'CANCELLATION 注销登记',
    'REVOCATION 撤销登记',
  ]);
  expect(guangdong.committeePolicy).toMatchObject({ mode: 'ALWAYS', panel: { atLeast: 5, odd: true, quorum: '2/3' } });
  expect(guangdong.grounds).toEqual([]);
  expect(guangdong.retention.registrationYears).toBeNull();
});

it('SZ-PROPERTY-2023 has lapsed, which is inferred and says so', () => {
  expect(shenzhen).toMatchObject({ status: 'LAPSED', effectiveFrom: '2023-07-01', effectiveTo: '2026-06-30' });
  const effects = shenzhen.particulars?.filter(({ topic }) => topic === 'EFFECT').map(({ source }) => source);
  expect(effects).toEqual(['Z1', 'INF']);
  expect(typesOf(shenzhen)).toEqual([
    'INITIAL 首次登记',
    'LICENCE 许可登记',
    'TRANSFER 转移登记',
    'CHANGE 变更登记',
    'CANCELLATION 注销登记',
  ]);
  expect(shenzhen.grounds.map(({ code, kinds, source }) => `${code} ${kinds.join('+')} ${source}`)).toEqual([
    'D-R1 REFUSE Z1',
    'D-R2 REFUSE Z1',
    'D-R3 REFUSE Z1',
    'D-R4 REFUSE Z1',
  ]);
  expect(shenzhen.retention.registrationYears).toBe(30);
  const { parts, example } = shenzhen.numbering;
  expect(parts.reduce((sum, { length }) => sum + length, 0)).toBe(example?.length);
});
