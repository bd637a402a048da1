import { z } from 'zod';
import { text } from './schema.js';

/** Begins or ends the rotation of the log's key. */
export const RotateLogKeyBody = z
  .strictObject({ reason: text(500) })
  .meta({ id: 'RotateLogKey', examples: [{ reason: 'Yearly rotation' }] });
export type RotateLogKeyBody = z.infer<typeof RotateLogKeyBody>;

export const LogKeyView = z
  .object({
    generation: z.number().int(),
    vkey: z.string().meta({ description: 'c2sp.org/signed-note' }),
    retired: z.boolean(),
  })
  .meta({ id: 'LogKey' });

/** What the log records of itself: every key it ever had, the restores and the schema of its database. */
export const LogKeepingView = z
  .object({
    version: z.number().int(),
    keys: z.array(LogKeyView),
    generation: z.number().int().meta({ description: '1, and one more for each restore' }),
    migrations: z.array(z.string()),
  })
  .meta({ id: 'LogKeeping' });
export type LogKeepingView = z.infer<typeof LogKeepingView>;
