import { minuteText } from '../minuteText.ts';
import { isRollback } from './runWords.ts';
import type { RunView } from './runView.ts';

/** What can be done with a run that is over; `retry` and `resume` both carry it on, `delete` takes away what a create has made. */
export type RunOffer = 'retry' | 'resume' | 'roll-back' | 'delete' | 'connect';

export interface RunOutlook {
  readonly offers: readonly RunOffer[];
  /** In a line, why a run that ended before its time cannot be carried on. Undefined for every other run. */
  readonly past: string | undefined;
}

export interface Beside {
  /** Every run on record, of whatever cluster. */
  readonly runs?: readonly RunView[];
  /** AWS was asked after the run was over, and knows no such cluster. */
  readonly clusterIsGone?: boolean;
}

/** What is offered of a run, wherever it is shown: in the explorer, in its panel, in the history. */
export function runOutlook(run: RunView, { runs = [], clusterIsGone = false }: Beside = {}): RunOutlook {
  const { status, kind, cluster, started, failure, givenUp } = run;
  const [successor] = runs.filter(other => isAfter(other, run)).sort(latestFirst);
  const isDeleted = successor?.kind === 'delete' && successor.status === 'done';
  if (status === 'done') return here(kind === 'delete' || isDeleted || clusterIsGone ? [] : ['connect']);
  if (status !== 'failed' && status !== 'cancelled' && status !== 'interrupted') return here([]);
  if (successor) return past(isDeleted ? `Deleted since, by ${successor.runId}.` : `Superseded by ${successor.runId}.`);
  const changes = kind === 'update' || kind === 'upgrade';
  if (changes && clusterIsGone) return past(`There is no cluster ${cluster} in ${started.region} any more.`);
  const way = status === 'failed' ? 'retry' : 'resume';
  const rollsBack: RunOffer[] =
    kind === 'update' && failure && started.specPath && !isRollback(run) ? ['roll-back'] : [];
  if (givenUp) {
    const when = givenUp.at === undefined ? '' : ` on ${minuteText(givenUp.at)}`;
    return past(`Given up${when}. Begin a new ${kind}: it is made from what is there.`, rollsBack);
  }
  if (!started.specPath && (kind === 'create' || kind === 'update'))
    return past('It was begun without a file, so it cannot be carried on.', kind === 'create' ? ['delete'] : []);
  return here([way, ...rollsBack, ...(kind === 'create' ? (['delete'] as const) : [])]);
}

export function canCarryOn({ offers }: RunOutlook): boolean {
  return offers.includes('retry') || offers.includes('resume');
}

const here = (offers: readonly RunOffer[]): RunOutlook => ({ offers, past: undefined });
const past = (why: string, offers: readonly RunOffer[] = []): RunOutlook => ({ offers, past: why });

/** A run of the same cluster that came later; in what order runs came is told as the folder of runs tells it. */
function isAfter(other: RunView, run: RunView): boolean {
  const [a, b] = [other.started, run.started];
  return a.cluster === b.cluster && a.region === b.region && a.accountId === b.accountId && latestFirst(other, run) < 0;
}

function latestFirst(a: RunView, b: RunView): number {
  return b.startedAt - a.startedAt || b.runId.localeCompare(a.runId);
}
