import { PrivateEksError } from '../../core/errors.ts';
import { isOfCluster, listRuns } from '../../core/run/runFolder.ts';
import { stateHome } from '../../core/state/stateHome.ts';
import { exitCode, jsonOption, type Command } from '../command.ts';
import { linePrinter } from '../runPrinter.ts';

export const events: Command = {
  name: 'events',
  summary: 'Prints the journal of a cluster’s last run',
  positionals: ['name'],
  options: {
    run: { type: 'string', value: 'ID', help: 'Another run than the last' },
    ...jsonOption,
  },
  details: ['Reads this machine’s memory and calls nothing. With --json every line is a RunEvent.'],
  run: async input => {
    const { io } = input;
    const [cluster = ''] = input.positionals;
    const wanted = input.text('run');
    const runs = (await listRuns(stateHome({ env: io.env }))).filter(run => isOfCluster(run, { cluster }));
    const run = wanted === undefined ? runs[0] : runs.find(({ runId }) => runId === wanted);
    if (!run)
      throw new PrivateEksError(
        'run-not-found',
        `There is no run of ${cluster} on this machine${wanted ? ` named ${wanted}` : ''}.`,
      );
    if (input.flag('json')) for (const event of run.events) io.out(`${JSON.stringify(event)}\n`);
    else {
      const printer = linePrinter(io, true);
      for (const event of run.events) printer.show(event, false);
    }
    return exitCode.done;
  },
};
