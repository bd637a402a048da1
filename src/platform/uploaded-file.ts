import { Column, Entity } from 'typeorm';
import { Aggregate, Stream } from './aggregate.js';
import { Event } from './event.js';
import { newId } from './id.js';

@Event('platform.file-uploaded.v1')
export class FileUploaded {
  constructor(
    readonly fileId: string,
    readonly ownerId: string,
    readonly sha256: string,
    readonly bytes: number,
    readonly mediaType: string,
    readonly name: string,
    readonly uploadedBy: string,
  ) {}
}

export interface FileFacts {
  readonly ownerId: string;
  readonly sha256: string;
  /** Length of the content. */
  readonly bytes: number;
  readonly mediaType: string;
  readonly name: string;
  readonly uploadedBy: string;
}

/** That an organisation brought a file. The content stands in the file store under its SHA-256, once however often it is brought. */
@Entity({ schema: 'platform', name: 'uploaded_file' })
@Stream('file')
export class UploadedFile extends Aggregate {
  @Column('text') readonly ownerId!: string;
  @Column('text') readonly sha256!: string;
  @Column('bigint') readonly bytes!: string;
  @Column('text') readonly mediaType!: string;
  @Column('text') readonly name!: string;
  @Column('text') readonly uploadedBy!: string;

  static keep({ ownerId, sha256, bytes, mediaType, name, uploadedBy }: FileFacts): UploadedFile {
    const file = new UploadedFile();
    file.apply(new FileUploaded(newId('file'), ownerId, sha256, bytes, mediaType, name, uploadedBy));
    return file;
  }

  onFileUploaded({ fileId, ownerId, sha256, bytes, mediaType, name, uploadedBy }: FileUploaded): void {
    Object.assign(this, { id: fileId, ownerId, sha256, bytes: String(bytes), mediaType, name, uploadedBy });
  }
}
