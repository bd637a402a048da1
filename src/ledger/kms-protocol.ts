import { z } from 'zod';

/*
 * How the platform asks a key management service (KMS) to sign its log. JSON over HTTPS, `Authorization: Bearer <token>`,
 * bodies of at most 64 KiB, an answer within 5 s. Binary values are base64; keys are Ed25519 and named by their generation,
 * from 1 on. Whoever puts a real KMS or HSM behind it keeps one promise: nothing is signed that does not continue what was
 * signed last for the same log, and what was signed last is durable before the signature leaves.
 *
 *   POST <url>/public-key   {"generation"}                      200 {"publicKey"}   made on the first call
 *   POST <url>/last-signed  {"origin"}                          200 {"checkpoint"}  the text of a checkpoint, or null
 *   POST <url>/sign         {"checkpoint","keys","from","proof"} 200 {"signatures"}  over the checkpoint's UTF-8 text
 *        "from": size of what was signed last (0: nothing); "proof": RFC 6962 consistency proof from it
 *        409 {"reason"}  something else was signed meanwhile: read last-signed again
 *        422 {"reason"}  the tree does not continue what was signed last: refused for good
 *
 * Any other status is a failure that may pass.
 */

export const KMS_BODY_BYTES = 1 << 16;

const generation = z.int().min(1).max(9999);
const bytes = (length: number) => z.base64().refine((text) => Buffer.from(text, 'base64').length === length);
const checkpoint = z.string().max(4096);

export const PublicKeyRequest = z.strictObject({ generation });
export const PublicKeyAnswer = z.object({ publicKey: bytes(32) });
export const LastSignedRequest = z.strictObject({ origin: z.string().min(1).max(1024) });
export const LastSignedAnswer = z.object({ checkpoint: checkpoint.nullable() });
export const SignBody = z.strictObject({
  checkpoint,
  keys: z.array(generation).min(1).max(8),
  from: z.int().min(0),
  proof: z.array(bytes(32)).max(64),
});
export const SignAnswer = z.object({ signatures: z.array(bytes(64)) });
export const KmsRefusal = z.object({ reason: z.string().max(1000) });
