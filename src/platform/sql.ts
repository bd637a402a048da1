import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { openManager } from './unit-of-work.js';

/** Plain SQL for queries: inside a command it joins the SERIALIZABLE transaction, so that the facts it reads hold. */
@Injectable()
export class Sql {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async rows<T extends object>(sql: string, parameters: readonly unknown[] = []): Promise<T[]> {
    const result: unknown = await (openManager() ?? this.dataSource.manager).query(sql, [...parameters]);
    // TypeORM answers UPDATE and DELETE with [rows, count].
    const changed =
      Array.isArray(result) && result.length === 2 && Array.isArray(result[0]) && typeof result[1] === 'number';
    return (changed ? result[0] : result) as T[];
  }

  async row<T extends object>(sql: string, parameters: readonly unknown[] = []): Promise<T | undefined> {
    return (await this.rows<T>(sql, parameters))[0];
  }
}
