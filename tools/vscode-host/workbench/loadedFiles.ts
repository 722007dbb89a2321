import fs from 'node:fs';
import { fileURLToPath } from 'node:url';

const hook = new URL('./recordLoads.mjs', import.meta.url).href;

/** The environment in which a VS Code and its extension hosts write each module they load into the file `record`. */
export function recordLoads(record: string): NodeJS.ProcessEnv {
  fs.writeFileSync(record, '');
  return { NODE_OPTIONS: `--import=${hook}`, RECORD_LOADS: record };
}

/** The files that VS Code's processes have loaded so far, in the order of their loading, each once. */
export function loadedFiles(record: string): string[] {
  const urls = fs.readFileSync(record, 'utf8').split('\n');
  return [...new Set(urls)].filter(url => url.startsWith('file:')).map(url => fileURLToPath(url));
}
