import { isAwsError, toPrivateEksError } from '../../aws/errors.ts';
import { callerIdentity, signalOption } from '../../aws/identity.ts';
import { pages } from '../../aws/pages.ts';
import { listStacks } from '../../aws/stack.ts';
import { findLeavings, type Where } from '../../leftovers/clusterLeavings.ts';
import { leftoverText, type Leftover } from '../../leftovers/leftover.ts';
import { clusterTag } from '../../spec/ownTags.ts';
import { failureCause } from '../failureCause.ts';
import { StepFailure, type StepContext, type StepResult } from '../step.ts';
import { clusterExists, logGroupExists } from './lateLogs.ts';
import { isOurs } from './stackTags.ts';
import { stagingBucket } from './staging.ts';

/** AWS's lists lag behind its deletions a little. */
const looks = { times: 4, everyMs: 10_000 };

/** Asks AWS for everything that a cluster leaves. What stays on purpose goes into `remaining`; anything else is a failure. */
export async function proof(remaining: Set<string>, context: StepContext, where?: Where): Promise<StepResult> {
  for (let look = 1; ; look++) {
    const left = [...(await leftBehind(context)), ...(where ? await made(where, context) : [])];
    if (left.length === 0) break;
    if (look === looks.times)
      throw new StepFailure(
        failureCause({
          code: 'left-behind',
          what: `Something of ${context.cluster} is left: ${left[0]}.`,
          why: 'It may cost money.',
          fix: 'Retry; if it stays, remove what is named.',
          evidence: left,
        }),
      );
    context.progress(`still there: ${left.join(', ')}`);
    await context.clock.sleep(looks.everyMs, context.cancel);
  }
  if (where) for (const item of await staying(where, context)) remaining.add(leftoverText(item));
  const bucket = await stagingBucketThere(context);
  if (bucket) remaining.add(`bucket ${bucket}: kept for the next cluster of this account and region`);
  return { outcome: 'done', summary: 'no stack, cluster, VPC, instance or log group is left' };
}

/** What is the cluster's and stays on purpose; a look that is refused is no failure of a delete. */
async function staying(where: Where, { session, signal }: StepContext): Promise<Leftover[]> {
  const { volumes, told } = await findLeavings(session, where, signal, ['volumes', 'told']);
  return [...volumes, ...told.filter(({ kind }) => kind !== 'hosted zone')];
}

const madeParts = [
  'instances',
  'launchTemplates',
  'balancers',
  'classicBalancers',
  'targetGroups',
  'securityGroups',
] as const;

/** What controllers made and an earlier step has removed. */
async function made(where: Where, { session, signal }: StepContext): Promise<string[]> {
  const seen = await findLeavings(session, where, signal, madeParts);
  const { instances, launchTemplates, balancers, classicBalancers, targetGroups, securityGroups } = seen;
  return [instances, launchTemplates, balancers, classicBalancers, targetGroups, securityGroups]
    .flat()
    .map(({ kind, id, name }) => `${kind} ${name ?? id}`);
}

async function leftBehind(context: StepContext): Promise<string[]> {
  const { session, signal, cluster } = context;
  const [stacks, exists, logGroup, network] = await Promise.all([
    listStacks(session, stack => isOurs(stack, cluster), signal),
    clusterExists(context),
    logGroupExists(context),
    tagged(context),
  ]);
  return [
    ...stacks.map(({ name, status }) => `stack ${name} (${status})`),
    ...(exists ? [`cluster ${cluster}`] : []),
    ...(logGroup ? [`the log group of ${cluster}`] : []),
    ...network,
  ];
}

async function tagged({ session, signal, cluster }: StepContext): Promise<string[]> {
  try {
    const { paginateDescribeInstances, paginateDescribeVpcs } = await import('@aws-sdk/client-ec2');
    const client = await session.client('ec2');
    const ours = { Name: `tag:${clusterTag}`, Values: [cluster] };
    const states = { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] };
    const [vpcs, instances] = await Promise.all([
      pages(paginateDescribeVpcs({ client }, { Filters: [ours] }, signalOption(signal)), page => page.Vpcs),
      pages(paginateDescribeInstances({ client }, { Filters: [ours, states] }, signalOption(signal)), page =>
        page.Reservations?.flatMap(({ Instances = [] }) => Instances),
      ),
    ]);
    return [...vpcs.map(({ VpcId }) => `VPC ${VpcId}`), ...instances.map(({ InstanceId }) => `instance ${InstanceId}`)];
  } catch (error) {
    throw toPrivateEksError(error);
  }
}

async function stagingBucketThere({ session, signal }: StepContext): Promise<string | undefined> {
  const { accountId } = await callerIdentity(session, signal);
  const Bucket = stagingBucket({ accountId, region: session.region });
  try {
    const { HeadBucketCommand } = await import('@aws-sdk/client-s3');
    const s3 = await session.client('s3');
    await s3.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner: accountId }), signalOption(signal));
    return Bucket;
  } catch (error) {
    // Not there, or not ours to look at: either way nothing that this run must tell.
    if (isAwsError(error, 'NotFound', 'NoSuchBucket', '404') || isForbidden(error)) return undefined;
    throw toPrivateEksError(error);
  }
}

/** A HEAD has no body: of a refusal there is only the status. */
function isForbidden(error: unknown): boolean {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 403;
}
