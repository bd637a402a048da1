/**
 * A compact JWS without its payload (RFC 7515 appendix F): several signatures over one text need to keep it once. What is in that form already
 * stays as it is.
 */
export function detached(jws: string): string {
  return jws.slice(0, jws.indexOf('.') + 1) + jws.slice(jws.lastIndexOf('.'));
}

/** The whole JWS again, with the payload that was signed; one that has its payload stays as it is. */
export function attached(jws: string, payload: string | Uint8Array): string {
  const at = jws.indexOf('..') + 1;
  return at === 0 ? jws : jws.slice(0, at) + Buffer.from(payload as string).toString('base64url') + jws.slice(at);
}
