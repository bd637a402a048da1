import { z } from 'zod';

/** Building blocks of the request and answer schemas. */

/** A check beyond the shape, with its reason in both languages. */
export const rule = <T>(check: (value: T) => boolean, zh: string, en: string) =>
  z.refine<T>(check, { params: { zh, en }, error: en });

/** `ord_` + UUIDv7 in 32 hexadecimal digits. */
export const id = (prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-f]{32}$`), { error: `an id that begins with ${prefix}_` })
    .meta({
      description: `Id with the prefix ${prefix}_`,
      examples: [`${prefix}_01930e2c7b7a7c3e9d4f5a6b7c8d9e0f`],
    });

/** Text that a person typed: trimmed, no control characters (line breaks allowed when `multiline`). */
export const text = (max: number, { min = 1, multiline = false } = {}) =>
  z
    .string()
    .trim()
    .min(min)
    .max(max)
    // oxlint-disable-next-line no-control-regex
    .refine((s) => !(multiline ? /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f]/ : /[\u0000-\u001f\u007f]/).test(s), {
      params: { zh: '不得包含控制字符', en: 'must not contain control characters' },
      error: 'must not contain control characters',
    });

/** Minor units (fen) as a decimal string with its currency (ISO 4217). At most 15 digits: 9,999,999,999,999.99. */
export const Money = z
  .strictObject({
    amount: z
      .string()
      .regex(/^(0|[1-9]\d{0,14})$/, { error: 'whole minor units (fen) as a string, at most 15 digits' }),
    currency: z.literal('CNY'),
  })
  .meta({
    id: 'Money',
    description: 'Minor units (fen) as a string',
    examples: [{ amount: '10000', currency: 'CNY' }],
  });
export type Money = z.infer<typeof Money>;

export const Instant = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });
export const LegalDate = z.iso.date().meta({ description: 'Calendar date in Asia/Shanghai' });
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, { error: 'a SHA-256 in 64 lower-case hexadecimal digits' });

export const Created = z.object({ id: z.string() }).meta({ id: 'Created' });
export type Created = z.infer<typeof Created>;

export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(512).optional(),
});
export type PageQuery = z.infer<typeof PageQuery>;

export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });
export interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}
