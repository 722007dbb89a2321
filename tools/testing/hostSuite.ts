import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { format } from 'node:util';
import Mocha from 'mocha';
import { Reporter } from './reporter.ts';

/** VS Code calls this in its extension host; rejecting makes the whole run fail. */
export async function run(): Promise<void> {
  const { HOST_SUITE_RESULTS: output, HOST_SUITE_GREP: grep } = process.env;
  if (!output) throw new Error('HOST_SUITE_RESULTS must name the file for the results');
  // VS Code mixes its own log into the console; the mark tells the runner what to show.
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => console.log(format(...args).replaceAll(/^/gm, '│ '));
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 60_000,
    forbidOnly: true,
    reporter: Reporter,
    reporterOptions: { output, style: 'spec' },
    ...(grep ? { grep } : {}),
  });
  const files = fs.readdirSync(import.meta.dirname).filter(file => file.endsWith('.test.js'));
  for (const file of files) mocha.addFile(path.join(import.meta.dirname, file));
  await mocha.loadFilesAsync();
  const failures = await new Promise<number>(resolve => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} tests failed`);
}
