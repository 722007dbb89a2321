import { build } from '../../tools/tasks/checks.ts';
import { benchPanel } from './scale/benchPanel.ts';
import { benchTree } from './scale/benchTree.ts';
import { measureVscode } from './scale/vscodeMeasures.ts';

const clusters = 200;
const events = 20_000;

/**
 * `npm run bench:scale`: the explorer on an account of 200 clusters over five regions (calls, times, heap), the same in a real VS Code, and
 * the run panel with 20,000 events beside the one with 300. `-- tree`, `-- panel` or `-- vscode` for one part alone.
 */
export async function benchScale(args: readonly string[] = []): Promise<number> {
  const begun = performance.now();
  const isWanted = (part: string) => args.length === 0 || args.includes(part);
  if (isWanted('vscode') || isWanted('panel')) {
    const built = await build();
    if (built !== 0) return built;
  }
  const verdicts: boolean[] = [];
  if (isWanted('tree')) verdicts.push(await benchTree(clusters));
  if (isWanted('panel')) verdicts.push(await benchPanel(events));
  if (isWanted('vscode')) for (const line of await measureVscode(clusters)) console.log(line);
  console.log(`\n${((performance.now() - begun) / 1000).toFixed(0)} s in all`);
  return verdicts.every(Boolean) ? 0 : 1;
}
