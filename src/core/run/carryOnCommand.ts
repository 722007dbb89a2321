import { quote } from '../plan/shellQuote.ts';
import { isRollback } from './runWords.ts';
import type { RunView } from './runView.ts';

/** What carries the run on at a command line; whether it can be is said by `runOutlook`. */
export function carryOnCommand(run: Pick<RunView, 'kind' | 'cluster' | 'started' | 'steps'>): string {
  const { kind, cluster, started } = run;
  if (kind === 'delete') return `private-eks delete ${cluster}`;
  if (kind === 'upgrade') return `private-eks upgrade ${cluster} --resume`;
  const file = started.specPath === undefined ? 'FILE' : quote(started.specPath);
  return `private-eks ${kind} -f ${file} --${isRollback(run) ? 'rollback' : 'resume'}`;
}
