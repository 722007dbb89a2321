import type { RunInstancesRequest } from '@aws-sdk/client-ec2';
import type { CallContext, JobHandler } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { activities, groups, told, type ActivityRow, type GroupRow, type Member, type Place } from './group.ts';

/** Account seconds between a change and the first launch, and between two looks at what is on its way. */
const reactionSeconds = 5;
const lookSeconds = 10;
/** A failed launch is tried again after a minute, then after twice as long each time, until a day is over. */
const retrySeconds = 60;
const lastRetry = 86_400;

export function lookSoon({ account, region }: Place, group: string, seconds = reactionSeconds): void {
  account.schedule(seconds, 'autoscaling.look', { region, group });
}

/** The types that may be launched, best first, with the template of each. */
export function candidates(
  group: Pick<GroupRow, 'launchTemplate' | 'mixed'>,
): Pick<RunInstancesRequest, 'LaunchTemplate' | 'InstanceType'>[] {
  const { LaunchTemplateSpecification: usual, Overrides = [] } = group.mixed?.LaunchTemplate ?? {};
  const choices = Overrides.length > 0 ? Overrides : [{}];
  return choices.map(({ InstanceType, LaunchTemplateSpecification: own }) => {
    const { LaunchTemplateId, LaunchTemplateName, Version = '$Default' } = own ?? group.launchTemplate ?? usual ?? {};
    const which = LaunchTemplateId === undefined ? { LaunchTemplateName } : { LaunchTemplateId };
    const type = InstanceType as RunInstancesRequest['InstanceType'];
    return { LaunchTemplate: { ...which, Version }, ...(type !== undefined && { InstanceType: type }) };
  });
}

function record(place: Place, group: GroupRow, activity: Partial<ActivityRow>): ActivityRow {
  const ActivityId = place.account.uuid();
  return activities(place).set(ActivityId, {
    ActivityId,
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    Cause: '',
    StartTime: new Date(place.account.now()),
    StatusCode: 'InProgress',
    Progress: 50,
    ...activity,
  });
}

function finish({ account }: Place, activity: ActivityRow | undefined, outcome: Partial<ActivityRow> = {}): void {
  if (activity)
    Object.assign(activity, { StatusCode: 'Successful', Progress: 100, EndTime: new Date(account.now()) }, outcome);
}

const details = (member: Pick<Member, 'subnetId' | 'zone'>): string =>
  JSON.stringify({ 'Subnet ID': member.subnetId, 'Availability Zone': member.zone });

/** One instance into the subnet that holds the fewest; every subnet and type is tried before the launch counts as failed. */
function launch(context: CallContext, group: GroupRow, from: number): boolean {
  const crowd = (subnetId: string) => group.members.filter(member => member.subnetId === subnetId).length;
  const subnets = group.subnets.toSorted((a, b) => crowd(a) - crowd(b));
  const Cause = `${group.cause}At ${told(context.account)} an instance was started in response to a difference between desired and actual capacity, increasing the capacity from ${from} to ${from + 1}.`;
  const propagated = group.tags.filter(tag => tag.PropagateAtLaunch).map(({ Key, Value }) => ({ Key, Value }));
  const Tags = [...propagated, { Key: 'aws:autoscaling:groupName', Value: group.name }];
  let refusal = '';
  for (const choice of candidates(group))
    for (const SubnetId of subnets) {
      const input = {
        ...choice,
        SubnetId,
        MinCount: 1,
        MaxCount: 1,
        TagSpecifications: [{ ResourceType: 'instance', Tags }],
      };
      try {
        type Made = {
          InstanceId: string;
          InstanceType: string;
          Placement: { AvailabilityZone: string };
          Tags: { Key: string; Value: string }[];
        };
        const { Instances } = context.account.call<{ Instances: [Made] }>(context, 'ec2', 'RunInstances', input);
        const [made] = Instances;
        const member: Member = {
          instanceId: made.InstanceId,
          instanceType: made.InstanceType,
          zone: made.Placement.AvailabilityZone,
          subnetId: SubnetId,
          state: 'Pending',
          version: made.Tags.find(tag => tag.Key === 'aws:ec2launchtemplate:version')?.Value ?? '',
          protectedFromScaleIn: group.protectNew,
        };
        group.members.push(member);
        record(context, group, {
          Description: `Launching a new EC2 instance: ${made.InstanceId}`,
          Cause,
          Details: details(member),
        });
        return true;
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        refusal = error.message;
      }
    }
  const StatusMessage = `${refusal} Launching EC2 instance failed.`;
  const Description = `Launching a new EC2 instance.  Status Reason: ${StatusMessage}`;
  finish(context, record(context, group, { Description, Cause }), { StatusCode: 'Failed', StatusMessage });
  return false;
}

export function terminate(context: CallContext, group: GroupRow, member: Member, Cause: string): ActivityRow {
  member.state = 'Terminating';
  context.account.call(context, 'ec2', 'TerminateInstances', { InstanceIds: [member.instanceId] });
  return record(context, group, {
    Description: `Terminating EC2 instance: ${member.instanceId}`,
    Cause,
    Details: details(member),
  });
}

/** From the fullest zone first, the oldest instance. */
function victim(group: GroupRow): Member | undefined {
  const open = group.members.filter(
    member => member.state !== 'Terminating' && (group.deleting || !member.protectedFromScaleIn),
  );
  const crowd = (zone: string) => open.filter(member => member.zone === zone).length;
  return open.toSorted((a, b) => crowd(b.zone) - crowd(a.zone))[0];
}

/** Takes in what EC2 has done since the last look. */
function observe(context: CallContext, group: GroupRow): void {
  const Filters = [{ Name: 'tag:aws:autoscaling:groupName', Values: [group.name] }];
  type Answer = { Reservations: { Instances: { InstanceId: string; State: { Name: string } }[] }[] };
  const { Reservations } = context.account.call<Answer>(context, 'ec2', 'DescribeInstances', { Filters });
  const states = new Map(Reservations.flatMap(item => item.Instances).map(item => [item.InstanceId, item.State.Name]));
  for (const member of [...group.members]) {
    const state = states.get(member.instanceId) ?? 'terminated';
    const isOf = (row: ActivityRow) =>
      row.StatusCode === 'InProgress' && row.Description?.endsWith(`: ${member.instanceId}`) === true;
    if (state === 'running' && member.state === 'Pending') {
      member.state = 'InService';
      finish(context, activities(context).find(isOf));
    } else if (state === 'terminated') {
      const Cause = `At ${told(context.account)} an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped.`;
      if (member.state !== 'Terminating') terminate(context, group, member, Cause);
      finish(context, activities(context).find(isOf));
      group.members = group.members.filter(other => other !== member);
    }
  }
}

const look: JobHandler<{ readonly region: string; readonly group: string }> = ({ region, group: name }, account) => {
  const context = account.serviceContext(region, 'autoscaling.amazonaws.com');
  const group = groups(context).get(name);
  if (!group) return;
  observe(context, group);
  if (group.deleting && group.members.length === 0) {
    groups(context).delete(name);
    for (const row of activities(context).filter(row => row.AutoScalingGroupName === name))
      activities(context).delete(row.ActivityId);
    return;
  }
  const wanted = group.deleting ? 0 : group.desired;
  const live = () => group.members.filter(member => member.state !== 'Terminating').length;
  let failed = false;
  while (live() < wanted && !failed) failed = !launch(context, group, live());
  for (let member = victim(group); member && live() > wanted; member = victim(group)) {
    const at = `At ${told(account)}`;
    const Cause = `${group.cause}${at} an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from ${live()} to ${live() - 1}.  ${at} instance ${member.instanceId} was selected for termination.`;
    terminate(context, group, member, Cause);
  }
  group.failures = failed ? group.failures + 1 : 0;
  if (group.members.some(member => member.state !== 'InService')) lookSoon(context, name, lookSeconds);
  const wait = retrySeconds * 2 ** (group.failures - 1);
  if (failed && wait <= lastRetry) lookSoon(context, name, wait);
};

export const scalingJobs = { 'autoscaling.look': look };
