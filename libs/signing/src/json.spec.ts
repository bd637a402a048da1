import { parseJson } from './json.js';

describe('JSON from anybody', () => {
  const nested = (arrays: number, objects: number) =>
    `${'['.repeat(arrays)}${'{"a":'.repeat(objects)}0${'}'.repeat(objects)}${']'.repeat(arrays)}`;

  it.each([
    [64, 0],
    [0, 64],
    [32, 32],
    [33, 31],
  ])('may be nested %s and %s deep, but no deeper', (arrays, objects) => {
    expect(parseJson(nested(arrays, objects))).toEqual(JSON.parse(nested(arrays, objects)));
    for (const deeper of [nested(arrays + 1, objects), nested(arrays, objects + 1)])
      expect(() => parseJson(deeper)).toThrow('nested deeper');
  });

  it('may have any number of brackets side by side or within texts', () => {
    for (const text of [`[${'[],'.repeat(500)}{}]`, JSON.stringify('[{"\\'.repeat(500)), `[${'{},'.repeat(500)}1]`])
      expect(parseJson(text)).toEqual(JSON.parse(text));
  });
});
