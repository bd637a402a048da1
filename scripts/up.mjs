// From a fresh clone to a running service: installs, builds, runs the main job. Arguments are passed on to it.
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, checkNode, install, root, step } from './steps.mjs';

checkNode();
const ready = (await step('安装依赖 / install dependencies', install)) && (await step('构建 / build', () => build()));
if (!ready) process.exit(1);

// In this process, not in a child: Ctrl-C and every other signal reach the service itself, once.
process.setSourceMapsEnabled(true);
process.argv[1] = join(root, 'dist/scripts/main-job.js');
for (const [i, option] of process.argv.entries()) {
  const file = process.argv[i + 1];
  // npm runs us in the repository; the user meant the directory where they typed the name.
  if (file && ['--data', '--json'].includes(option)) process.argv[i + 1] = resolve(process.env.INIT_CWD ?? '.', file);
}
process.chdir(root);
await import(pathToFileURL(process.argv[1]).href);
