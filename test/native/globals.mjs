/** `@jest/globals` for natively loaded tests: those of the file that runs now. */
const live = (name) => new Proxy({}, { get: (_, key) => globalThis[name][key] });
export const jest = live('jestOfFile');
