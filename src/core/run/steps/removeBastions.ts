import { describeStack } from '../../aws/stack.ts';
import { bastionNames } from '../../tunnel/bastion/bastionNames.ts';
import { sweepBastions } from '../../tunnel/bastion/sweepBastions.ts';
import type { StepContext } from '../step.ts';

/** A VPC cannot go while bastions are in it: their tasks and their security group go first, whoever started them. */
export async function removeBastions(networkStack: string, context: StepContext): Promise<void> {
  const { session, clock, signal } = context;
  const vpcId = (await describeStack(session, networkStack, signal))?.outputs['VpcId'];
  if (vpcId === undefined || !(await describeStack(session, bastionNames(vpcId).stack, signal))) return;
  const onProgress = (text: string) => context.progress(text);
  await sweepBastions({ session, clock }, { vpcId, stopRunning: true, onProgress }, signal);
}
