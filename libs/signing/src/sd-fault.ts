import type { RejectionCode } from './rejections.js';

/** Why the disclosures of an SD-JWT cannot be put into its payload. */
export class SdFault extends Error {
  constructor(
    readonly code: RejectionCode,
    readonly detail?: unknown,
  ) {
    super(code);
  }
}
