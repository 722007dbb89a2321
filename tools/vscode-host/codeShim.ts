import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { runInHost } from './runInHost.ts';

const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: {
    extensionDevelopmentPath: { type: 'string' },
    extensionTestsPath: { type: 'string' },
    'user-data-dir': { type: 'string' },
    'extensions-dir': { type: 'string' },
  },
});
const { extensionDevelopmentPath, extensionTestsPath } = values;
if (typeof extensionDevelopmentPath !== 'string' || typeof extensionTestsPath !== 'string') {
  console.error(
    'This stand-in for VS Code only runs tests: --extensionDevelopmentPath and --extensionTestsPath are required.',
  );
  process.exit(2);
}
process.exitCode = await runInHost({
  extensionDevelopmentPath,
  extensionTestsPath,
  folder: path.resolve(positionals[0] ?? '.'),
});
