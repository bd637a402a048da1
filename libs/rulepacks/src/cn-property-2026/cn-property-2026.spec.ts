import {
  deadline,
  field,
  ground,
  months,
  parseCertificateNumber,
  rulePack,
  workingDays,
  type RulePackError,
  type RulePackErrorCode,
} from '../index.js';

const pack = rulePack('CN-PROPERTY-2026');
const code = (act: () => unknown): RulePackErrorCode | undefined => {
  try {
    act();
  } catch (error) {
    return (error as RulePackError).code;
  }
  return undefined;
};

describe('CN-PROPERTY-2026', () => {
  it('has exactly the deadlines of the guideline', () => {
    const lengths = Object.entries(pack.deadlines).map(([id, rule]) => {
      if (rule.kind === 'ANNUAL') return `${id} ${rule.month}-${rule.day} ${rule.onExpiry} ${rule.source}`;
      if (rule.kind === 'WINDOW')
        return `${id} -${rule.opens.count} ${rule.opens.unit} -${rule.closes.count} ${rule.closes.unit} ${rule.onExpiry} ${rule.source}`;
      if (rule.kind === 'UNPUBLISHED') return `${id} unpublished`;
      return `${id} ${rule.bound} ${rule.length.count} ${rule.length.unit} ${rule.direction} ${rule.start} ${rule.onExpiry} ${rule.source}`;
    });
    expect(lengths).toEqual([
      'A-ACCEPT WITHIN 3 wd AFTER SUBMISSION ACCEPT N1 §17',
      'A-CORRECT WITHIN null wd AFTER CORRECTION_REQUEST LAPSE N1 §17(1)',
      'A-REVIEW WITHIN 10 wd AFTER ACCEPTANCE ALERT N1 §28',
      'A-EXTEND AT_MOST 10 wd AFTER REVIEW_DUE ALERT N1 §28',
      'A-SUPPLEMENT WITHIN null wd AFTER SUPPLEMENT_REQUEST ALERT N1 §18',
      'A-COMMITTEE WITHIN 5 wd AFTER REFERRAL ALERT PROP',
      'A-NOTICE WITHIN 5 wd AFTER PUBLICATION CONTINUE N1 §24',
      'A-OBJ-NOTICE WITHIN 10 wd AFTER OBJECTION ALERT N1 §25',
      'A-OBJ-POST WITHIN 5 wd AFTER OBJECTION ALERT N1 §29',
      'A-VALID AT_MOST 5 year AFTER EVIDENCE EXPIRE N1 §26',
      'A-RENEW -6 month -1 day CLOSE N1 §36',
      'A-REG-CHANGE AT_LEAST 5 wd BEFORE CHANGE ALERT N1 §12',
      'A-REG-CHANGE-UPDATE WITHIN 5 wd AFTER CHANGE_CONFIRMED ALERT N1 §12',
      'A-EXIT AT_LEAST 6 month BEFORE EXIT ALERT N1 §13',
      'A-EXIT-DECISION WITHIN 20 wd AFTER EXIT_REPORT ALERT N1 §13',
      'A-EXIT-REPORT WITHIN 5 wd AFTER EXIT_APPROVAL ALERT N1 §13',
      'A-ANNUAL 3-31 ALERT N1 §11',
      'A-ANNUAL-ASSESSMENT 4-30 ALERT N1 §11',
    ]);
  });

  it('stops the review clock, and only that one', () => {
    const pausing = Object.entries(pack.deadlines).filter(
      ([, rule]) => rule.kind === 'PERIOD' && rule.pausedBy.length > 0,
    );
    expect(pausing.map(([id, rule]) => [id, rule.kind === 'PERIOD' && rule.pausedBy])).toEqual([
      ['A-REVIEW', ['SUPPLEMENT', 'NOTICE', 'OBJECTION']],
    ]);
  });

  it('answers in working days and months', () => {
    expect(['A-ACCEPT', 'A-REVIEW', 'A-NOTICE'].map((id) => workingDays(pack, id))).toEqual([3, 10, 5]);
    expect(['A-VALID', 'A-EXIT'].map((id) => months(pack, id))).toEqual([60, 6]);
    expect(code(() => workingDays(pack, 'A-CORRECT'))).toBe('not-published');
    expect(code(() => workingDays(pack, 'A-VALID'))).toBe('not-published');
    expect(code(() => months(pack, 'A-ACCEPT'))).toBe('not-published');
    expect(code(() => months(pack, 'A-RENEW'))).toBe('not-published');
    expect(code(() => deadline(pack, 'A-NOTHING'))).toBe('unknown-deadline');
    expect(code(() => deadline(pack, 'toString'))).toBe('unknown-deadline');
  });

  it('has exactly the grounds of the guideline', () => {
    expect(pack.grounds.map(({ code, kinds, source }) => `${code} ${kinds.join('+')} ${source}`)).toEqual([
      'A-R1 REFUSE N1 §22(1)',
      'A-R2 REFUSE N1 §22(2)',
      'A-R3 REFUSE N1 §22(3)',
      'A-R4 REFUSE N1 §22(4)',
      'A-R5 REFUSE N1 §22(5)',
      'A-R6 REFUSE N1 §15(1)',
      'A-R7 RETURN N1 §15(2)',
      'A-N1 CORRECTION+NOT_ACCEPT N1 §17(1)',
      'A-T1 TERMINATE N1 §18',
      'A-O1 REFUSE N1 §25',
      'A-C1 CANCEL N1 §37(1)',
      'A-C2 CANCEL N1 §37(2)',
      'A-C3 CANCEL N1 §37(3)',
      'A-C4 CANCEL N1 §37(4)',
      'A-X1 LAPSE N1 §36',
      'A-L1 RECTIFY+CANCEL N1 §38',
    ]);
  });

  it('gives a ground only for its kind of decision', () => {
    expect(ground(pack, 'A-R3', 'REFUSE').text.zh).toMatch('权属纠纷');
    expect(code(() => ground(pack, 'A-R3', 'CANCEL'))).toBe('wrong-ground-kind');
    expect(code(() => ground(pack, 'B-V1', 'REVOKE'))).toBe('unknown-ground');
  });

  it('limits name and abstract, and offers the codes of the form', () => {
    expect(field(pack, 'data.name').maxLength).toBe(40);
    expect(field(pack, 'data.abstract').maxLength).toBe(400);
    expect(field(pack, 'data.source').options?.map(({ value }) => value)).toEqual([
      'COLLECTED',
      'CRAWLED_PUBLIC',
      'CONTRACT',
      'DERIVED',
    ]);
    expect(field(pack, 'data.region').options).toHaveLength(6);
    expect(field(pack, 'data.updateFrequency').options).toHaveLength(7);
    expect(code(() => field(pack, 'data.price'))).toBe('unknown-field');
  });

  it('asks for the materials of every type', () => {
    expect(Object.fromEntries(pack.types.map(({ id, materials }) => [id, materials]))).toEqual({
      INITIAL: ['form', 'identity', 'acquisition', 'sample', 'description', 'rights-proof', 'agent'],
      TRANSFER: ['form', 'contract', 'certificate', 'agent'],
      CHANGE: ['form', 'certificate', 'change-proof', 'agent'],
      RENEWAL: ['form', 'certificate', 'agent'],
      CANCELLATION: ['form', 'certificate', 'further', 'agent'],
    });
    expect(pack.types.find(({ id }) => id === 'INITIAL')?.fields).toHaveLength(7 + 11 + 1);
    expect(pack.types.find(({ id }) => id === 'CHANGE')?.fields).not.toContain('data.source');
  });

  it('publishes what §24 says, may waive on request, and refuses when an objection is upheld', () => {
    expect(pack.noticePolicy.contents?.map(({ id }) => id)).toEqual([
      'applicant',
      'data.name',
      'data.abstract',
      'data.restrictions',
    ]);
    expect(pack.noticePolicy.waiver).toMatchObject({ allowed: true, needsReason: true });
    expect(ground(pack, pack.noticePolicy.objection.ifUpheld!, 'REFUSE').source).toBe('N1 §25');
  });

  it('asks questions about the way the data was obtained only where they fit', () => {
    const sources = new Set(field(pack, 'data.source').options?.map(({ value }) => value));
    const asked = pack.reviewChecklist.flatMap(({ appliesTo }) => appliesTo ?? []);
    expect(new Set(asked)).toEqual(sources);
    expect(pack.reviewChecklist).toHaveLength(18);
  });

  it('shows a number that fits its own pattern', () => {
    const { pattern, example, parts, length } = pack.numbering;
    expect(example).toMatch(new RegExp(pattern!));
    expect(parseCertificateNumber(example!)).toMatchObject({ region: '44', serial: 1 });
    expect(parts.reduce((sum, part) => sum + part.length, 0)).toBe(length);
    for (const wrong of ['SJ4412026080000', 'SJ4412026130001', 'SJ441202608001', 'SZ4412026080001'])
      expect(wrong).not.toMatch(new RegExp(pattern!));
  });

  it('keeps registration material at least as long as the guideline wants', () => {
    expect(pack.retention.registrationYears).toBe(20);
    expect(pack.retention.platform.registrationYears).toBeGreaterThanOrEqual(20);
  });

  it('cites N1 or says that a rule is a choice of the platform', () => {
    const cited = JSON.stringify(pack).match(/"source":"[^"]+"/g) ?? [];
    expect(cited.length).toBeGreaterThan(100);
    for (const source of cited)
      expect(source).toMatch(
        /^"source":"(N1 (§\d+(\(\d\))?|annex [1-6])|PROP)(; (N1 (§\d+(\(\d\))?|annex [1-6])|PROP))*"$/,
      );
  });
});
