import type { ApplicantBlock, OrganisationView } from '@app/sdk';

/** An organisation's block in the form of an application. Who stands in it is a role, and the number nobody's. */
export const blockOf = ({ name, uscc }: Pick<OrganisationView, 'name' | 'uscc'>): ApplicantBlock => ({
  kind: 'LEGAL_PERSON',
  name,
  idNumber: uscc,
  contact: '数据资产管理部 Data asset department',
  phone: '020-00000000',
  address: '演示地址 Demonstration address',
  operatingStatus: {
    legalRepresentative: '演示法定代表人 Demonstration legal representative',
    registeredOn: '2020-01-01',
    registeredAddress: '演示地址 Demonstration address',
    term: '长期 Indefinite',
    scope: '数据处理和存储支持服务 Data processing and storage',
    existence: '存续 Existing',
  },
});
