import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { createApplication } from './platform/application.js';
import { readConfig, type Config } from './platform/config.js';
import { migrate } from './platform/data-source.js';
import { startEmbeddedPostgres } from './platform/embedded-postgres.js';
import { serveDescription } from './platform/openapi.js';
import { freePort, tryPort } from './platform/port.js';
import { startTracing } from './platform/tracing.js';

export interface Running {
  readonly app: NestFastifyApplication;
  readonly config: Config;
  readonly databaseUrl: string;
  /** Finishes the requests and worker steps under way, then stops what this process started. */
  stop(): Promise<void>;
}

/** Brings the whole service up: configuration, database, schema, HTTP. `told` hears of each step. */
export async function start(env: NodeJS.ProcessEnv, told: (step: string) => void = () => {}): Promise<Running> {
  const config = await settle(env);
  await tryPort(config.PORT, config.HOST); // Before anything is begun that would have to be undone.
  const stopTracing = await startTracing(config.OTEL_EXPORTER_OTLP_ENDPOINT);
  const embedded = config.DATABASE_URL
    ? undefined
    : await startEmbeddedPostgres({ dataDir: join(config.DATA_DIR, 'postgres') });
  const databaseUrl = config.DATABASE_URL ?? embedded!.url;
  const stopRest = async (): Promise<void> => {
    await stopTracing();
    await embedded?.stop();
  };
  try {
    told(embedded ? `PostgreSQL ${embedded.version}` : 'PostgreSQL');
    await migrate(databaseUrl);
    told('schema');
    const app = await createApplication(AppModule.with(config, databaseUrl), config);
    serveDescription(app);
    const stop = async (): Promise<void> => {
      await app.close();
      await stopRest();
    };
    await app.listen(config.PORT, config.HOST).catch(async (error: unknown) => {
      await app.close(); // Its workers are at work already.
      throw error;
    });
    told(config.PUBLIC_URL!);
    return { app, config, databaseUrl, stop };
  } catch (error) {
    await stopRest();
    throw error;
  }
}

/** The configuration with the port and the public URL that this start will really have. */
async function settle(env: NodeJS.ProcessEnv): Promise<Config> {
  const given = readConfig(env);
  const port = given.PORT === 0 ? await freePort(given.HOST) : given.PORT;
  return readConfig({ ...env, PORT: String(port), PUBLIC_URL: given.PUBLIC_URL ?? `http://${hostOf(given)}:${port}` });
}

const hostOf = ({ HOST }: Config): string => (['0.0.0.0', '::'].includes(HOST) ? '127.0.0.1' : HOST);
