import fs from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from '../../../tools/vscode-host/browser.ts';
import type { PanelPage } from '../../../src/editor/panels/panelPage.ts';
import type { PanelServer } from './panelServer.ts';

/** Colours and sizes as VS Code gave them to a panel, in each of the four themes that every check covers. */
export const themes = ['dark', 'light', 'high-contrast-dark', 'high-contrast-light'] as const;
export type Theme = (typeof themes)[number];

export interface OpenOptions {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
}

export interface OpenPanel {
  readonly page: Page;
  /** As the editor sends it. */
  send(message: object): Promise<void>;
  snapshot(state: object): Promise<void>;
  /** From now on the editor gets what the panel asks for. */
  listen(hear: (request: unknown) => void | Promise<void>): Promise<void>;
  /** What the panel has asked for, without the first `ready`. */
  requests(): Promise<unknown[]>;
  /** Directives that the page's policy has enforced. */
  violations(): Promise<string[]>;
  close(): Promise<void>;
}

/** Opens a built panel in a page of its own, with a stand-in for VS Code's messages and the theme's variables. */
export async function openPanel(
  browser: Browser,
  server: PanelServer,
  panel: PanelPage['panel'],
  { theme = 'dark', width = 900, height = 900 }: OpenOptions = {},
): Promise<OpenPanel> {
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const look: unknown = JSON.parse(
    fs.readFileSync(path.join(import.meta.dirname, '../themes', `${theme}.json`), 'utf8'),
  );
  await page.addInitScript(standIn, look as Look);
  await page.goto(server.address(panel));
  await page.waitForFunction(() => (globalThis as unknown as StandIn).posted.length > 0);
  // Messages are handled in turn; two frames later the panel has drawn what they said.
  const drawn = () =>
    page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  const send = async (message: object) => {
    await page.evaluate(data => window.dispatchEvent(new MessageEvent('message', { data })), message);
    await drawn();
  };
  await drawn();
  return {
    page,
    send,
    snapshot: state => send({ type: 'snapshot', seq: 1, state }),
    listen: async hear => void (await page.exposeFunction('toEditor', hear)),
    requests: async () => (await page.evaluate(() => (globalThis as unknown as StandIn).posted)).slice(1),
    violations: () => page.evaluate(() => (globalThis as unknown as StandIn).violations),
    close: () => context.close(),
  };
}

interface Look {
  readonly bodyClass: string;
  readonly variables: Readonly<Record<string, string>>;
}
interface StandIn {
  posted: unknown[];
  violations: string[];
  toEditor?: (message: unknown) => void;
  acquireVsCodeApi: () => object;
}

/** Runs in the page before anything else does. */
function standIn(look: Look): void {
  const here = globalThis as unknown as StandIn;
  here.posted = [];
  here.violations = [];
  let kept: unknown;
  here.acquireVsCodeApi = () => ({
    postMessage: (message: unknown) => {
      here.posted.push(message);
      here.toEditor?.(message);
    },
    getState: () => kept,
    setState: (state: unknown) => (kept = state),
  });
  document.addEventListener('securitypolicyviolation', event =>
    here.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
  );
  document.addEventListener('DOMContentLoaded', () => {
    for (const [name, value] of Object.entries(look.variables)) document.documentElement.style.setProperty(name, value);
    document.body.className = look.bodyClass;
  });
}
