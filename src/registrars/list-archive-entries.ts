import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { canonicalJson } from '@app/signing';
import { leafHash, Tree } from '@app/tlog';
import { ListCertificatesOfRegistrar } from '../certificates/list-certificates-of-registrar.js';
import { Sql } from '../platform/sql.js';

export interface ArchiveEntries {
  /** Canonical JSON (RFC 8785), one entry each. */
  readonly lines: readonly string[];
  /** RFC 6962, over the lines without their line break. */
  readonly root: string;
}

/** Everything that a registrar keeps at this moment: its applications and certificates, by their hashes and versions. */
export class ListArchiveEntries extends Query<ArchiveEntries> {
  constructor(readonly registrarId: string) {
    super();
  }
}

@QueryHandler(ListArchiveEntries)
export class ListArchiveEntriesHandler implements IQueryHandler<ListArchiveEntries> {
  constructor(
    private readonly queries: QueryBus,
    private readonly sql: Sql,
  ) {}

  async execute({ registrarId }: ListArchiveEntries): Promise<ArchiveEntries> {
    const applications = await this.sql.rows<object>(
      `SELECT 'application' AS kind, id, version, state, evidence_hash AS "evidenceSha256",
         content->'materials' AS materials FROM registration.application WHERE registrar_id = $1 ORDER BY id`,
      [registrarId],
    );
    const certificates = await this.queries.execute(new ListCertificatesOfRegistrar(registrarId));
    // Whose archive it is stands first: the archive of a registrar that never had an application is no empty file.
    const whose = { kind: 'registrar', organisationId: registrarId };
    const entries = [whose, ...applications, ...certificates.map((one) => ({ kind: 'certificate', ...one }))];
    const lines = entries.map((entry) => canonicalJson(entry));
    const tree = new Tree();
    for (const line of lines) tree.append(leafHash(Buffer.from(line)));
    return { lines, root: tree.root.toString('hex') };
  }
}
