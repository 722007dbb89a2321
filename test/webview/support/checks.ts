import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '../../../tools/vscode-host/browser.ts';

const axeSource = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** Every rule of axe-core, best practices included. */
export async function assertAccessible(page: Page, what: string): Promise<void> {
  if (!(await page.evaluate<boolean>('"axe" in globalThis'))) await page.evaluate(axeSource);
  const { violations } = await page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  const told = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(node => `${id}: ${help}\n    ${node.html.slice(0, 300)}\n    ${node.failureSummary ?? ''}`),
  );
  assert.deepEqual(told, [], `${what}: axe-core found ${told.length}`);
}

/** Nothing wider than the page, no control cut off or lying on another, no heading cut off. */
export async function assertFits(page: Page, what: string): Promise<void> {
  const problems = await page.evaluate(() => {
    const found: string[] = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) found.push(`the page is ${scrollWidth} px wide in ${clientWidth}`);
    const boxes: { name: string; rect: DOMRect }[] = [];
    const controls = 'vscode-button, vscode-text-field, vscode-dropdown, vscode-checkbox, summary, h1, h2, .label';
    for (const element of document.querySelectorAll<HTMLElement>(controls)) {
      const rect = element.getBoundingClientRect();
      // What a closed <details> holds keeps its size.
      const hidden = rect.width === 0 || !element.checkVisibility() || element.classList.contains('visually-hidden');
      // What is in a bar that stays in place while the page scrolls may cover what scrolls below it.
      const stays = element.closest('footer, .run-header');
      if (hidden || stays) continue;
      const name = `${element.localName} "${element.textContent?.trim().slice(0, 30)}"`;
      if (rect.left < -0.5 || rect.right > clientWidth + 0.5) found.push(`${name} is cut off by the page`);
      if (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflow === 'hidden')
        found.push(`${name} is clipped`);
      for (const other of boxes) {
        const across = Math.min(rect.right, other.rect.right) - Math.max(rect.left, other.rect.left);
        const down = Math.min(rect.bottom, other.rect.bottom) - Math.max(rect.top, other.rect.top);
        if (across > 1 && down > 1) found.push(`${name} lies on ${other.name}`);
      }
      boxes.push({ name, rect });
    }
    return found;
  });
  assert.deepEqual(problems, [], what);
}
