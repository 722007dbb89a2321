import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

interface Coverage {
  readonly result: readonly { readonly url: string }[];
}

/**
 * The files whose code ran in VS Code's processes. Start the workbench with `env: { NODE_V8_COVERAGE: folder }`, and call this
 * after `close()`: Node writes its coverage when a process ends.
 */
export function loadedFiles(coverageFolder: string): string[] {
  const files = new Set<string>();
  for (const name of fs.readdirSync(coverageFolder)) {
    const { result } = JSON.parse(fs.readFileSync(path.join(coverageFolder, name), 'utf8')) as Coverage;
    for (const { url } of result) if (url.startsWith('file:')) files.add(fileURLToPath(url));
  }
  return [...files].sort();
}
