import type { AwsSession } from '../aws/awsSession.ts';
import { listStacks } from '../aws/stack.ts';
import type { Clock } from '../clock.ts';
import { PrivateEksError } from '../errors.ts';
import { clusterTag } from '../spec/ownTags.ts';
import { driftReport, type DriftReport } from './driftReport.ts';
import { readFindings } from './readFindings.ts';
import { readStackDrifts } from './readStackDrifts.ts';

/** Whether what stands is what its stacks made, and what came beside them. @throws PrivateEksError `cluster-not-ours` */
export async function readDrift(
  session: AwsSession,
  cluster: string,
  clock: Clock,
  signal?: AbortSignal,
): Promise<DriftReport> {
  const stacks = await listStacks(session, ({ tags }) => tags[clusterTag] === cluster, signal);
  if (stacks.length === 0)
    throw new PrivateEksError('cluster-not-ours', `There is no stack of ${cluster} in ${session.region}.`, {
      fix: 'Check the name, the profile and the region. Drift is told of clusters that Private EKS made.',
    });
  const [drifts, findings] = await Promise.all([
    readStackDrifts(session, stacks, clock, signal),
    readFindings(session, cluster, stacks, signal),
  ]);
  return driftReport(cluster, drifts, findings);
}
