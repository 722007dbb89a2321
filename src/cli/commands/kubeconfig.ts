import { homedir } from 'node:os';
import process from 'node:process';
import { callerIdentity } from '../../core/aws/identity.ts';
import { systemClock } from '../../core/clock.ts';
import { listMergeRecordsOf } from '../../core/kube/merge/mergeRecord.ts';
import { unmergeCluster } from '../../core/kube/merge/mergedKubeconfig.ts';
import { mergeOwnKubeconfig } from '../../core/kube/mergeOwnKubeconfig.ts';
import { mergeReportText } from '../../core/kube/ownKubeconfig.ts';
import { stateHome } from '../../core/state/stateHome.ts';
import { askForProxy } from '../../core/tunnel/process/tunnelProxy.ts';
import type { TunnelKey } from '../../core/tunnel/process/tunnelRecord.ts';
import { awsOptions, exitCode, UsageError, type Command, type CommandInput } from '../command.ts';
import { connectedCluster } from '../connectedCluster.ts';
import { writeKubeconfigFile, type KubeconfigFileInput } from '../kubeconfigFile.ts';
import { openServices } from '../openServices.ts';

export const kubeconfig: Command = {
  name: 'kubeconfig',
  summary: 'Writes the kubeconfig of a cluster that is connected, or merges it into yours',
  positionals: ['name'],
  options: {
    out: { type: 'string', value: 'FILE', help: 'Write there; default: its own file in the state folder' },
    proxy: { type: 'boolean', help: 'Name the endpoint itself, reached by the tunnel’s proxy while it is open' },
    merge: { type: 'boolean', help: 'Add its context to the kubeconfig that kubectl would write to' },
    into: { type: 'string', value: 'FILE', help: 'With --merge: into this one' },
    as: { type: 'string', value: 'CONTEXT', help: 'With --merge: under this name' },
    unmerge: { type: 'boolean', help: 'Take what was merged out again' },
    ...awsOptions,
  },
  details: [
    'The file reaches the private endpoint through the open tunnel and holds no key and no token; that of --proxy holds the proxy’s password, and its mode is 0600. Prints its path. Other kubeconfig files are left alone.',
    '--merge keeps every other byte of the file as it is, current-context included, is locked against kubectl, and follows the tunnel’s port from then on. --unmerge undoes it whatever was edited meanwhile; deleting the cluster does, too.',
  ],
  run: async input => {
    refuseMixtures(input);
    if (input.flag('unmerge')) return unmerge(input);
    const { home, cluster, accountId, callerArn, profile, record } = await connectedCluster(input);
    const file: KubeconfigFileInput = {
      ...{ home, cluster, accountId, callerArn, profile, env: input.io.env },
      port: record.port,
      out: input.text('out'),
      onNote: text => input.io.err(`${text}\n`),
      ...(input.flag('proxy') ? { proxyUrl: await askForProxy(record) } : {}),
    };
    const own = await writeKubeconfigFile(file);
    if (!input.flag('merge')) {
      input.io.out(`${own}\n`);
      return exitCode.done;
    }
    const report = await mergeOwnKubeconfig({ home, clock: systemClock }, record, own, {
      ...{ env: input.io.env, platform: process.platform, homedir: homedir() },
      ...{ into: input.text('into'), as: input.text('as') },
    });
    input.io.err(mergeReportText(report));
    input.io.err(`Use it: kubectl --context '${report.context}' get nodes\n`);
    input.io.out(`${report.file}\n`);
    return exitCode.done;
  },
};

function refuseMixtures(input: CommandInput): void {
  const given = ['out', 'proxy', 'merge', 'into', 'as', 'unmerge'].filter(
    name => input.flag(name) || input.text(name) !== undefined,
  );
  const fits = [['out', 'proxy'], ['merge', 'into', 'as'], ['unmerge']].some(set =>
    given.every(one => set.includes(one)),
  );
  if (!fits) throw new UsageError(`${given.map(name => `--${name}`).join(' and ')} do not go together.`);
  const needs = given.find(name => name === 'into' || name === 'as');
  if (needs !== undefined && !input.flag('merge')) throw new UsageError(`--${needs} goes with --merge.`);
}

/** Needs neither a tunnel nor AWS, unless clusters of one name in several accounts were merged. */
async function unmerge(input: CommandInput): Promise<number> {
  const [name = ''] = input.positionals;
  const { io } = input;
  const home = stateHome({ env: io.env });
  const merges = await listMergeRecordsOf(home, name, input.text('region'));
  const keys = new Map(
    merges.map(({ accountId, region, cluster }) => [`${accountId} ${region}`, { accountId, region, cluster }]),
  );
  const key = keys.size > 1 ? await chosenKey(input, name) : keys.values().next().value;
  const reports = key ? await unmergeCluster({ home, clock: systemClock }, key) : [];
  if (reports.length === 0) io.err(`Nothing of ${name} was merged into a kubeconfig.\n`);
  for (const report of reports) {
    io.err(mergeReportText(report));
    io.out(`${report.file}\n`);
  }
  return reports.some(({ outcome }) => outcome === 'failed') ? exitCode.failed : exitCode.done;
}

async function chosenKey(input: CommandInput, cluster: string): Promise<TunnelKey> {
  const { session } = await openServices(input);
  const { accountId } = await callerIdentity(session);
  return { accountId, region: session.region, cluster };
}
