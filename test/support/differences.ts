import { DataSource } from 'typeorm';
import '../../src/app.module.js'; // Every event and every table is known to whoever has loaded all contexts.
import { replay } from '../../src/ledger/replay.js';
import { dataSourceOptions } from '../../src/platform/data-source.js';

/** What a replay of all events finds in the rows that they do not give. */
export async function differences({ databaseUrl }: { databaseUrl: string }): Promise<readonly object[]> {
  const dataSource = await new DataSource(dataSourceOptions(databaseUrl, 'databourse_auditor', 1)).initialize();
  try {
    return (await replay(dataSource)).differences;
  } finally {
    await dataSource.destroy();
  }
}
