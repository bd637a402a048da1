import { v7 } from 'uuid';

/** A new opaque id: the kind's prefix and a UUIDv7 (RFC 9562) without dashes, e.g. `ord_01930e2c7b7a7c3e9d4f…`. */
export const newId = (prefix: string): string => `${prefix}_${v7().replaceAll('-', '')}`;
