import { z } from 'zod';
import { rightKinds } from './registration.js';
import { LegalDate, text } from './schema.js';

/** A draft may leave a field empty; the rule pack says which of them have to be filled. */
const field = (max: number) => text(max, { min: 0 }).default('');

export const partyKinds = ['NATURAL_PERSON', 'LEGAL_PERSON', 'UNINCORPORATED'] as const;

/** 固定电话加区号,境外号码加国家或地区代码 (N1 annex 1). */
const Phone = z
  .string()
  .regex(/^$|^1\d{10}$|^0\d{2,3}-\d{7,8}(-\d{1,6})?$|^\+\d{1,3}[ -]?\d[\d -]{3,17}$/, {
    error: 'a landline with its area code, or a number with its country code',
  })
  .max(40)
  .default('')
  .meta({ examples: ['0755-12345678', '+852 12345678'] });

/** 经营情况; a natural person has none. */
export const OperatingStatus = z
  .strictObject({
    legalRepresentative: field(120),
    registeredOn: LegalDate.nullable().default(null),
    registeredAddress: field(400),
    /** 营业期限 */
    term: field(120),
    /** 经营范围 */
    scope: text(2000, { min: 0, multiline: true }).default(''),
    /** 存续情况 */
    existence: field(120),
  })
  .meta({ id: 'OperatingStatus' });

/** One applicant of the form of N1 annex 1. Personal data: it stands in no public view and in no log, and can be erased. */
export const ApplicantBlock = z
  .strictObject({
    kind: z.enum(partyKinds),
    name: field(200),
    /** Of an identity document, or the unified social credit code. */
    idNumber: field(60),
    contact: field(120),
    phone: Phone,
    address: field(400),
    operatingStatus: OperatingStatus.nullable().default(null),
  })
  .meta({ id: 'ApplicantBlock' });
export type ApplicantBlock = z.infer<typeof ApplicantBlock>;

/** 权利配置说明: somebody who holds a right in the data, the applicant included. */
export const RightHolder = z
  .strictObject({
    kind: z.enum(partyKinds).default('LEGAL_PERSON'),
    name: text(200),
    idNumber: field(60),
    right: z.enum(rightKinds),
    termYears: z.number().int().min(1).max(100).nullable().default(null),
    restriction: text(400, { min: 0, multiline: true }).default(''),
  })
  .meta({ id: 'RightHolder' });
export type RightHolder = z.infer<typeof RightHolder>;

/** Such a row on the register. Of a natural person it shows neither the number nor the whole name. */
export type RegisteredHolder = Omit<RightHolder, 'idNumber'> & { readonly idNumber: string | null };
