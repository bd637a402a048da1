import { StreamableFile } from '@nestjs/common';
import type { FileView } from '@app/sdk';
import type { FileStore } from './file-store.js';

/** The bytes of a file as they are. Never shown in the page's own origin: what people upload may be HTML. */
export const attachment = async (
  store: FileStore,
  { sha256, bytes, mediaType, name }: Omit<FileView, 'id' | 'version' | 'ownerId'>,
): Promise<StreamableFile> =>
  new StreamableFile(await store.open(sha256), {
    type: mediaType,
    length: bytes,
    disposition: `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
  });
