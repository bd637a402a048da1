import { readFile, writeFile } from 'node:fs/promises';
import { describeFeed } from '../src/feed/asyncapi.js';

/** Writes the description of what the platform sends, or with --check compares it with the one that is checked in. */
const FILE = 'libs/sdk/asyncapi.json';
const text = `${JSON.stringify(describeFeed('http://127.0.0.1:8080'), null, 2)}\n`;
if (!process.argv.includes('--check')) await writeFile(FILE, text);
else if ((await readFile(FILE, 'utf8').catch(() => '')) !== text) {
  console.error(`${FILE} 已过期,请运行 npm run asyncapi。 ${FILE} is out of date: run npm run asyncapi.`);
  process.exitCode = 1;
}
