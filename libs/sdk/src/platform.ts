import { z } from 'zod';
import { id, Instant, Sha256, text } from './schema.js';

/** What anyone may know of the running service. `clockOffsetMs` > 0: a demonstration runs ahead of real time. */
export const PlatformStatus = z
  .object({ name: z.string(), now: Instant, demonstration: z.boolean(), clockOffsetMs: z.number().int() })
  .meta({ id: 'PlatformStatus' });
export type PlatformStatus = z.infer<typeof PlatformStatus>;

const YEAR_MS = 366 * 86_400_000;

export const MoveClockBody = z
  .strictObject({ byMs: z.number().int().min(1).max(YEAR_MS), reason: text(200) })
  .meta({ id: 'MoveClock', examples: [{ byMs: 86_400_000, reason: 'Let the notice period pass' }] });
export type MoveClockBody = z.infer<typeof MoveClockBody>;

/** A file that an organisation brought; its content never changes. */
export const FileView = z
  .object({
    id: id('file'),
    version: z.number().int(),
    ownerId: z.string(),
    sha256: Sha256,
    bytes: z.number().int(),
    mediaType: z.string(),
    name: z.string(),
  })
  .meta({ id: 'File' });
export type FileView = z.infer<typeof FileView>;

const parked = { kind: z.enum(['reaction', 'deadline']), name: text(120), subject: text(120) };

/** What gave up after its tries: a reaction (name: its consumer, subject: the stream) or a deadline (name: its kind). */
export const ParkedView = z.object({ ...parked, parkedAt: Instant, error: z.string() }).meta({ id: 'Parked' });
export type ParkedView = z.infer<typeof ParkedView>;

export const ResumeParkedBody = z.strictObject(parked).meta({ id: 'ResumeParked' });
export type ResumeParkedBody = z.infer<typeof ResumeParkedBody>;
