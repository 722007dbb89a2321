import { callerIdentity } from '../../core/aws/identity.ts';
import { systemClock } from '../../core/clock.ts';
import { forgetCluster, mergeReportText } from '../../core/kube/ownKubeconfig.ts';
import { deleteOutlook, outlookLines } from '../../core/leftovers/deleteOutlook.ts';
import { startDelete } from '../../core/run/deleteRun.ts';
import { attendRun, runOptions } from '../attendRun.ts';
import { awsOptions, exitCode, jsonOption, UsageError, type Command } from '../command.ts';
import { fitText } from '../fitText.ts';
import { openServices } from '../openServices.ts';

export const deleteCommand: Command = {
  name: 'delete',
  summary: 'Deletes all that was made for a cluster, and proves that nothing is left',
  positionals: ['name'],
  options: {
    yes: { type: 'boolean', help: 'Do not ask for the name' },
    'with-volumes': { type: 'boolean', help: 'Delete the volumes of the cluster’s claims, too: their data is lost' },
    retain: { type: 'string', value: 'IDS', help: 'Let stay what AWS does not delete: logical ids, with commas' },
    'keep-key': { type: 'boolean', help: 'Keep the cluster’s own KMS key, at its price' },
    ...awsOptions,
    ...jsonOption,
    ...runOptions,
    'run-id': { type: 'string', value: 'ID', help: 'Name of a new run, for programs that follow its journal' },
  },
  details: [
    'Only stacks that carry the tag private-eks:cluster=NAME are deleted. Deletion protection and termination protection are switched off on the way.',
    'The cluster’s own key is scheduled for deletion after 30 days; the staging bucket stays for the next cluster. Both are named at the end.',
    'What controllers in the cluster made goes by its tags: nodes of Karpenter, load balancers (classic ones, too), target groups, security groups and network interfaces; so do node groups and Fargate profiles that no stack made. Volumes hold data and stay unless --with-volumes says otherwise. What belongs to nobody that the tags name is never deleted; where it is in the way, the delete stops and names it.',
    '--retain takes effect only where a deletion has failed; the failure lists what could stay. It is yours from then on.',
    'After a failure or a crash the same command goes on.',
  ],
  run: async input => {
    const [name = ''] = input.positionals;
    const { io } = input;
    const runId = input.text('run-id');
    if (runId !== undefined && !/^delete-[\w.-]{1,140}$/.test(runId))
      throw new UsageError('A run id begins with delete- and has letters, digits, dots and dashes.');
    if (!input.flag('yes') && !io.isTerminal) throw new UsageError('A delete needs --yes where nobody can be asked.');
    const services = await openServices(input);
    const withVolumes = input.flag('with-volumes');
    const outlook = await deleteOutlook(services.session, name, { withVolumes });
    for (const line of outlookLines(outlook)) io.err(fitText(io, `${line}\n`));
    if (!input.flag('yes')) {
      const typed = await io.ask(`This deletes ${name} with its nodes, network and logs. Type its name to go on: `);
      if (typed.trim() !== name) {
        io.err('That is not its name; nothing was deleted.\n');
        return exitCode.cancelled;
      }
    }
    const { accountId } = await callerIdentity(services.session);
    const handle = await startDelete(name, services, {
      key: input.flag('keep-key') ? 'keep' : 'schedule-deletion',
      ...(withVolumes ? { withVolumes } : {}),
      retain: (input.text('retain') ?? '').split(',').filter(Boolean),
      ...(runId === undefined ? {} : { runId }),
    });
    const code = await attendRun(handle, input, services);
    const key = { accountId, region: services.session.region, cluster: name };
    // What is merged into the user's kubeconfig goes with the cluster.
    if (code === exitCode.done)
      for (const report of await forgetCluster({ home: services.stateHome, clock: systemClock }, key))
        io.err(mergeReportText(report));
    return code;
  },
};
