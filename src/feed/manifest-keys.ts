/** The key in the platform's store that signs manifests; its public halves stand at `/v1/feed/keys`. */
export const MANIFEST_KEY = { purpose: 'feed-manifest', alg: 'ES256' } as const;
