import fs from 'node:fs';
import { launchBrowser } from '../vscode-host/browser.ts';

const size = 256;

/** `node tools/run.mjs icon`: draws media/icon.png, which the Marketplace wants, from media/icon.svg, which people edit. */
export async function icon(): Promise<number> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    const svg = fs.readFileSync('media/icon.svg', 'utf8');
    await page.setContent(
      `<style>body { margin: 0 } svg { display: block; width: ${size}px; height: ${size}px }</style>${svg}`,
    );
    await page.screenshot({ path: 'media/icon.png', omitBackground: true });
    return 0;
  } finally {
    await browser.close();
  }
}
