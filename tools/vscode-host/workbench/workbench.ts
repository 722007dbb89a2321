import { workbenchAddress } from '../address.ts';
import { launchBrowser, type Browser, type Page } from '../browser.ts';
import { repository } from '../paths.ts';
import { startServer, type Server, type ServerOptions } from '../server.ts';

export interface WorkbenchOptions extends ServerOptions {
  /** The folder that VS Code opens. */
  readonly workspace: string;
  /** An extension's folder, loaded as under development: this repository when not given. With `vsix`, nothing is. */
  readonly extensionDevelopmentPath?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** A real VS Code in a real browser, driven by a test as a person would. */
export interface Workbench {
  readonly page: Page;
  readonly server: Server;
  readonly browser: Browser;
  /** A further window on the same VS Code, in the same profile. */
  openWindow(): Promise<Page>;
  close(): Promise<void>;
}

/** Starts VS Code with a fresh profile and resolves once its window stands. */
export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const [server, browser] = await together(startServer({ testDriver: true, ...options }), launchBrowser());
  const context = await browser.newContext({ viewport: options.viewport ?? { width: 1400, height: 900 } });
  const installed = (options.vsix ?? []).length > 0;
  const address = workbenchAddress({
    port: server.port,
    folder: options.workspace,
    extensionDevelopmentPath: options.extensionDevelopmentPath ?? (installed ? undefined : repository),
  });
  const openWindow = async () => {
    const page = await context.newPage();
    await page.goto(address);
    await windowReady(page);
    return page;
  };
  const close = async () => {
    await browser.close();
    await server.stop();
  };
  try {
    return { page: await openWindow(), server, browser, openWindow, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Both started, or neither left behind. */
async function together(starting: Promise<Server>, launching: Promise<Browser>): Promise<[Server, Browser]> {
  const [server, browser] = await Promise.allSettled([starting, launching]);
  if (server.status === 'fulfilled' && browser.status === 'fulfilled') return [server.value, browser.value];
  if (server.status === 'fulfilled') await server.value.stop();
  if (browser.status === 'fulfilled') await browser.value.close();
  throw server.status === 'rejected' ? server.reason : (browser as PromiseRejectedResult).reason;
}

/** Reloads the window as *Developer: Reload Window* does; its extension host is a new process afterwards. */
export async function reloadWindow(page: Page): Promise<void> {
  await page.reload();
  await windowReady(page);
}

async function windowReady(page: Page): Promise<void> {
  await page.locator('.monaco-workbench .statusbar').waitFor();
  // Lays out editors and views of the last session, too, before it resolves.
  await page.waitForFunction('globalThis.driver?.whenWorkbenchRestored().then(() => true)');
}
