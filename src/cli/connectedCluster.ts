import type { AwsSession } from '../core/aws/awsSession.ts';
import { callerIdentity } from '../core/aws/identity.ts';
import { PrivateEksError } from '../core/errors.ts';
import { isTunnelLive } from '../core/tunnel/process/askTunnel.ts';
import { readTunnelRecord, type TunnelRecord } from '../core/tunnel/process/tunnelRecord.ts';
import { describeClusterAccess, type ClusterAccess } from '../core/tunnel/route/clusterAccess.ts';
import type { CommandInput } from './command.ts';
import { openServices } from './openServices.ts';

export interface ConnectedCluster {
  readonly home: string;
  readonly session: AwsSession;
  readonly cluster: ClusterAccess;
  readonly accountId: string;
  readonly callerArn: string;
  readonly profile: string | undefined;
  readonly record: TunnelRecord;
}

/** The cluster of the first argument, and the tunnel that is open to it. @throws PrivateEksError `not-connected` */
export async function connectedCluster(input: CommandInput): Promise<ConnectedCluster> {
  const [name = ''] = input.positionals;
  const { session, stateHome: home } = await openServices(input);
  const { accountId, arn: callerArn } = await callerIdentity(session);
  const cluster = await describeClusterAccess(session, name);
  const record = await readTunnelRecord(home, { accountId, region: session.region, cluster: name });
  // A killed tunnel leaves its record behind.
  if (!record || !(await isTunnelLive(record)))
    throw new PrivateEksError('not-connected', `There is no tunnel to ${name} in ${session.region}.`, {
      fix: `Open one first: private-eks tunnel ${name}`,
    });
  return { home, session, cluster, accountId, callerArn, profile: session.profile, record };
}
