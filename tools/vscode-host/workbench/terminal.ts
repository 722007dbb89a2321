import type { Page } from '../browser.ts';

/** What stands in the visible terminals, scrollback included, lines without trailing blanks. Wrapped lines stay separate. */
export async function terminalText(page: Page): Promise<string> {
  return page.evaluate(`[...document.querySelectorAll('.terminal-wrapper.active')]
    .flatMap(({ xterm }) => (xterm ? [xterm.buffer.active] : []))
    .map(active =>
      Array.from({ length: active.length }, (_, line) => active.getLine(line).translateToString(true)).join('\\n').trimEnd())
    .join('\\n')`);
}

/** Resolves to the terminals' text once it contains the pattern. */
export async function waitForTerminalText(page: Page, pattern: RegExp, timeout = 30_000): Promise<string> {
  const end = Date.now() + timeout;
  for (;;) {
    const text = await terminalText(page);
    if (pattern.test(text)) return text;
    if (Date.now() > end) throw new Error(`No terminal showed ${pattern} within ${timeout} ms. They show:\n${text}`);
    await page.waitForTimeout(100);
  }
}

/** Types a line into the visible terminal and presses Enter. */
export async function typeInTerminal(page: Page, line: string): Promise<void> {
  await page.locator('.terminal-wrapper.active .xterm-helper-textarea').last().focus();
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}
