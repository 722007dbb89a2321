import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { AwsSession } from '../aws/awsSession.ts';
import { awsErrorCode, toPrivateEksError } from '../aws/errors.ts';
import { signalOption } from '../aws/identity.ts';
import type { StackView } from '../aws/stack.ts';
import type { Clock } from '../clock.ts';
import type { DriftedResource, StackDrift } from './driftReport.ts';

/** A detection takes seconds to minutes; ms on the account's clock. */
const pace = { firstMs: 2_000, growth: 1.5, slowestMs: 15_000, longestMs: 15 * 60_000 };

/** Looks at all stacks at once; one that cannot be looked at says why. */
export async function readStackDrifts(
  session: AwsSession,
  stacks: readonly StackView[],
  clock: Clock,
  signal?: AbortSignal,
): Promise<StackDrift[]> {
  const client = await session.client('cloudFormation');
  return Promise.all(
    stacks.map(async stack => {
      try {
        return await stackDrift(client, stack, clock, signal);
      } catch (error) {
        if (awsErrorCode(error) !== 'ValidationError') throw toPrivateEksError(error);
        return { name: stack.name, notChecked: (error as Error).message, resources: [] };
      }
    }),
  );
}

async function stackDrift(
  client: CloudFormationClient,
  { id: StackName, name }: StackView,
  clock: Clock,
  signal?: AbortSignal,
): Promise<StackDrift> {
  const sdk = await import('@aws-sdk/client-cloudformation');
  const options = signalOption(signal);
  const deadline = clock.now() + pace.longestMs;
  const detection = await begin(client, StackName, clock, deadline, signal);
  const input = { StackDriftDetectionId: detection };
  for (let wait = pace.firstMs; ; wait = Math.min(wait * pace.growth, pace.slowestMs)) {
    const answer = await client.send(new sdk.DescribeStackDriftDetectionStatusCommand(input), options);
    if (answer.DetectionStatus === 'DETECTION_COMPLETE') break;
    // A failed detection still tells of the resources that it could look at.
    if (answer.DetectionStatus === 'DETECTION_FAILED')
      return { name, notChecked: answer.DetectionStatusReason ?? 'the detection failed', resources: await drifts() };
    if (clock.now() > deadline) return { name, notChecked: 'the detection does not end', resources: [] };
    await clock.sleep(wait, signal);
  }
  return { name, notChecked: undefined, resources: await drifts() };

  async function drifts(): Promise<DriftedResource[]> {
    const found: DriftedResource[] = [];
    const StackResourceDriftStatusFilters = ['MODIFIED' as const, 'DELETED' as const];
    const pages = sdk.paginateDescribeStackResourceDrifts(
      { client },
      { StackName, StackResourceDriftStatusFilters },
      options,
    );
    for await (const page of pages)
      for (const drift of page.StackResourceDrifts ?? [])
        found.push({
          logicalId: drift.LogicalResourceId ?? '',
          physicalId: drift.PhysicalResourceId ?? '',
          type: drift.ResourceType ?? '',
          deleted: drift.StackResourceDriftStatus === 'DELETED',
          differences: (drift.PropertyDifferences ?? []).map(difference => ({
            path: difference.PropertyPath ?? '',
            expected: difference.DifferenceType === 'ADD' ? undefined : difference.ExpectedValue,
            actual: difference.DifferenceType === 'REMOVE' ? undefined : difference.ActualValue,
          })),
        });
    return found;
  }
}

/** Where somebody else's detection is on, that one is waited for and then ours begins. */
async function begin(
  client: CloudFormationClient,
  StackName: string,
  clock: Clock,
  deadline: number,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { DetectStackDriftCommand } = await import('@aws-sdk/client-cloudformation');
  for (;;) {
    try {
      const answer = await client.send(new DetectStackDriftCommand({ StackName }), signalOption(signal));
      return answer.StackDriftDetectionId;
    } catch (error) {
      const running =
        awsErrorCode(error) === 'ValidationError' && /already in progress/i.test((error as Error).message);
      if (!running || clock.now() > deadline) throw error;
      await clock.sleep(pace.slowestMs, signal);
    }
  }
}
