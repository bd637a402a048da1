'use strict';
const { createHash } = require('node:crypto');
const { existsSync, readFileSync } = require('node:fs');
const { register, createRequire } = require('node:module');
const { pathToFileURL } = require('node:url');
const { default: JestRuntime } = require('jest-runtime');

let files = 0;

/**
 * Loads the modules of tests as Node loads those of the service: natively, and the sources once for all files that a
 * worker runs instead of anew for each. What is below `test/` is fresh for every file.
 */
module.exports = class NativeRuntime extends JestRuntime {
  constructor(...options) {
    super(...options);
    if (files === 0) register('./hooks.mjs', pathToFileURL(__filename));
    files += 1;
    // What it adds to the events and tables that the service knows must not stay for the files after it.
    const adds = readFileSync(this._testPath, 'utf8').includes('/support/noted.js');
    this.address = `?${adds ? 'apart' : 'file'}=${files}`;
    globalThis.jestOfFile = this.jestGlobals.jestObjectFor(this._testPath);
  }

  unstable_shouldLoadAsEsm() {
    return true;
  }

  async unstable_importModule(path) {
    return import(pathToFileURL(path).href + this.address);
  }

  /** Parts of Jest itself. */
  requireInternalModule(from, to = from) {
    const require = createRequire(from);
    const path = require.resolve(to);
    // It keeps what it was told of a file, so each file gets its own.
    delete require.cache[path];
    return require(path);
  }

  requireModule(from, to = from) {
    return createRequire(from)(to);
  }

  getSourceMaps() {
    return Object.assign(new Map(), { get: mapOf });
  }
};

/** Where the hooks put the source map of a file. */
function mapOf(source) {
  const name = createHash('sha1').update(source.replace(/\?.*$/, '')).digest('hex');
  const map = `${process.env.TEST_SCRATCH}/maps/${name}`;
  return existsSync(map) ? map : undefined;
}
