import { z } from 'zod';
import { ApplicationContent } from './application.js';
import {
  CancellationParticulars,
  ChangeParticulars,
  CorrectionParticulars,
  RenewalParticulars,
  TransferParticulars,
} from './particulars.js';
import { id, text } from './schema.js';
import { alsoUnder, otherRegimes } from './several.js';

/** To whom, under which regime. */
const filing = {
  regime: text(40),
  registrarId: id('org'),
  /** The principal, when its agent files; absent: the filer's own organisation. */
  onBehalfOf: id('org').optional(),
};
const { materials, noticeWaiver, applicants } = ApplicationContent.shape;
const given = { materials, noticeWaiver, applicants };

/** `alsoUnder`: an application of its own under each of these regimes too, of what they share. */
export const FileInitialBody = ApplicationContent.extend({ ...filing, type: z.literal('INITIAL'), alsoUnder })
  .check(otherRegimes)
  .meta({ id: 'FileInitialApplication' });
export type FileInitialBody = z.infer<typeof FileInitialBody>;

/** One form for each type of the pack; what the register already says is not asked again. */
export const FileApplicationBody = z
  .discriminatedUnion('type', [
    FileInitialBody,
    TransferParticulars.extend({ ...filing, ...given }).meta({ id: 'FileTransfer' }),
    ChangeParticulars.extend({ ...filing, ...given }).meta({ id: 'FileChange' }),
    CorrectionParticulars.extend({ ...filing, ...given }).meta({ id: 'FileCorrection' }),
    RenewalParticulars.extend({ ...filing, ...given }).meta({ id: 'FileRenewal' }),
    CancellationParticulars.extend({ ...filing, ...given }).meta({ id: 'FileCancellation' }),
  ])
  .meta({ id: 'FileApplication' });
export type FileApplicationBody = z.infer<typeof FileApplicationBody>;

/** The same without what cannot be changed any more: `regime`, `registrarId` and, in substance, `type`. */
export const ReviseApplicationBody = z
  .discriminatedUnion('type', [
    ApplicationContent.extend({ type: z.literal('INITIAL').optional() }).meta({ id: 'ReviseInitialApplication' }),
    TransferParticulars.extend(given).meta({ id: 'ReviseTransfer' }),
    ChangeParticulars.extend(given).meta({ id: 'ReviseChange' }),
    CorrectionParticulars.extend(given).meta({ id: 'ReviseCorrection' }),
    RenewalParticulars.extend(given).meta({ id: 'ReviseRenewal' }),
    CancellationParticulars.extend(given).meta({ id: 'ReviseCancellation' }),
  ])
  .meta({ id: 'ReviseApplication' });
export type ReviseApplicationBody = z.infer<typeof ReviseApplicationBody>;
