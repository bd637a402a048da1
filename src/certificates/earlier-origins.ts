import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, originOf, type Config } from '../platform/config.js';
import { Sql } from '../platform/sql.js';

/**
 * The addresses under which this service issued certificates before its present one. The register itself remembers them, and a process
 * never sees a new one. Certificates of then stay checkable: their keys, contexts and status lists are served under either address.
 */
@Injectable()
export class EarlierOrigins {
  private found: Promise<string[]> | undefined;

  constructor(
    private readonly sql: Sql,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async list(): Promise<string[]> {
    this.found ??= this.read();
    this.found.catch(() => (this.found = undefined));
    return this.found;
  }

  /** The earlier address at whose host a request arrived. */
  async at(host: string | undefined): Promise<string | undefined> {
    if (host === undefined || host === new URL(originOf(this.config)).host) return undefined;
    return (await this.list()).find((origin) => new URL(origin).host === host);
  }

  private async read(): Promise<string[]> {
    const rows = await this.sql.rows<{ origin: string }>(
      `SELECT DISTINCT issued_under AS origin FROM certificates.certificate WHERE issued_under IS NOT NULL ORDER BY origin`,
    );
    return rows
      .map(({ origin }) => origin)
      .filter((origin) => origin !== originOf(this.config) && URL.canParse(origin));
  }
}
