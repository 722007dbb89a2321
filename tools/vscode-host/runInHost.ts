import process from 'node:process';
import { format } from 'node:util';
import { workbenchAddress } from './address.ts';
import { launchBrowser } from './browser.ts';
import { startServer } from './server.ts';

export interface HostRun {
  readonly extensionDevelopmentPath: string;
  /** Module whose `run` is called in the extension host. */
  readonly extensionTestsPath: string;
  readonly folder: string;
}

const limit = 10 * 60_000;

/** Opens VS Code in a browser, lets it call the tests' `run`, shows what they print, and resolves to their exit code. */
export async function runInHost(run: HostRun): Promise<number> {
  const server = await startServer();
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const exit = new Promise<number>((resolve, reject) => {
      page.on('crash', () => reject(new Error('The page with VS Code crashed.')));
      setTimeout(() => reject(new Error(`The tests did not end within ${limit / 60_000} minutes.`)), limit).unref();
      // The two functions that a test run in a browser's VS Code calls; an extension host there has no console or exit of its own.
      void page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
        (type === 'error' ? process.stderr : process.stdout).write(`${format(...args)}\n`);
      });
      void page.exposeFunction('codeAutomationExit', resolve);
    });
    await page.goto(workbenchAddress({ port: server.port, ...run }));
    return await exit;
  } finally {
    await browser.close();
    await server.stop();
  }
}
