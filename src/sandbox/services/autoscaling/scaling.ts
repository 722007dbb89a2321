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
  const base = group.launchTemplate ?? usual ?? {};
  const choices = Overrides.length > 0 ? Overrides : [{}];
  return choices.map(({ InstanceType, LaunchTemplateSpecification: own }) => {
    const { LaunchTemplateId, LaunchTemplateName, Version = '$Default' } = own ?? base;
    const which = LaunchTemplateId === undefined ? { LaunchTemplateName } : { LaunchTemplateId };
    return {
      LaunchTemplate: { ...which, Version },
      ...(InstanceType !== undefined && {
        InstanceType: InstanceType as NonNullable<RunInstancesRequest['InstanceType']>,
      }),
    };
  });
}

function record(
  { account, region }: Place,
  group: GroupRow,
  activity: Partial<ActivityRow> & { Description: string; Cause: string },
): ActivityRow {
  const ActivityId = account.uuid();
  return activities({ account, region }).set(ActivityId, {
    ActivityId,
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    StartTime: new Date(account.now()),
    StatusCode: 'InProgress',
    Progress: 50,
    ...activity,
  });
}

function finish({ account }: Place, activity: ActivityRow): void {
  Object.assign(activity, { StatusCode: 'Successful', Progress: 100, EndTime: new Date(account.now()) });
}

const details = (member: Pick<Member, 'subnetId' | 'zone'>): string =>
  JSON.stringify({ 'Subnet ID': member.subnetId, 'Availability Zone': member.zone });

const running = (place: Place, id: string): ActivityRow | undefined =>
  activities(place).find(row => row.StatusCode === 'InProgress' && row.Description?.endsWith(`: ${id}`) === true);

/** One instance into the subnet that holds the fewest; every subnet and type is tried before the launch counts as failed. */
function launch(context: CallContext, group: GroupRow, from: number): boolean {
  const { account } = context;
  const crowd = (subnetId: string) => group.members.filter(member => member.subnetId === subnetId).length;
  const subnets = [...group.subnets].sort((a, b) => crowd(a) - crowd(b));
  const Cause = `${group.cause}At ${told(account)} an instance was started in response to a difference between desired and actual capacity, increasing the capacity from ${from} to ${from + 1}.`;
  const tags = [
    ...group.tags.filter(tag => tag.PropagateAtLaunch).map(({ Key, Value }) => ({ Key, Value })),
    { Key: 'aws:autoscaling:groupName', Value: group.name },
  ];
  let refusal: AwsError | undefined;
  for (const choice of candidates(group))
    for (const SubnetId of subnets) {
      const input = {
        ...choice,
        SubnetId,
        MinCount: 1,
        MaxCount: 1,
        TagSpecifications: [{ ResourceType: 'instance', Tags: tags }],
      };
      try {
        type Answer = {
          Instances: { InstanceId: string; InstanceType: string; Placement: { AvailabilityZone: string } }[];
        };
        const [made] = account.call<Answer>(context, 'ec2', 'RunInstances', input).Instances;
        if (!made) continue;
        const member: Member = {
          instanceId: made.InstanceId,
          instanceType: made.InstanceType,
          zone: made.Placement.AvailabilityZone,
          subnetId: SubnetId,
          state: 'Pending',
          health: 'Healthy',
          version: choice.LaunchTemplate?.Version ?? '',
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
        refusal = error;
      }
    }
  const reason = `${refusal?.message ?? 'No subnet to launch into.'} Launching EC2 instance failed.`;
  record(context, group, {
    Description: `Launching a new EC2 instance.  Status Reason: ${reason}`,
    Cause,
    Details: JSON.stringify({ 'Subnet ID': subnets[0] }),
    StatusCode: 'Failed',
    StatusMessage: reason,
    Progress: 100,
    EndTime: new Date(account.now()),
  });
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

function stateOf(context: CallContext, instanceId: string): string {
  type Answer = { Reservations: { Instances: { State: { Name: string } }[] }[] };
  try {
    const { Reservations } = context.account.call<Answer>(context, 'ec2', 'DescribeInstances', {
      InstanceIds: [instanceId],
    });
    return Reservations[0]?.Instances[0]?.State.Name ?? 'terminated';
  } catch (error) {
    if (error instanceof AwsError && error.code === 'InvalidInstanceID.NotFound') return 'terminated';
    throw error;
  }
}

/** Takes in what EC2 has done since the last look. */
function observe(context: CallContext, group: GroupRow): void {
  for (const member of [...group.members]) {
    const state = stateOf(context, member.instanceId);
    const activity = running(context, member.instanceId);
    if (state === 'running' && member.state === 'Pending') {
      member.state = 'InService';
      if (activity) finish(context, activity);
    } else if (state === 'terminated') {
      if (activity) finish(context, activity);
      if (member.state !== 'Terminating') {
        const Cause = `At ${told(context.account)} an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped.`;
        finish(
          context,
          record(context, group, {
            Description: `Terminating EC2 instance: ${member.instanceId}`,
            Cause,
            Details: details(member),
          }),
        );
      }
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
    for (const { ActivityId } of activities(context).filter(row => row.AutoScalingGroupName === name))
      activities(context).delete(ActivityId);
    return;
  }
  const wanted = group.deleting ? 0 : group.desired;
  const live = () => group.members.filter(member => member.state !== 'Terminating').length;
  let failed = false;
  while (live() < wanted && !failed) failed = !launch(context, group, live());
  for (
    let member = live() > wanted ? victim(group) : undefined;
    member;
    member = live() > wanted ? victim(group) : undefined
  ) {
    const count = live();
    const Cause = `${group.cause}At ${told(account)} an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from ${count} to ${count - 1}.  At ${told(account)} instance ${member.instanceId} was selected for termination.`;
    terminate(context, group, member, Cause);
  }
  group.failures = failed ? group.failures + 1 : 0;
  if (group.members.some(member => member.state !== 'InService')) lookSoon(context, name, lookSeconds);
  const wait = retrySeconds * 2 ** (group.failures - 1);
  if (failed && wait <= lastRetry) lookSoon(context, name, wait);
};

export const scalingJobs = { 'autoscaling.look': look };
