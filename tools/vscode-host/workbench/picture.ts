import path from 'node:path';
import type { Page } from '../browser.ts';
import { repository } from '../paths.ts';

/** Saves what the window shows as `test-results/NAME.png` and returns the file's path. */
export async function takePicture(page: Page, name: string): Promise<string> {
  const file = path.join(repository, 'test-results', `${name}.png`);
  await page.screenshot({ path: file, animations: 'disabled' });
  return file;
}
