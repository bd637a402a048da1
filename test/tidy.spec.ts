import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { permissions, problems } from '@app/sdk';

const root = resolve(import.meta.dirname, '..');
const contexts = readdirSync(join(root, 'src'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'platform')
  .map(({ name }) => name);

const files = ['src', 'libs', 'scripts', 'test']
  .flatMap((top) => readdirSync(join(root, top), { recursive: true, encoding: 'utf8' }).map((f) => join(top, f)))
  .filter((f) => /\.(ts|tsx|mjs)$/.test(f) && !f.includes('node_modules'));
const text = (file: string) => readFileSync(join(root, file), 'utf8');
const contextOf = (file: string) => contexts.find((c) => file.startsWith(`src/${c}/`));

interface Import {
  readonly names: string[];
  readonly typeOnly: boolean;
  readonly to: string;
}
const imports = (file: string): Import[] =>
  [...text(file).matchAll(/^(?:import|export)( type)? ?(?:\{([^}]*)\}|[^'"]*?)(?: from)? ?'([^']+)';/gms)].map(
    ([, typeOnly, names = '', target]) => ({
      names: names
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '' && !name.startsWith('type '))
        .map((name) => name.split(' as ')[0]!),
      typeOnly: typeOnly !== undefined,
      to: target!.startsWith('.')
        ? relative(root, resolve(root, dirname(file), target!)).replace(/\.js$/, '.ts')
        : target!,
    }),
  );

/** What a context publishes: its events and its queries. */
const published = new Set(
  files
    .filter((f) => f.startsWith('src/'))
    .flatMap((f) => [
      ...[...text(f).matchAll(/@Event\('[^']+'\)\s*export class (\w+)/g)].map((m) => m[1]!),
      ...[...text(f).matchAll(/export class (\w+) extends Query</g)].map((m) => m[1]!),
    ]),
);

it('contexts meet only through what they publish: events and queries', () => {
  const crossings = files
    .filter((f) => contextOf(f) !== undefined)
    .flatMap((file) =>
      imports(file)
        .filter(({ to, typeOnly }) => !typeOnly && contextOf(to) !== undefined && contextOf(to) !== contextOf(file))
        .flatMap(({ names, to }) =>
          names.filter((name) => !published.has(name)).map((name) => `${file}: ${name} of ${to}`),
        ),
    );
  expect(crossings).toEqual([]);
});

it('the platform knows no context', () => {
  const leaks = files
    .filter((f) => f.startsWith('src/platform/') && f !== 'src/platform/data-source.ts')
    .flatMap((f) =>
      imports(f)
        .filter(({ to }) => contextOf(to) !== undefined)
        .map(({ to }) => `${f} -> ${to}`),
    );
  expect(leaks).toEqual([]);
});

it('libs are pure: neither src nor Nest nor TypeORM, and other libs only by their name', () => {
  const leaks = files
    .filter((f) => f.startsWith('libs/'))
    .flatMap((f) =>
      imports(f)
        .filter(({ to }) => {
          const other = /^libs\/([^/]+)\//.exec(to)?.[1];
          const foreign = other !== undefined && !f.startsWith(`libs/${other}/`);
          return to.startsWith('src/') || to.startsWith('@nestjs/') || to === 'typeorm' || foreign;
        })
        .map(({ to }) => `${f} -> ${to}`),
    );
  expect(leaks).toEqual([]);
});

it('a file in a context is of one of the seven kinds', () => {
  const queries = files.filter((f) => contextOf(f) && /\/(get|list)-[^/]*\.ts$/.test(f) && !f.endsWith('.spec.ts'));
  expect(queries.filter((f) => !/extends Query</.test(text(f)))).toEqual([]);
  const odd = files.filter(
    (f) => contextOf(f) && /(service|repository|mapper|dto|utils?|common|helpers?)\.ts$/.test(f),
  );
  expect(odd).toEqual([]);
});

/** The text of the handler class in a command's file, and the first statement of its `execute`. */
const handlers = files
  .filter((f) => contextOf(f) && /@CommandHandler\(/.test(text(f)))
  .map((file) => {
    const body = /@CommandHandler\([\s\S]*?\n\}\n/.exec(text(file))![0];
    return { file, body, first: /execute\([\s\S]*?\{\n\s*(.*)/.exec(body)![1]! };
  });

it('handlers leave transactions, errors and logs to the unit of work', () => {
  const wrong = handlers.filter(({ body }) =>
    /\bcatch\b|\.save\(|\.transaction\(|new Logger|createQueryRunner/.test(body),
  );
  expect(wrong.map(({ file }) => file)).toEqual([]);
});

it('the first line of every command asks for a permission', () => {
  expect(handlers.filter(({ first }) => !/permit\(/.test(first)).map(({ file, first }) => `${file}: ${first}`)).toEqual(
    [],
  );
});

it('no source file is longer than 300 lines', () => {
  const long = files.filter((f) => /^(src|libs|scripts)\//.test(f) && text(f).split('\n').length > 301);
  expect(long).toEqual([]);
});

it('no test waits for what vanishes by itself', () => {
  const fragile = files.filter(
    (f) => f.startsWith('test/') && f !== 'test/tidy.spec.ts' && /ant-(message|notification)/.test(text(f)),
  );
  expect(fragile).toEqual([]);
});

it('every problem code and every permission is used', () => {
  const all = files
    .filter((f) => f.startsWith('src/'))
    .map(text)
    .join('\n');
  const unused = [...Object.keys(problems), ...Object.keys(permissions)].filter((code) => !all.includes(`'${code}'`));
  expect(unused).toEqual([]);
});

it('every problem says the same in both languages: the same placeholders', () => {
  const places = (s: string) => [...s.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).toSorted((a, b) => (a! < b! ? -1 : 1));
  const uneven = Object.entries(problems).filter(
    ([, { detail }]) => places(detail.zh).join() !== places(detail.en).join(),
  );
  expect(uneven.map(([code]) => code)).toEqual([]);
});

it('the README names every top-level folder of src and libs', () => {
  const readme = text('README.md');
  const folders = ['src', 'libs'].flatMap((top) =>
    readdirSync(join(root, top), { withFileTypes: true })
      .filter((e) => e.isDirectory())
      .map(({ name }) => name),
  );
  expect(folders.filter((name) => !readme.includes(`\`${name}\``) && !readme.includes(`${name}/`))).toEqual([]);
});
