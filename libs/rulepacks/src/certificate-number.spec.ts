import fc from 'fast-check';
import { certificateNumber, industrySections, parseCertificateNumber, regions } from './index.js';

const parts = { region: '44', registrarDigit: '1', yearMonth: '202608', serial: 1 };

it('is written as annex 6 says', () => {
  expect(certificateNumber(parts)).toBe('SJ4412026080001');
  expect(certificateNumber({ ...parts, serial: 9999 })).toBe('SJ4412026089999');
});

it('says when the serials of a month are used up', () => {
  expect(() => certificateNumber({ ...parts, serial: 10_000 })).toThrow('the serial 10000 is not one of 1 to 9999');
});

it('reads back what it wrote', () => {
  const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
  const month = fc.tuple(digits(4), fc.integer({ min: 1, max: 12 })).map(([y, m]) => y + String(m).padStart(2, '0'));
  const numbers = fc.record({
    region: digits(2),
    registrarDigit: digits(1),
    yearMonth: month,
    serial: fc.integer({ min: 1, max: 9999 }),
  });
  fc.assert(
    fc.property(numbers, (number) => {
      const text = certificateNumber(number);
      expect(text).toHaveLength(15);
      expect(parseCertificateNumber(text)).toEqual(number);
    }),
  );
});

it.each([
  ['serial 0', { serial: 0 }],
  ['half a serial', { serial: 1.5 }],
  ['month 13', { yearMonth: '202613' }],
  ['month 00', { yearMonth: '202600' }],
  ['a region of three digits beside a short month', { region: '441', registrarDigit: '2', yearMonth: '02608' }],
  ['no registrar', { registrarDigit: '' }],
  ['letters', { region: 'GD' }],
])('refuses %s', (_name, change) => {
  expect(() => certificateNumber({ ...parts, ...change })).toThrow(RangeError);
});

it.each([
  '',
  'SJ4412026080000',
  'SJ4412026130001',
  'sj4412026080001',
  'SJ441202608001',
  'SJ44120260800011',
  ' SJ4412026080001',
  'SJ4412026080001\n',
])('does not read %j', (text) => expect(parseCertificateNumber(text)).toBeNull());

it('knows the regions of GB/T 2260 and the sections of GB/T 4754', () => {
  expect(Object.keys(regions)).toHaveLength(34);
  expect(Object.keys(regions).every((code) => /^[1-8]\d$/.test(code))).toBe(true);
  expect(regions['44']).toEqual({ zh: '广东省', en: 'Guangdong' });
  expect(Object.keys(industrySections).join('')).toBe('ABCDEFGHIJKLMNOPQRST');
  expect(industrySections['I']?.zh).toBe('信息传输、软件和信息技术服务业');
});
