import { callerIdentity } from '../../core/aws/identity.ts';
import { explainRun, explanationText } from '../../core/run/explainRun.ts';
import { isOfCluster, listRuns, viewRun } from '../../core/run/runFolder.ts';
import { awsOptions, exitCode, jsonOption, type Command } from '../command.ts';
import { openServices } from '../openServices.ts';

export const explain: Command = {
  name: 'explain',
  summary: 'Why is this slow? What each step of the cluster’s run waits for, as the account shows it now',
  positionals: ['name'],
  options: { ...awsOptions, ...jsonOption },
  details: [
    'Looks only. Without a run on this machine it explains each stack that is not whole.',
    'With --json each line is one step or stack: {"title","waitingFor","evidence","waitedSeconds","usualSeconds"}; no line: nothing is under way. Ends with 1 when there is nothing of the cluster at all.',
  ],
  run: async input => {
    const [name = ''] = input.positionals;
    const { session, clock, stateHome } = await openServices(input);
    const { accountId } = await callerIdentity(session);
    const key = { accountId, cluster: name, region: session.region };
    const [last] = (await listRuns(stateHome)).filter(run => isOfCluster(run, key));
    const view = last && (await viewRun(stateHome, last));
    const explanations = await explainRun(name, view, { session, clock });
    input.io.out(
      input.flag('json')
        ? explanations.map(item => `${JSON.stringify(item)}\n`).join('')
        : explanationText(name, explanations),
    );
    return exitCode.done;
  },
};
