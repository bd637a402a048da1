import type { FeedManifestStatement } from '@app/sdk';
import { sha256Hex } from '@app/signing';
import { Column, Entity } from 'typeorm';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event } from '../platform/event.js';

@Event('feed.manifest-published.v1')
export class ManifestPublished {
  constructor(
    readonly manifestId: string,
    readonly statement: FeedManifestStatement,
    /** By the platform, over the canonical JSON of the statement. */
    readonly jws: string,
  ) {}
}

/** What stood in an operator's feed when a day ended: from it a consumer sees that its copy is whole. */
@Entity({ schema: 'feed', name: 'manifest' })
@Stream('mft')
export class Manifest extends Aggregate {
  @Column('text') readonly operatorId!: string;
  @Column('text') readonly date!: string;
  @Column('bigint') readonly first!: string;
  @Column('bigint') readonly last!: string;
  @Column('text') readonly root!: string;
  @Column('bigint') readonly logSize!: string;
  @Column('text') readonly checkpoint!: string;
  @Column('text', { nullable: true }) readonly previous!: string | null;
  @Column('text') readonly digest!: string;
  @Column('text') readonly jws!: string;
  @Column('timestamptz') readonly cutAt!: Date;

  static publish(id: string, statement: FeedManifestStatement, jws: string): Manifest {
    const manifest = new Manifest();
    manifest.apply(new ManifestPublished(id, statement, jws));
    return manifest;
  }

  onManifestPublished({ manifestId, statement, jws }: ManifestPublished): void {
    const { count: _, first, last, logSize, cutAt, ...facts } = statement;
    const numbers = { first: String(first), last: String(last), logSize: String(logSize) };
    Object.assign(this, { id: manifestId, ...facts, ...numbers, cutAt: new Date(cutAt), jws, digest: sha256Hex(jws) });
  }
}
