import fs from 'node:fs';
import path from 'node:path';
import { builtinExtensions, hostFolder, hostModules, vscodeFolder } from './paths.ts';

/** The built-in extensions that the tests and the practice workspace use; the other eighty only slow the start. */
const extensions = [
  'configuration-editing',
  'json',
  'json-language-features',
  'log',
  'markdown-basics',
  'markdown-language-features',
  'shellscript',
  'terminal-suggest',
  'theme-defaults',
  'theme-modern-icons',
  'theme-seti',
  'yaml',
];

const standIns = ['@vscode/spdlog', '@vscode/native-watchdog'];
const notServed = new Set(['code-server', 'playwright-core', '@sparticuz/chromium']);

/**
 * Makes the installed VS Code runnable: links the packages where its browser half fetches them from, puts stand-ins for the
 * two native modules that are only distributed as source, and links the built-in extensions wanted. Harmless to repeat and
 * safe beside a running host: it only adds what is missing.
 */
export function prepareHost(): void {
  const manifest = JSON.parse(fs.readFileSync(path.join(hostFolder, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const served = path.join(vscodeFolder, 'node_modules');
  for (const name of Object.keys(manifest.dependencies)) {
    if (!notServed.has(name)) link(path.join(hostModules, name), path.join(served, name));
  }
  for (const name of standIns) link(path.join(hostFolder, 'stand-ins', name), path.join(served, name));
  for (const name of extensions) link(path.join(vscodeFolder, 'extensions', name), path.join(builtinExtensions, name));
}

function link(target: string, place: string): void {
  fs.mkdirSync(path.dirname(place), { recursive: true });
  try {
    fs.symlinkSync(path.relative(path.dirname(place), target), place);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
