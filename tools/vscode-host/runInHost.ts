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

const limit = 5 * 60_000;

/** Begins what tests print on purpose; VS Code's own log comes the same way. */
export const testOutputMark = '│ ';

/** Opens VS Code in a browser, lets it call the tests' `run`, shows what they print (all of VS Code's log too when they fail), and resolves to their exit code. */
export async function runInHost(run: HostRun): Promise<number> {
  const server = await startServer({ testDriver: true });
  const browser = await launchBrowser();
  const log: string[] = [];
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const { promise: exit, resolve, reject } = Promise.withResolvers<number>();
    page.on('crash', () => reject(new Error('The page with VS Code crashed.')));
    setTimeout(() => reject(new Error(`The tests did not end within ${limit / 60_000} minutes.`)), limit).unref();
    // The two functions that VS Code in a browser calls during a test run: its extension host has no console and no exit of its own.
    await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => {
      const line = format(...args);
      if (line.startsWith(testOutputMark)) console.log(line);
      else log.push(line);
    });
    await page.exposeFunction('codeAutomationExit', resolve);
    await page.goto(workbenchAddress({ port: server.port, ...run }));
    const code = await exit;
    if (code !== 0) console.error(log.join('\n'));
    return code;
  } finally {
    await browser.close();
    await server.stop();
  }
}
