import type { RunInstancesRequest } from '@aws-sdk/client-ec2';
import type { CallContext, JobHandler } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { forgetNode } from '../../join/advanceNode.ts';
import { watchInstance } from '../../join/selfManaged.ts';
import { groups, type GroupRow, type Place } from './group.ts';

/** Account seconds between a change and the first launch, and between two looks at what is on its way. */
const reactionSeconds = 5;
const lookSeconds = 10;
/** A failed launch is tried again after a minute, then after twice as long each time, until a day is over. */
const retrySeconds = 60;
const lastRetry = 86_400;

export function lookSoon({ account, region }: Place, group: string, seconds = reactionSeconds): void {
  account.schedule(seconds, 'autoscaling.look', { region, group });
}

type Candidate = Pick<RunInstancesRequest, 'LaunchTemplate' | 'InstanceType'>;

/** The types that may be launched, best first, with the template. */
export function candidates({ mixed }: Pick<GroupRow, 'mixed'>): Candidate[] {
  const { LaunchTemplateSpecification: LaunchTemplate, Overrides = [] } = mixed.LaunchTemplate ?? {};
  const types = Overrides.map(({ InstanceType }) => InstanceType as Candidate['InstanceType']);
  return types.length > 0 ? types.map(InstanceType => ({ LaunchTemplate, InstanceType })) : [{ LaunchTemplate }];
}

/** One instance into the subnet that holds the fewest; every subnet and type is tried before the launch counts as failed. */
function launch(context: CallContext, group: GroupRow): boolean {
  const crowd = (subnetId: string) => group.members.filter(member => member.subnetId === subnetId).length;
  const subnets = group.subnets.toSorted((a, b) => crowd(a) - crowd(b));
  const propagated = group.tags.filter(tag => tag.PropagateAtLaunch).map(({ Key, Value }) => ({ Key, Value }));
  const Tags = [...propagated, { Key: 'aws:autoscaling:groupName', Value: group.name }];
  const TagSpecifications = [{ ResourceType: 'instance', Tags }];
  let refusal = new AwsError('', '');
  for (const choice of candidates(group))
    for (const SubnetId of subnets)
      try {
        type Made = { InstanceId: string; InstanceType: string; Placement: { AvailabilityZone: string } };
        const input = { ...choice, SubnetId, MinCount: 1, MaxCount: 1, TagSpecifications };
        const { Instances } = context.account.call<{ Instances: [Made] }>(context, 'ec2', 'RunInstances', input);
        const [{ InstanceId: instanceId, InstanceType: instanceType, Placement }] = Instances;
        const zone = Placement.AvailabilityZone;
        watchInstance(context, instanceId);
        group.members.push({ instanceId, instanceType, zone, subnetId: SubnetId, state: 'Pending' });
        remember(context, group, 'Successful', `Launching a new EC2 instance: ${instanceId}`);
        return true;
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        refusal = error;
      }
  remember(context, group, 'Failed', `${refusal.message} Launching EC2 instance failed.`, refusal.code);
  return false;
}

function remember(
  { account }: CallContext,
  group: GroupRow,
  status: 'Successful' | 'Failed',
  text: string,
  code?: string,
): void {
  const activity = { id: account.uuid(), at: account.now(), status, text, ...(code !== undefined && { code }) };
  group.activities = [activity, ...(group.activities ?? [])].slice(0, 20);
}

/** Takes in what EC2 has done since the last look. */
function observe(context: CallContext, group: GroupRow): void {
  const Filters = [{ Name: 'tag:aws:autoscaling:groupName', Values: [group.name] }];
  type Answer = { Reservations: { Instances: { InstanceId: string; State: { Name: string } }[] }[] };
  const { Reservations } = context.account.call<Answer>(context, 'ec2', 'DescribeInstances', { Filters });
  const states = new Map(Reservations.flatMap(item => item.Instances).map(item => [item.InstanceId, item.State.Name]));
  const stateOf = (instanceId: string) => states.get(instanceId) ?? 'terminated';
  for (const { instanceId } of group.members) if (stateOf(instanceId) === 'terminated') forgetNode(context, instanceId);
  group.members = group.members.filter(member => stateOf(member.instanceId) !== 'terminated');
  for (const member of group.members)
    if (member.state === 'Pending' && stateOf(member.instanceId) === 'running') member.state = 'InService';
}

/** Takes away the oldest, as many as are too many. */
function shrink(context: CallContext, group: GroupRow): void {
  const staying = group.members.filter(({ state }) => state !== 'Terminating');
  for (const member of staying.slice(0, Math.max(0, staying.length - group.desired))) {
    member.state = 'Terminating';
    context.account.call(context, 'ec2', 'TerminateInstances', { InstanceIds: [member.instanceId] });
  }
}

const look: JobHandler<{ readonly region: string; readonly group: string }> = ({ region, group: name }, account) => {
  const context = account.serviceContext(region, 'autoscaling.amazonaws.com');
  const group = groups(context).get(name);
  if (!group) return;
  observe(context, group);
  if (group.deleting && group.members.length === 0) {
    groups(context).delete(name);
    return;
  }
  let failed = false;
  if (group.deleting)
    for (const member of group.members.filter(({ state }) => state !== 'Terminating')) {
      member.state = 'Terminating';
      account.call(context, 'ec2', 'TerminateInstances', { InstanceIds: [member.instanceId] });
    }
  else if (group.members.length > group.desired) shrink(context, group);
  else while (group.members.length < group.desired && !failed) failed = !launch(context, group);
  group.failures = failed ? group.failures + 1 : 0;
  if (group.members.some(member => member.state !== 'InService')) lookSoon(context, name, lookSeconds);
  const wait = retrySeconds * 2 ** (group.failures - 1);
  if (failed && wait <= lastRetry) lookSoon(context, name, wait);
};

export const scalingJobs = { 'autoscaling.look': look };
