import { callerIdentity } from '../../core/aws/identity.ts';
import { readClusterStatus, type ClusterStatus } from '../../core/aws/clusterStatus.ts';
import { PrivateEksError } from '../../core/errors.ts';
import { isOfCluster, listRuns, viewRun } from '../../core/run/runFolder.ts';
import type { RunView } from '../../core/run/runView.ts';
import { clusterTunnel, type TunnelFound } from '../clusterTunnel.ts';
import { awsOptions, exitCode, jsonOption, type Command } from '../command.ts';
import { openServices } from '../openServices.ts';

export const status: Command = {
  name: 'status',
  summary: 'Shows a cluster as it is now: endpoint, nodes, add-ons, stacks, last run',
  positionals: ['name'],
  options: { ...awsOptions, ...jsonOption },
  details: ['Asks AWS, not the memory of this machine; and the tunnel to it, where one is open here.'],
  run: async input => {
    const [name = ''] = input.positionals;
    const { session, stateHome } = await openServices(input);
    const cluster = await readClusterStatus(session, name);
    // The practice account may have a cluster of the same name.
    const { accountId } = await callerIdentity(session);
    const key = { accountId, cluster: name, region: session.region };
    const [last] = (await listRuns(stateHome)).filter(run => isOfCluster(run, key));
    const run = last && (await viewRun(stateHome, last));
    if (!cluster)
      throw new PrivateEksError(
        'cluster-not-found',
        `There is no cluster ${name} in ${session.region}, and no stack of it.`,
      );
    const tunnel = await clusterTunnel(stateHome, session, name);
    const lastRun = run && { runId: run.runId, status: run.status, kind: run.kind };
    input.io.out(
      input.flag('json')
        ? `${JSON.stringify({ ...cluster, run: lastRun, tunnel })}\n`
        : statusText(cluster, run, tunnel),
    );
    return exitCode.done;
  },
};

function statusText(cluster: ClusterStatus, run: RunView | undefined, tunnel: TunnelFound | undefined): string {
  const endpoint = cluster.isPrivate === undefined ? 'none yet' : cluster.isPrivate ? 'private' : 'PUBLIC';
  const lines = [
    `${cluster.name}  ${cluster.status}  ${cluster.version ?? ''}`.trimEnd(),
    `  Endpoint    ${endpoint}${cluster.endpoint === undefined ? '' : `  ${cluster.endpoint}`}`,
    `  Network     ${cluster.vpcId ?? 'none yet'}`,
    `  Logs        ${cluster.logTypes.join(', ') || 'none'}`,
    `  Own key     ${cluster.customerKey ? 'yes' : 'no'}`,
    ...cluster.nodeGroups.flatMap(({ name, status: state, desired, issues }) => [
      `  Nodes       ${name}  ${state}  ${desired} wanted`,
      ...issues.map(issue => `              ${issue}`),
    ]),
    ...cluster.addons.map(({ name, status: state, version }) => `  Add-on      ${name}  ${state}  ${version}`),
    ...cluster.accessEntries.map(arn => `  Access      ${arn}`),
    ...cluster.stacks.map(({ name, status: state }) => `  Stack       ${name}  ${state}`),
    `  Tunnel      ${tunnel ? `127.0.0.1:${tunnel.port}  ${tunnel.state.replaceAll('-', ' ')}: ${tunnel.detail}` : 'none open on this machine'}`,
    ...(run ? [`  Last run    ${run.runId}  ${run.status}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}
