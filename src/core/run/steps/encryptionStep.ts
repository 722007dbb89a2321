import { isAwsError } from '../../aws/errors.ts';
import { signalOption } from '../../aws/identity.ts';
import { describeStack } from '../../aws/stack.ts';
import { readLiveCluster } from '../../change/readLiveCluster.ts';
import { PrivateEksError } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import { stackName } from '../../plan/stackName.ts';
import { throwIfCancelled, type StepContext, type StepResult } from '../step.ts';
import { actionToken } from './actionToken.ts';
import { followEksUpdate, followWhatIsOn, toStepError } from './eksUpdate.ts';

/** Gives a live cluster its key by EKS's API: CloudFormation would replace the cluster for it. */
export async function associateEncryption({ spec }: Pick<Plan, 'spec'>, context: StepContext): Promise<StepResult> {
  const { session, signal } = context;
  const { key } = spec.encryption;
  const keyArn =
    key === 'new' ? (await describeStack(session, stackName(spec.name, 'key'), signal))?.outputs.KeyArn : key;
  if (keyArn === undefined) throw new PrivateEksError('output-missing', 'The key’s stack has no output KeyArn.');
  const live = await readLiveCluster(session, spec.name, signal);
  if (live?.keyArn !== undefined) return { outcome: 'already', summary: `encrypted with ${live.keyArn}` };
  throwIfCancelled(context);
  const { AssociateEncryptionConfigCommand } = await import('@aws-sdk/client-eks');
  const client = await session.client('eks');
  const what = `the encryption of ${spec.name}`;
  const input = {
    clusterName: spec.name,
    encryptionConfig: [{ resources: ['secrets'], provider: { keyArn } }],
    clientRequestToken: actionToken(context, 'associate'),
  };
  try {
    const { update } = await client.send(new AssociateEncryptionConfigCommand(input), signalOption(signal));
    await followEksUpdate(update, { what }, context);
  } catch (error) {
    // One that an earlier process began is followed; what else EKS does is waited for.
    if (!isAwsError(error, 'ResourceInUseException') || (await followWhatIsOn({ what }, context)) === 0)
      throw toStepError(error);
    return associateEncryption({ spec }, context);
  }
  return { outcome: 'done', summary: `secrets are encrypted with ${keyArn}` };
}
