import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import {
  applicationStates,
  applicationTypes,
  authorityActs,
  authorityStates,
  certificateStates,
  disciplines,
  mediaKinds,
  objectionParties,
  objectionStates,
  opinions,
  recordRequestStates,
  regionLevels,
  registrarStates,
  remarkKinds,
  remedies,
  rightKinds,
  sourceKinds,
  structures,
  updateFrequencies,
} from '@app/sdk';

/** Words that are the same in both languages. */
const SAME = /^([\d\s.,:;%¥*/+–—·@#()-]|SHA-256|SD-JWT|VC-JWT|JWT|JWKS|PDF|USCC|API|Webhook|English)*$/;

/** Headings, labels, choices and buttons that a reader of one language cannot read: the other one, or a name of the program where a text is missing. */
export async function untranslated(page: Page, within: string, to: 'zh' | 'en' = 'zh'): Promise<string[]> {
  const parts = [
    'th',
    'legend',
    'label',
    'button',
    '.ant-descriptions-item-label',
    '.ant-tag',
    '.ant-select-item-option',
  ];
  const texts = await page.locator(parts.map((part) => `${within} ${part}`).join(',')).allInnerTexts();
  const isChinese = (text: string) => /[\u4e00-\u9fff]/.test(text);
  return texts
    .map((text) => text.trim())
    .filter((text) =>
      to === 'en' ? isChinese(text) || /^[A-Z]+_[A-Z_]+$/.test(text) : !isChinese(text) && !SAME.test(text),
    );
}

const required = createRequire(import.meta.url);
interface Axe {
  readonly axe: {
    run(
      of: Document,
      options: object,
    ): Promise<{ violations: { id: string; impact: string; nodes: { html: string; any: { message: string }[] }[] }[] }>;
  };
}

/**
 * What bars those who use no mouse, do not see or see little contrast (WCAG 2.2, A and AA), as axe finds it when nothing moves any more: what
 * it calls serious or critical.
 */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(required.resolve('axe-core/axe.min.js'), 'utf8'));
  return page.evaluate(async () => {
    const passing = document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity);
    await Promise.allSettled(passing.map(({ finished }) => finished));
    const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    const { violations } = await (globalThis as unknown as Axe).axe.run(document, { runOnly });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(({ html, any }) => `${location.pathname} ${id}: ${html.slice(0, 200)} ${any[0]?.message ?? ''}`),
      );
  });
}

/** Inputs of the open form that somebody who hears the page could not tell apart. */
export const unlabelled = (page: Page): Promise<string[]> =>
  page
    .locator('.ant-modal')
    .locator('input:not([type=file]), textarea, [role=combobox], [role=switch]')
    .evaluateAll((inputs) =>
      (inputs as HTMLInputElement[])
        .filter((one) => !one.labels?.length && !one.ariaLabel && !one.getAttribute('aria-labelledby'))
        .map((one) => one.id || one.outerHTML.slice(0, 100)),
    );

/** What people have no use for: the codes of the contract, and ids of things that have names. */
const CODES = new Set<string>(
  [
    [
      applicationTypes,
      applicationStates,
      certificateStates,
      rightKinds,
      remarkKinds,
      mediaKinds,
      sourceKinds,
      structures,
    ],
    [updateFrequencies, regionLevels, objectionStates, objectionParties, remedies, recordRequestStates],
    [authorityActs, authorityStates, disciplines, opinions, registrarStates],
  ].flat(2),
);
const ID = /\b(app|aut|cas|cert|exp|fct|obj|obl|org|reg|res|rrq)_[0-9a-f]{6}/;

/** Against hanging only. */
const LIMIT_MS = 30_000;

/** Codes and ids that stand in these parts of a page when its names have come; an id to be copied is no fault, nor is a command. */
export async function bare(page: Page, within: string): Promise<string[]> {
  for (const until = Date.now() + LIMIT_MS; ; await page.waitForTimeout(100)) {
    const found = (await textsOf(page, within)).filter(
      (text) => ID.test(text) || text.split(/[^A-Z0-9_]+/).some((word) => CODES.has(word)),
    );
    if (found.length === 0 || Date.now() > until) return found;
  }
}

const textsOf = (page: Page, within: string): Promise<string[]> =>
  page.locator(within).evaluateAll((parts) =>
    parts.flatMap((part) => {
      const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
      const found: string[] = [];
      while (walker.nextNode()) {
        const { parentElement, nodeValue } = walker.currentNode;
        if (!parentElement!.closest('.own-id, .small code, style, script')) found.push(nodeValue!);
      }
      return found;
    }),
  );
