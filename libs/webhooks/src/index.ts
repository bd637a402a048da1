export { generateKeyPair, generateSecret, KeyError, publicKeyOf } from './keys.js';
export { sign } from './sign.js';
export { TOLERANCE_S, verify, WebhookRefused, type WebhookFault } from './verify.js';
export { ATTEMPTS_MAX, isDelivered, isOverloaded, retryAfter, retryDelay } from './retry.js';
