import type { AwsSession } from '../../aws/awsSession.ts';
import { toPrivateEksError } from '../../aws/errors.ts';
import { signalOption } from '../../aws/identity.ts';
import { PrivateEksError } from '../../errors.ts';
import { bastionImageParameter, defaultBastionImage } from './bastionImage.ts';

/** AWS's image for the region; asked of AWS only for a region that the table does not have. @throws PrivateEksError `bastion-image-unknown` */
export async function resolveBastionImage(
  session: AwsSession,
  partition: string,
  signal?: AbortSignal,
): Promise<string> {
  const known = defaultBastionImage(session.region, partition);
  if (known !== undefined) return known;
  try {
    const { GetParameterCommand } = await import('@aws-sdk/client-ssm');
    const client = await session.client('ssm');
    const command = new GetParameterCommand({ Name: bastionImageParameter });
    const { Parameter } = await client.send(command, signalOption(signal));
    if (Parameter?.Value) return Parameter.Value;
  } catch (error) {
    const cause = toPrivateEksError(error);
    throw new PrivateEksError(
      'bastion-image-unknown',
      `Which image a bastion can have in ${session.region} is not known: ${cause.message}`,
      { cause, fix: 'Choose an image in ECR by the setting privateEks.bastion.image or --image.' },
    );
  }
  throw new PrivateEksError('bastion-image-unknown', `AWS names no image for a bastion in ${session.region}.`);
}
