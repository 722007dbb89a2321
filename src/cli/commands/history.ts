import { runHistory, type PastRun } from '../../core/run/runHistory.ts';
import { stateHome } from '../../core/state/stateHome.ts';
import { exitCode, jsonOption, type Command } from '../command.ts';
import { textTable } from '../textTable.ts';

export const history: Command = {
  name: 'history',
  summary: 'Lists past runs: inputs, outcome, duration, cost, what failed first',
  positionals: [],
  optionalPositionals: ['name'],
  options: jsonOption,
  details: [
    'Reads this machine’s memory and calls nothing. With --json each line is one run, the latest first; no line: no run.',
    'A run is interrupted when its process ended without a word. It stays so until it is carried on, given up, or another run of the cluster begins; it then counts as cancelled.',
    'Of a run that ended before its time it says what carries it on (with --json "goesOnWith"), or why nothing does any more ("past"): a later run, a delete, or that it was given up.',
  ],
  run: async input => {
    const { io } = input;
    const [cluster] = input.positionals;
    const runs = await runHistory(stateHome({ env: io.env }), cluster);
    if (input.flag('json')) for (const run of runs) io.out(`${JSON.stringify(run)}\n`);
    else if (runs.length === 0) io.out(`No run${cluster === undefined ? '' : ` of ${cluster}`} on this machine.\n`);
    else
      io.out(
        textTable(
          ['STARTED', 'RUN', 'OUTCOME', 'TOOK', 'USD/MONTH', 'SPEC', 'PROFILE', 'WHAT STOPPED IT'],
          runs.map(row),
          io.isTerminal ? io.columns() : undefined,
        ),
      );
    return exitCode.done;
  },
};

function row(run: PastRun): string[] {
  const { startedAt, kind, cluster, region, status, resumed, durationMs, monthlyUsd, specPath, specHash, profile } =
    run;
  const spec = specHash === undefined ? '' : `${specPath ?? 'spec'} ${specHash.slice(0, 8)}`;
  return [
    new Date(startedAt).toISOString().slice(0, 16).replace('T', ' '),
    `${kind} ${cluster} ${region}`,
    resumed > 0 ? `${status} (resumed ${resumed}×)` : status,
    duration(durationMs),
    monthlyUsd === undefined ? '' : monthlyUsd.toFixed(0),
    spec,
    profile ?? '',
    stop(run),
  ];
}

/** What failed first of all, also where a later attempt got past it; else why it has not ended as it should. Then the way on, or why there is none. */
function stop(run: PastRun): string {
  const { firstFailure, status, summary, past } = run;
  const why = firstFailure
    ? `${firstFailure.step}: ${firstFailure.what}`
    : status === 'interrupted'
      ? 'its process ended'
      : status === 'cancelled'
        ? (summary ?? '')
        : '';
  const on = past ?? wayOn(run);
  return on === undefined ? why : [why.replace(/\.$/, ''), on].filter(Boolean).join(past === undefined ? '; ' : '. ');
}

function wayOn({ goesOnWith, kind }: PastRun): string | undefined {
  if (goesOnWith === undefined) return undefined;
  const [flag] = /--\w+$/.exec(goesOnWith) ?? [];
  return `${flag === undefined ? 'the same command' : `${kind} ${flag}`} goes on`;
}

function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes >= 60
    ? `${Math.floor(minutes / 60)} h ${minutes % 60} min`
    : minutes > 0
      ? `${minutes} min`
      : `${Math.round(ms / 1000)} s`;
}
