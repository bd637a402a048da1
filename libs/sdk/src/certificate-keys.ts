import { z } from 'zod';
import { id, Instant, text } from './schema.js';

/** By which certificates are signed; the last one is SM2 with SM3 under its name in GM/T 0006. */
export const credentialAlgorithms = ['ES256', 'EdDSA', 'SGD_SM3_SM2'] as const;

export const RotateCertificateKeyBody = z
  .strictObject({ alg: z.enum(credentialAlgorithms), reason: text(400, { multiline: true }) })
  .meta({ id: 'RotateCertificateKey', examples: [{ alg: 'ES256', reason: '年度更换 Yearly rotation' }] });
export type RotateCertificateKeyBody = z.infer<typeof RotateCertificateKeyBody>;

export const CertificateKeys = z
  .object({
    keys: z.array(
      z.object({
        alg: z.enum(credentialAlgorithms),
        kid: z.string(),
        generation: z.number().int(),
        /** The newest of its algorithm signs; the others verify. */
        signs: z.boolean(),
      }),
    ),
    rotations: z.array(
      z.object({
        id: id('krt'),
        alg: z.string(),
        kid: z.string().nullable(),
        reason: z.string(),
        orderedAt: Instant,
        rotatedAt: Instant.nullable(),
      }),
    ),
  })
  .meta({ id: 'CertificateKeys' });
export type CertificateKeys = z.infer<typeof CertificateKeys>;
