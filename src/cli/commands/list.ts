import { listClusters } from '../../core/aws/clusterStatus.ts';
import { listRuns, viewRun } from '../../core/run/runFolder.ts';
import { awsOptions, exitCode, jsonOption, type Command } from '../command.ts';
import { openServices } from '../openServices.ts';
import { textTable } from '../textTable.ts';

const shownRuns = 10;

export const list: Command = {
  name: 'list',
  summary: 'Lists the clusters of the account and region, and the latest runs',
  positionals: [],
  options: { ...awsOptions, ...jsonOption },
  details: ['Clusters that Private EKS did not make are listed, too. Runs are those of this machine.'],
  run: async input => {
    const { io } = input;
    const { session, stateHome } = await openServices(input);
    const clusters = await listClusters(session);
    const runs = await Promise.all((await listRuns(stateHome)).slice(0, shownRuns).map(run => viewRun(stateHome, run)));
    if (input.flag('json')) {
      const views = runs.map(({ runId, kind, cluster, status, started, startedAt, endedAt }) => {
        const { region, accountId } = started;
        return { runId, kind, cluster, status, region, accountId, startedAt, endedAt };
      });
      io.out(`${JSON.stringify({ region: session.region, clusters, runs: views })}\n`);
      return exitCode.done;
    }
    const rows = clusters.map(({ name, status, version = '', isPrivate, madeByUs, stacks }) => [
      name,
      status,
      version,
      isPrivate === undefined ? '' : isPrivate ? 'private' : 'PUBLIC',
      madeByUs ? `${stacks.length} stacks` : 'made elsewhere',
    ]);
    io.out(
      rows.length > 0
        ? textTable(['NAME', 'STATUS', 'VERSION', 'ENDPOINT', 'MADE'], rows)
        : `No cluster in ${session.region}.\n`,
    );
    if (runs.length > 0) {
      const lines = runs.map(({ runId, status, started }) => [runId, status, started.region]);
      io.out(`\n${textTable(['RUN', 'STATUS', 'REGION'], lines)}`);
    }
    return exitCode.done;
  },
};
