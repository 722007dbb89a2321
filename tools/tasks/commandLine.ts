import fs from 'node:fs';
import { build } from './checks.ts';
import { nodeProcess } from './nodeProcess.ts';

/** `npm run private-eks -- ARGUMENTS`: the command line from this repository, built when it has not been, on a Node that can run it. */
export async function commandLine(args: readonly string[]): Promise<number> {
  if (!fs.existsSync('dist/cli.js')) {
    const built = await build();
    if (built !== 0) return built;
  }
  return nodeProcess(['dist/cli.js', ...args]);
}
