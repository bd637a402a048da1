import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { createApplication } from './platform/application.js';
import { readConfig } from './platform/config.js';
import { migrate } from './platform/data-source.js';

/** Brings the whole service up: configuration, database, schema, HTTP. */
export async function start(env: NodeJS.ProcessEnv): Promise<NestFastifyApplication> {
  const config = readConfig(env);
  const databaseUrl = config.DATABASE_URL!;
  await migrate(databaseUrl);
  const app = await createApplication(AppModule.with(config, databaseUrl), config);
  await app.listen(config.PORT, config.HOST);
  return app;
}
