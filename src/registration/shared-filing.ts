import { months, type RulePack } from '@app/rulepacks';
import type { FiledContent } from '@app/sdk';
import { Refusal } from '../platform/refusal.js';

/**
 * One filing under several packs: what each application takes of it. What only the others' regimes know (rights where no rights are
 * registered, materials of another list) is left out; what none of them knows stays with the first, which is refused for it.
 */
export function partsOf<C extends FiledContent>(content: C, packs: readonly RulePack[]): C[] {
  return packs.map((pack, i) => {
    const others = packs.filter((other) => other !== pack);
    const keeps = (knows: (by: RulePack) => boolean) => knows(pack) || (i === 0 && !others.some(knows));
    const { holders, operatingAgreementEnd, noticeWaiver, upgradeOf, ...rest } = content;
    const registersRights = keeps((by) => by.rights !== null);
    return {
      ...rest,
      rights: registersRights ? content.rights : [],
      ...(registersRights && holders && { holders }),
      materials: content.materials.filter(({ code }) => keeps((by) => takesMaterial(by, code))),
      // As long as each regime lets it stand; longer than all of them is refused.
      validityYears: keeps((by) => yearsAtMost(by) >= content.validityYears)
        ? content.validityYears
        : yearsAtMost(pack),
      ...(operatingAgreementEnd !== undefined &&
        keeps((by) => by.validityPolicy.cappedByAgreement) && { operatingAgreementEnd }),
      ...(noticeWaiver !== undefined && keeps((by) => by.noticePolicy.waiver.allowed === true) && { noticeWaiver }),
      // One certificate is upgraded by one application.
      ...(upgradeOf !== undefined && i === 0 && { upgradeOf }),
    } as C;
  });
}

const takesMaterial = ({ types }: RulePack, code: string): boolean =>
  types.find(({ id }) => id === 'INITIAL')?.materials?.includes(code) ?? true;

const yearsAtMost = (pack: RulePack): number => Math.floor(months(pack, pack.validityPolicy.deadline) / 12);

/** Does `work` for the further regime at this place of the request, and says of its faults where they are. */
export function forFurther<R>(place: number, work: () => R): R {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const faults = error.faults.map((found) => ({ ...found, pointer: `/alsoUnder/${place}${found.pointer}` }));
    throw new Refusal(error.code, error.facts, faults);
  }
}
