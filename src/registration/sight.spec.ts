import type { FiledContent, Role } from '@app/sdk';
import { contentFor } from './sight.js';

const block = {
  kind: 'LEGAL_PERSON' as const,
  name: '演示企业',
  idNumber: '91440101DEM009999X',
  contact: '演示联系人',
  phone: '0755-12345678',
  address: '演示地址',
  operatingStatus: null,
};
const content = { scenario: '演示', applicants: [block] } as unknown as FiledContent;
const seenBy = (role: Role) => contentFor({ roles: [role] }, content).applicants;

it('shows a panel who applies, and nobody’s contacts', () => {
  const seen = seenBy('committeeExpert');
  expect(seen).toMatchObject([{ kind: block.kind, name: block.name }]);
  for (const hidden of ['idNumber', 'contact', 'phone', 'address'] as const)
    expect(JSON.stringify(seen)).not.toContain(block[hidden]);
});

it.each<Role>(['holder', 'registrarOfficer', 'registrarApprover', 'regulator', 'auditor'])(
  'shows a %s what was filed',
  (role) => {
    expect(seenBy(role)).toEqual([block]);
  },
);
