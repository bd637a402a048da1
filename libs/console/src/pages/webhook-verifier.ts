/** A program of a few lines for Node.js that checks a message of Standard Webhooks 1.0 with this key. */
export const verifier = (key: string): string => {
  const [prefix, base64 = ''] = key.split('_', 2);
  return prefix === 'whsec' ? shared(base64) : published(base64);
};

const shared = (base64: string): string => `import { createHmac, timingSafeEqual } from 'node:crypto';

const secret = Buffer.from('${base64}', 'base64');
const check = (signed, signature) =>
  timingSafeEqual(createHmac('sha256', secret).update(signed).digest(), signature);
${common('v1', 32)}`;

const published = (base64: string): string => `import { createPublicKey, verify } from 'node:crypto';

const x = Buffer.from('${base64}', 'base64').toString('base64url');
const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
const check = (signed, signature) => verify(null, signed, key, signature);
${common('v1a', 64)}`;

const common = (scheme: string, bytes: number): string => `
/** headers: lower-case names; body: the bytes as they came */
export function isGenuine(headers, body) {
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signatures } = headers;
  if (!(Math.abs(Date.now() / 1000 - time) < 300)) return false; // replayed
  const signed = Buffer.concat([Buffer.from(\`\${id}.\${time}.\`), body]);
  return signatures.split(' ').some((one) => {
    const [scheme, base64] = one.split(',');
    const signature = Buffer.from(base64, 'base64');
    return scheme === '${scheme}' && signature.length === ${bytes} && check(signed, signature);
  });
}
`;
