import type { AwsSession } from '../core/aws/awsSession.ts';
import { callerIdentity } from '../core/aws/identity.ts';
import { askTunnel } from '../core/tunnel/process/askTunnel.ts';
import { listTunnelRecords } from '../core/tunnel/process/tunnelRecord.ts';
import type { TunnelStatus } from '../core/tunnel/supervisor/tunnelStatus.ts';

export interface TunnelFound extends Pick<TunnelStatus, 'port' | 'state' | 'detail' | 'latencyMs'> {
  readonly kubeconfig: string;
}

/** The tunnel to a cluster that is open on this machine, as it is now; undefined where there is none. */
export async function clusterTunnel(
  home: string,
  session: AwsSession,
  cluster: string,
): Promise<TunnelFound | undefined> {
  const { region } = session;
  const named = (await listTunnelRecords(home)).filter(
    record => record.cluster === cluster && record.region === region,
  );
  if (named.length === 0) return undefined;
  const { accountId } = await callerIdentity(session);
  const record = named.find(known => known.accountId === accountId);
  const status = record && (await askTunnel(record));
  if (!status) return undefined;
  const { port, state, detail, latencyMs } = status;
  return { port, state, detail, latencyMs, kubeconfig: record.kubeconfig };
}
