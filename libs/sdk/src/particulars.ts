import { z } from 'zod';
import { DeclareResourceBody, rightKinds, unique } from './registration.js';
import { id, LegalDate, text } from './schema.js';

/** What an applicant may file. A licence (许可) and a revocation (撤销) are no applications here. */
export const applicationTypes = ['INITIAL', 'TRANSFER', 'CHANGE', 'CORRECTION', 'RENEWAL', 'CANCELLATION'] as const;
export type ApplicationType = (typeof applicationTypes)[number];

const certificateNumber = text(40).meta({ examples: ['SJ4412026080001'] });
const rights = z
  .array(z.enum(rightKinds))
  .max(3)
  .check(unique((right) => right));

const change = <F extends string, V extends z.ZodType>(field: F, value: V) =>
  z.strictObject({
    field: z.literal(field),
    /** As the register says it now. */
    before: value,
    after: value,
    reason: text(400, { multiline: true }),
  });
const declared = DeclareResourceBody.shape;

/** INV-08: the holder, the source and the rights are not among what a change or a correction may alter. */
export const ChangeItem = z
  .discriminatedUnion('field', [
    change('name', declared.name),
    change('abstract', declared.abstract),
    change('industry', declared.industry),
    change('regionText', declared.regionText),
    change('timeFrom', declared.timeFrom),
    change('timeTo', declared.timeTo),
    change('updateFrequency', declared.updateFrequency),
    change('form', declared.form),
    change('restriction', declared.restriction),
    change('scenario', text(400, { multiline: true })),
  ])
  .meta({ id: 'ChangeItem' });
export type ChangeItem = z.infer<typeof ChangeItem>;

export const changeableFields = ChangeItem.options.map(({ shape }) => shape.field.value);

const items = z
  .array(ChangeItem)
  .min(1)
  .max(20)
  .check(unique<{ field: string }>(({ field }) => field));

/** 转让: the rights pass whole, with their terms and limits; the scopes are recorded on the transferee's certificate. */
export const TransferParticulars = z
  .strictObject({
    type: z.literal('TRANSFER'),
    certificateNumber,
    transfereeId: id('org'),
    rights: rights.min(1),
    dataScope: text(400, { multiline: true }),
    useScope: text(400, { multiline: true }),
  })
  .meta({ id: 'TransferParticulars' });

/** 变更: what has become different. */
export const ChangeParticulars = z
  .strictObject({ type: z.literal('CHANGE'), certificateNumber, items })
  .meta({ id: 'ChangeParticulars' });

/** 更正: what was recorded wrongly. */
export const CorrectionParticulars = z
  .strictObject({ type: z.literal('CORRECTION'), certificateNumber, items })
  .meta({ id: 'CorrectionParticulars' });

/** 续期, 续展; rights that are not named end with the old certificate. Empty where the regime registers none. */
export const RenewalParticulars = z
  .strictObject({
    type: z.literal('RENEWAL'),
    certificateNumber,
    years: z.number().int().min(1).max(100),
    rights,
    /** Of authorised operation: the last day of the operating agreement that is now in force. */
    operatingAgreementEnd: LegalDate.optional(),
  })
  .meta({ id: 'RenewalParticulars' });

/** 注销 at the holder's own request. */
export const CancellationParticulars = z
  .strictObject({
    type: z.literal('CANCELLATION'),
    certificateNumber,
    groundCode: text(20),
    reason: text(1000, { multiline: true }),
  })
  .meta({ id: 'CancellationParticulars' });

/** What an application asks for that concerns a certificate already on the register. */
export const Particulars = z
  .discriminatedUnion('type', [
    TransferParticulars,
    ChangeParticulars,
    CorrectionParticulars,
    RenewalParticulars,
    CancellationParticulars,
  ])
  .meta({ id: 'Particulars' });
export type Particulars = z.infer<typeof Particulars>;
