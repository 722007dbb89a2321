import type { DescribeInstancesResult, Instance } from '@aws-sdk/client-ec2';
import type { GetInstanceProfileResponse } from '@aws-sdk/client-iam';
import type { Account, CallContext } from '../kernel/account.ts';
import { checkAddonsSoon } from '../services/eks/addonOperations.ts';
import { answered } from '../services/eks/clusterRules.ts';
import { asEks, clusters } from '../services/eks/eksTables.ts';
import { imageOf } from '../services/ssm/publicParameters.ts';
import { advanceNode, forgetNode } from './advanceNode.ts';
import { viewNetwork } from './reachability.ts';
import { readUserData, userDataOf, userDataProblem } from './userData.ts';

interface WatchJob {
  readonly region: string;
  readonly id: string;
  /** Account time (ms) after which nobody waits any more. */
  readonly until: number;
}

const watchSeconds = 10;
const patienceSeconds = 3600;
/** No name that a managed group can have. */
const selfManaged = '(self-managed)';

/** To be called for every instance that Auto Scaling launches: it may want to be a node. */
export function watchInstance({ account, region }: CallContext, id: string): void {
  if (!account.hasOperation('eks', 'DescribeCluster')) return;
  const until = account.now() + patienceSeconds * 1000;
  account.schedule(watchSeconds, 'eks.instanceWatch', { region, id, until });
}

function roleOf(context: CallContext, instance: Instance): string {
  const arn = instance.IamInstanceProfile?.Arn ?? '';
  const input = { InstanceProfileName: arn.slice(arn.lastIndexOf('/') + 1) };
  const found = answered<GetInstanceProfileResponse>(context, 'iam', 'GetInstanceProfile', input);
  return found?.InstanceProfile?.Roles?.[0]?.Arn ?? '';
}

function instanceWatch({ region, id, until }: WatchJob, account: Account): void {
  const context = asEks({ account, region });
  const described = answered<DescribeInstancesResult>(context, 'ec2', 'DescribeInstances', { InstanceIds: [id] });
  const instance = described?.Reservations?.[0]?.Instances?.[0];
  if (!instance || !/^(pending|running)$/.test(instance.State?.Name ?? '')) return forgetNode(context, id);
  if (instance.Tags?.some(({ Key }) => Key === 'eks:nodegroup-name')) return;
  const text = userDataOf(instance, context);
  const told = readUserData(text);
  const cluster = clusters(context).get(told?.cluster);
  const again = (): void => {
    if (account.now() < until) account.schedule(watchSeconds, 'eks.instanceWatch', { region, id, until });
  };
  if (!told) return;
  if (!cluster?.cluster.endpoint) return again();
  const image = imageOf(region, instance.ImageId ?? '', account.now());
  const wrongForm = image && (image.system === 'bottlerocket') !== (told.form === 'bottlerocket');
  const state = advanceNode(context, cluster, instance, viewNetwork(context, instance.VpcId ?? ''), {
    group: selfManaged,
    role: roleOf(context, instance),
    userData: wrongForm ? `the image does not understand user data for ${told.form}` : userDataProblem(cluster, text),
    source: {
      cluster: cluster.name,
      version: image?.version ?? cluster.cluster.version ?? '',
      labels: told.labels,
      taints: told.taints,
    },
  });
  if (state === 'newly-ready') checkAddonsSoon(context, cluster.name);
  if (state === 'waiting') again();
}

export const selfManagedJobs = { 'eks.instanceWatch': instanceWatch };
