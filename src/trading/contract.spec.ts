import { readable, type ContractDocument } from './contract.js';

const party = (name: string) => ({ id: `org_${name}`, name, uscc: '91440101DEM0000018' });
const contract: ContractDocument = {
  form: 'data-provision-contract',
  formVersion: 1,
  orderId: 'ord_1',
  number: 'ORD-2026-00000001',
  placedAt: '2026-03-02T02:00:00.000Z',
  venue: { id: 'ven_1', name: { zh: '演示交易所', en: 'Demonstration exchange' } },
  provider: party('provider'),
  recipient: party('recipient'),
  broker: null,
  subject: {
    listingId: 'lst_1',
    title: '演示数据集',
    productType: 'DATASET',
    resourceId: 'res_1',
    resourceName: '演示数据',
    sha256: 'a'.repeat(64),
    certificateNumber: 'SJ4412026030001',
  },
  licence: { exclusive: false, maxLicences: null, termMonths: 12, resale: false, purposes: '' },
  price: { amount: '10005', currency: 'CNY' },
  distributionSchemeId: null,
  delivery: { mode: 'FILE' },
  acceptance: { workingDays: 7, silentAcceptance: true, repeatedDeliveries: 2 },
};

it('says the same in both languages', () => {
  const { zh, en } = readable(contract);
  for (const text of [zh, en])
    for (const fact of [
      contract.number,
      'provider',
      'recipient',
      'a'.repeat(64),
      'SJ4412026030001',
      '100.05',
      '12',
      '7',
    ])
      expect(text).toContain(fact);
  expect(zh.split('\n')).toHaveLength(en.split('\n').length);
  expect([zh.includes('非独占'), en.includes('non-exclusive')]).toEqual([true, true]);
});

it.each([
  ['0', '0.00'],
  ['5', '0.05'],
  ['10', '0.10'],
  ['100', '1.00'],
  ['999999999999999', '9999999999999.99'],
])('writes %s fen as %s yuan', (amount, yuan) => {
  expect(readable({ ...contract, price: { amount, currency: 'CNY' } }).en).toContain(`CNY ${yuan}, paid into escrow`);
});

it('discloses the broker, the exclusive licence, the scheme, and that silence does not accept', () => {
  const { zh, en } = readable({
    ...contract,
    broker: party('broker'),
    licence: { ...contract.licence, exclusive: true, termMonths: null, resale: true, purposes: '风控' },
    distributionSchemeId: 'sch_1',
    acceptance: { ...contract.acceptance, silentAcceptance: false },
  });
  for (const part of ['broker', '独占使用许可,期限不限,可以转售;用途:风控', 'sch_1', '不视为验收合格'])
    expect(zh).toContain(part);
  for (const part of [
    'Broker, disclosed',
    ': exclusive licence to use, without end, resale allowed',
    'sch_1',
    'silence does not accept',
  ])
    expect(en).toContain(part);
});
