import { addMonths } from '@app/calendar';
import { checkRights, field, rulePack } from '@app/rulepacks';
import {
  mediaKinds,
  regionLevels,
  sourceKinds,
  structures,
  updateFrequencies,
  type DeclareResourceBody,
  type QualityReport,
} from '@app/sdk';
import fc from 'fast-check';
import { validity } from './application-rules.js';
import { DataResource } from './data-resource.js';

const pack = rulePack('CN-PROPERTY-2026');

describe('the rules of the pack', () => {
  it('validity runs from the evidence to the same clock time, at most five years later (INV-04)', () => {
    const instants = fc.date({ min: new Date('2026-07-01'), max: new Date('2090-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 100 }), (evidenceAt, years) => {
        const { validFrom, validTo } = validity(pack, evidenceAt, years);
        expect(validFrom).toEqual(evidenceAt);
        expect(validTo > validFrom).toBe(true);
        expect(validTo <= addMonths(evidenceAt, 60)).toBe(true);
        expect(validTo).toEqual(addMonths(evidenceAt, 12 * Math.min(years, 5)));
        expect(validTo.getTime() % 86_400_000).toBe(evidenceAt.getTime() % 86_400_000);
      }),
    );
  });

  it('the forms offer what the pack offers', () => {
    const options = (id: string) => field(pack, id).options?.map(({ value }) => value);
    expect(options('data.source')).toEqual([...sourceKinds]);
    expect(options('data.region')).toEqual([...regionLevels]);
    expect(options('data.updateFrequency')).toEqual([...updateFrequencies]);
    expect(options('data.media')).toEqual([...mediaKinds]);
    expect(options('data.structure')).toEqual([...structures]);
  });

  it('gathered data never carries the right to operate, however it is declared (INV-09)', () => {
    for (const { situation } of pack.rights!) {
      const gathered = { sourceKind: 'CRAWLED_PUBLIC', rightsSituation: situation } as DeclareResourceBody;
      const declare = () =>
        DataResource.declare(gathered, {} as QualityReport, { id: 'per', orgId: 'org' }, new Date());
      if (['AUTOMATED_PUBLIC', 'AUTOMATED_PUBLIC_PRODUCT'].includes(situation)) expect(declare).not.toThrow();
      else expect(declare).toThrow(expect.objectContaining({ code: 'invalid-request' }) as Error);
    }
    expect(checkRights(pack, { situation: 'AUTOMATED_PUBLIC', rights: ['OPERATE'] }).allowed).toBe(false);
  });
});
