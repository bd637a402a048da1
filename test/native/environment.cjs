'use strict';
const { ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');

/** No context of its own: the tests of every file run where Node runs, with one set of built-in classes. */
module.exports = class PlainEnvironment {
  constructor({ projectConfig }) {
    this.global = globalThis;
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimers = null;
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
    // What Jest sets for a file is taken back after it.
    this.before = { console: globalThis.console, exit: Object.getOwnPropertyDescriptor(process, 'exit') };
    for (const name of ['TEST_TIMEOUT_SYMBOL', 'EVENT_HANDLERS']) delete globalThis[Symbol.for(name)];
  }

  async setup() {}

  async teardown() {
    this.fakeTimersModern.dispose();
    globalThis.console = this.before.console;
    Object.defineProperty(process, 'exit', this.before.exit);
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return null;
  }
};
