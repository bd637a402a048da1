import { canonicalJson, sha256Hex } from '@app/signing';
import { newId } from '../../src/platform/id.js';
import { ApplicationRegistered } from '../../src/registration/application-events.js';

export const registrarId = newId('org');
/** What registration reports of an application that ended with a registration. */
export const registered = (at = '2026-08-03T02:00:00.000Z', digit = '1'): ApplicationRegistered => {
  const evidence = canonicalJson({ at });
  return new ApplicationRegistered({
    applicationId: newId('app'),
    evidenceAt: at,
    validFrom: at,
    validTo: at.replace(/^\d{4}/, (year) => String(Number(year) + 5)),
    regime: 'CN-PROPERTY-2026',
    rulePack: 'CN-PROPERTY-2026@1.0.0',
    registrarId,
    registrarDigit: digit,
    regionCode2: '44',
    holder: { organisationId: newId('org'), name: '演示 <b>持有方</b>', uscc: '91350100M000100Y43' },
    resource: { id: newId('res'), name: '演示数据', abstract: '摘要' } as ApplicationRegistered['resource'],
    rights: [
      { right: 'HOLD', termYears: null, limits: '无' },
      { right: 'OPERATE', termYears: null, limits: '无' },
    ],
    restriction: '无',
    scenario: '分析',
    remarks: [],
    evidence,
    evidenceHash: sha256Hex(evidence),
  });
};
