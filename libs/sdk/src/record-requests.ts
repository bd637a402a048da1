import { z } from 'zod';
import { id, Instant, PageQuery, Sha256, text } from './schema.js';

export const recordRequestStates = ['REQUESTED', 'CONSENTED', 'GRANTED', 'REFUSED', 'WITHDRAWN'] as const;

const words = text(1000, { multiline: true });

/** What the copy is for, and what the requester has to do with the registration; the copy is for nothing else (N1 §30). */
export const RequestRecordBody = z
  .strictObject({ purpose: words, interest: words, onBehalfOf: id('org').optional() })
  .meta({ id: 'RequestRecord' });
export type RequestRecordBody = z.infer<typeof RequestRecordBody>;

export const DecideRecordRequestBody = z.strictObject({ text: words }).meta({ id: 'DecideRecordRequest' });
export type DecideRecordRequestBody = z.infer<typeof DecideRecordRequestBody>;

export const RecordRequestQuery = PageQuery.extend({ state: z.enum(recordRequestStates).optional() });
export type RecordRequestQuery = z.infer<typeof RecordRequestQuery>;

export const RecordRequestView = z
  .object({
    id: z.string(),
    version: z.number().int(),
    certificateId: z.string(),
    certificateNumber: z.string(),
    registrarId: z.string(),
    registrantId: z.string(),
    requesterId: z.string(),
    purpose: z.string(),
    interest: z.string(),
    state: z.enum(recordRequestStates),
    actions: z.array(z.string()),
    requestedAt: Instant,
    decisions: z.array(z.object({ action: z.string(), at: Instant, text: z.string() })),
    /** What was registered, word for word, with the hash of its evidence; for the requester, once granted. */
    record: z.object({ hash: Sha256, document: z.string() }).nullable(),
  })
  .meta({ id: 'RecordRequest' });
export type RecordRequestView = z.infer<typeof RecordRequestView>;
