'use strict';
const { default: Sequencer } = require('@jest/test-sequencer');

/** What takes by far the longest, the longest first: begun last, it would keep one core busy while the other has nothing to do. */
const LONG = ['bad-input-walk', 'journeys/main-job', 'journeys/crash', 'faults', 'console'];

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const place = ({ path }) => {
      const at = LONG.findIndex((name) => path.endsWith(`/${name}.e2e-spec.ts`));
      return at < 0 ? LONG.length : at;
    };
    return super.sort([...tests]).sort((a, b) => place(a) - place(b));
  }
};
