import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from '../src/app.module.js';
import { readConfig } from '../src/platform/config.js';
import { describeApi } from '../src/platform/openapi.js';

/** Writes the description of the HTTP interface, or with --check compares it with the one that is checked in. */
const FILE = 'libs/sdk/openapi.json';
const check = process.argv.includes('--check');

const dir = await mkdtemp(join(tmpdir(), 'databourse-openapi-'));
const config = readConfig({ DATA_DIR: dir, PUBLIC_URL: 'http://127.0.0.1:8080' });
// Preview builds the routes without making any provider: no database is needed.
const app = await NestFactory.create(AppModule.with(config, 'postgres://preview'), new FastifyAdapter(), {
  preview: true,
  logger: ['error'],
});
const text = `${JSON.stringify(describeApi(app), null, 2)}\n`;
await rm(dir, { recursive: true, force: true });
if (!check) await writeFile(FILE, text);
else if ((await readFile(FILE, 'utf8').catch(() => '')) !== text) {
  console.error(`${FILE} 已过期,请运行 npm run openapi。 ${FILE} is out of date: run npm run openapi.`);
  process.exitCode = 1;
}
