import { checkRights, rightsAllowed, rulePack } from './index.js';

const pack = rulePack('CN-PROPERTY-2026');

describe('the table of rights', () => {
  it.each([
    ['SELF_GENERATED', 'yes', 'yes', 'yes'],
    ['CONTRACTED_COLLECTION', 'yes', 'yes', 'yes'],
    ['NATURAL_PERSON', 'yes', 'yes', 'yes'],
    ['AUTOMATED_PUBLIC', 'yes', 'yes', 'no'],
    ['AUTOMATED_PUBLIC_PRODUCT', 'yes', 'yes', 'yes'],
    ['FUSED_BY_CONTRACT', 'by-contract', 'by-contract', 'by-contract'],
    ['FUSED_SILENT', 'yes', 'yes', 'consent-of-others'],
    ['DERIVED', 'yes', 'yes', 'yes'],
    ['ENTRUSTED_PROCESSOR', 'no', 'no', 'no'],
    ['GOVERNMENT_DUTY', 'no', 'no', 'no'],
    ['AUTHORISED_OPERATION_PRODUCT', 'by-contract', 'by-contract', 'by-contract'],
    ['UTILITY', 'yes', 'yes', 'yes'],
  ])('%s: hold %s, use %s, operate %s', (situation, HOLD, USE, OPERATE) => {
    expect(rightsAllowed(pack, situation)).toEqual({ HOLD, USE, OPERATE });
  });

  it('lists no other situation', () => {
    expect(pack.rights).toHaveLength(12);
    expect(() => rightsAllowed(pack, 'ANYTHING')).toThrow(expect.objectContaining({ code: 'unknown-situation' }));
  });

  const allowed = (...claim: Parameters<typeof checkRights>[1][]) => claim.map((one) => checkRights(pack, one).allowed);

  it('never lets raw public data be operated', () => {
    const situation = 'AUTOMATED_PUBLIC';
    expect(
      allowed(
        { situation, rights: ['HOLD', 'USE'] },
        { situation, rights: ['OPERATE'] },
        { situation, rights: ['HOLD', 'OPERATE'], contractRights: ['OPERATE'], consentOfOthers: true },
      ),
    ).toEqual([true, false, false]);
  });

  it('needs the consent of all others to operate fused data when the contract is silent', () => {
    const situation = 'FUSED_SILENT';
    expect(
      allowed(
        { situation, rights: ['HOLD', 'USE'] },
        { situation, rights: ['OPERATE'], contractRights: ['OPERATE'] },
        { situation, rights: ['OPERATE'], consentOfOthers: true },
      ),
    ).toEqual([true, false, true]);
  });

  it('follows the contract right by right', () => {
    const situation = 'FUSED_BY_CONTRACT';
    const check = checkRights(pack, { situation, rights: ['USE', 'OPERATE'], contractRights: ['USE'] });
    expect(check.findings.map(({ right, allowed }) => [right, allowed])).toEqual([
      ['USE', true],
      ['OPERATE', false],
    ]);
    expect(check.allowed).toBe(false);
  });

  it('gives an entrusted processor nothing without law or contract', () => {
    const situation = 'ENTRUSTED_PROCESSOR';
    expect(
      allowed(
        { situation, rights: ['HOLD'] },
        { situation, rights: ['HOLD'], contractRights: ['HOLD'] },
        { situation, rights: ['HOLD', 'USE'], contractRights: ['HOLD'] },
      ),
    ).toEqual([false, true, false]);
  });

  it('bars government duty data, and public products until the public platform has them', () => {
    const duty = checkRights(pack, { situation: 'GOVERNMENT_DUTY', rights: ['HOLD'], contractRights: ['HOLD'] });
    expect([duty.allowed, duty.ground]).toEqual([false, 'A-R6']);
    const product = {
      situation: 'AUTHORISED_OPERATION_PRODUCT',
      rights: ['OPERATE'],
      contractRights: ['OPERATE'],
    } as const;
    expect(checkRights(pack, product)).toMatchObject({ allowed: false, ground: 'A-R7' });
    expect(checkRights(pack, { ...product, publicPlatformRegistration: true })).toMatchObject({
      allowed: true,
      ground: null,
    });
  });

  it('explains every answer in both languages with its paragraph', () => {
    const [operate] = checkRights(pack, { situation: 'AUTOMATED_PUBLIC', rights: ['OPERATE'] }).findings;
    expect(operate?.text.zh).toMatch(/^经营权不可登记：.*公开数据；该情形不可登记此项权利$/);
    expect(operate?.text.en).toMatch(
      /^The right to operate may not be registered\. Public data .*: this right is closed/,
    );
    expect(operate?.source).toBe('N1 §21(4)');
  });

  it('answers once for a right that is claimed twice', () => {
    expect(checkRights(pack, { situation: 'DERIVED', rights: ['USE', 'USE'] }).findings).toHaveLength(1);
  });

  it('a claim of nothing is no claim', () => {
    expect(allowed({ situation: 'SELF_GENERATED', rights: [] })).toEqual([false]);
  });
});
