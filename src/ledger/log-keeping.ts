import { Column, Entity } from 'typeorm';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event } from '../platform/event.js';
import { Refusal } from '../platform/refusal.js';

/** A key that signs or signed checkpoints: the first is generation 1. */
export interface KeptKey {
  readonly generation: number;
  /** c2sp.org/signed-note */
  readonly vkey: string;
  readonly retired: boolean;
}

@Event('ledger.log-key-added.v1')
export class LogKeyAdded {
  constructor(
    readonly generation: number,
    readonly vkey: string,
    readonly reason: string,
  ) {}
}

@Event('ledger.log-key-retired.v1')
export class LogKeyRetired {
  constructor(
    readonly generation: number,
    readonly vkey: string,
    readonly reason: string,
  ) {}
}

@Event('ledger.schema-migrated.v1')
export class SchemaMigrated {
  constructor(readonly names: readonly string[]) {}
}

/** `size` and `root` (hexadecimal): the tree that was found, and that continues what was signed. */
export interface Restoration {
  readonly size: number;
  readonly root: string;
  /** Of what was signed last; null when the signer had lost its memory, and the database's newest checkpoint was believed. */
  readonly signedSize: number | null;
  readonly by: string;
  readonly reason: string;
}

@Event('ledger.restored.v1')
export class Restored {
  readonly size!: Restoration['size'];
  readonly root!: Restoration['root'];
  readonly signedSize!: Restoration['signedSize'];
  readonly by!: Restoration['by'];
  readonly reason!: Restoration['reason'];

  constructor(
    readonly generation: number,
    facts: Restoration,
  ) {
    Object.assign(this, facts);
  }
}

/** The log's own affairs: its keys, the generation of its transaction ids, the schema of its database. One row. */
@Entity({ schema: 'ledger', name: 'log_keeping' })
@Stream('log')
export class LogKeeping extends Aggregate {
  @Column('jsonb') readonly keys: readonly KeptKey[] = [];
  /** Of `ledger.generation`, as of the last restore. */
  @Column('integer') readonly generation: number = 1;
  @Column('jsonb') readonly migrations: readonly string[] = [];

  static readonly ID = 'log_keeping';

  static begin(vkey: string): LogKeeping {
    const keeping = Object.assign(new LogKeeping(), { id: this.ID });
    keeping.apply(new LogKeyAdded(1, vkey, 'the log begins'));
    return keeping;
  }

  get activeKeys(): readonly KeptKey[] {
    return this.keys.filter(({ retired }) => !retired);
  }

  mustNotRotate(): void {
    if (this.activeKeys.length > 1) throw new Refusal('ledger/rotation-under-way');
  }

  /** Begins a rotation: until it ends, the old and the new key sign. */
  addKey(vkey: string, reason: string): void {
    this.mustNotRotate();
    this.apply(new LogKeyAdded(this.keys.length + 1, vkey, reason));
  }

  /** Ends a rotation: the older key signs no more. */
  retireKey(reason: string): void {
    const [old, next] = this.activeKeys;
    if (!old || !next) throw new Refusal('ledger/no-rotation');
    this.apply(new LogKeyRetired(old.generation, old.vkey, reason));
  }

  /** @param names every migration of the database; those that are new are recorded */
  noteMigrations(names: readonly string[]): void {
    const fresh = names.filter((name) => !this.migrations.includes(name));
    if (fresh.length > 0) this.apply(new SchemaMigrated(fresh));
  }

  restored(generation: number, facts: Restoration): void {
    this.apply(new Restored(generation, facts));
  }

  onLogKeyAdded({ generation, vkey }: LogKeyAdded): void {
    Object.assign(this, { keys: [...this.keys, { generation, vkey, retired: false }] });
  }

  onLogKeyRetired({ generation }: LogKeyRetired): void {
    const keys = this.keys.map((key) => (key.generation === generation ? { ...key, retired: true } : key));
    Object.assign(this, { keys });
  }

  onSchemaMigrated({ names }: SchemaMigrated): void {
    Object.assign(this, { migrations: [...this.migrations, ...names] });
  }

  onRestored({ generation }: Restored): void {
    Object.assign(this, { generation });
  }
}
