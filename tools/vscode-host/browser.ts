import process from 'node:process';
import { chromium, type Browser } from 'playwright-core';
import { chromiumFromNpm } from './chromium.ts';

export type { Browser, BrowserContext, FrameLocator, Locator, Page } from 'playwright-core';

/** Nothing but this machine can be reached: a page that needs the internet fails its test. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost',
];

/**
 * Starts a headless Chromium without a way to the internet: the program that `CHROME` names, else the one from npm on Linux
 * x64, else the Chrome installed on the machine. The caller closes it.
 */
export async function launchBrowser(): Promise<Browser> {
  const named = process.env['CHROME'];
  if (named) return chromium.launch({ executablePath: named, headless: true, args });
  if (process.platform !== 'linux' || process.arch !== 'x64') return chromium.launch({ channel: 'chrome', args });
  const { executablePath, env } = await chromiumFromNpm();
  const defined = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return chromium.launch({ executablePath, env: defined, headless: true, args });
}
