import { rulePacks } from '@app/rulepacks';
import {
  mediaKinds,
  regionLevels,
  rightKinds,
  sourceKinds,
  structures,
  updateFrequencies,
  type CertificateView,
} from '@app/sdk';
import { linesOf, say, sayBoth, titleOf } from './certificate-text.js';

const data = {
  name: '演示数据',
  abstract: '演示',
  industry: { section: 'I', text: '软件和信息技术服务业' },
  sourceKind: 'COLLECTED',
  regionLevel: 'PROVINCE',
  regionText: '广东省',
  timeFrom: '2025-01-01',
  timeTo: '2025-12-31',
  updateFrequency: 'YEARLY',
  form: { media: ['TABLE'], structure: 'STRUCTURED' },
  rows: 3,
  bytes: 9,
};
const certificate = (changes: object = {}, rights: object[] = []): CertificateView =>
  ({
    validFrom: '2026-12-04T16:01:00.496Z',
    validTo: '2031-12-04T16:01:00.496Z',
    subject: {
      holder: { name: '甲', uscc: 'X' },
      data: { ...data, ...changes },
      rights,
      restriction: '无',
      scenario: '演示',
      remarks: [],
      evidence: { at: '2026-12-04T16:01:00.496Z', sha256: 'a'.repeat(64) },
    },
  }) as unknown as CertificateView;
const said = (of: CertificateView) => linesOf(of).map(({ value }) => sayBoth(value));

it.each([
  ['sourceKind', sourceKinds],
  ['regionLevel', regionLevels],
  ['updateFrequency', updateFrequencies],
] as const)('says %s in words of the form, never as a code', (field, values) => {
  for (const value of values) {
    const found = said(certificate({ [field]: value }));
    expect(found.join('\n')).not.toContain(value);
    expect(new Set(found)).not.toEqual(new Set(said(certificate({ [field]: undefined }))));
  }
});

it('says every form and right in words', () => {
  for (const structure of structures) {
    const text = said(certificate({ form: { media: mediaKinds, structure } })).join('\n');
    for (const code of [...mediaKinds, structure]) expect(text).not.toMatch(new RegExp(`\\b${code}\\b`));
  }
  const rights = rightKinds.map((right, i) => ({ right, termYears: i || null, limits: i === 2 ? '限境内' : '' }));
  const value = linesOf(certificate({}, rights)).find(({ name }) => name.zh === '权利')!.value;
  expect(say(value, 'zh-CN')).toBe('持有权; 使用权 (1 年); 经营权 (2 年; 限境内)');
  expect(say(value, 'en')).toBe('hold; use (1 year); operate (2 years; 限境内)');
  expect(sayBoth(value)).toBe('持有权 hold; 使用权 use (1 年 1 year); 经营权 operate (2 年 2 years; 限境内)');
});

it('says its term in days of Shanghai, and leaves no row without a value', () => {
  const lines = linesOf(certificate());
  expect(lines.find(({ name }) => name.zh === '有效期')!.value).toEqual(['2026-12-05 – 2031-12-05']);
  for (const { name, value } of lines) for (const text of [name.zh, name.en, sayBoth(value)]) expect(text).toBeTruthy();
  expect(lines.map(({ value }) => sayBoth(value)).join('\n')).not.toMatch(/undefined|null|\[object/);
});

it('a certificate is called by its regime', () => {
  expect(rulePacks.map((pack) => titleOf(pack).zh)).toContain('数据产权登记凭证');
  expect(new Set(rulePacks.map((pack) => titleOf(pack).zh)).size).toBe(rulePacks.length);
});
