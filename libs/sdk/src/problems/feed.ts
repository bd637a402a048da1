import type { Problem } from '../problems.js';

export const feedProblems = {
  'feed/none': {
    status: 404,
    title: { zh: '没有事件流', en: 'No feed' },
    detail: {
      zh: '机构 {operatorId} 没有运营任何场所;场所开设后的片刻即有事件流。',
      en: 'The organisation {operatorId} operates no venue; a feed begins moments after its first venue is opened.',
    },
  },
  'feed/too-many-streams': {
    status: 429,
    title: { zh: '同时打开的事件流过多', en: 'Too many open streams' },
    detail: {
      zh: '每个运营机构最多同时打开 {limit} 个;请先关闭一个,或改用 GET /v1/feed。',
      en: 'An operator may have {limit} open at a time; close one, or read GET /v1/feed.',
    },
  },
} as const satisfies Record<string, Problem>;
