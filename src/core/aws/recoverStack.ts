import type { AwsSession } from './awsSession.ts';
import { awsErrorCode, toPrivateEksError } from './errors.ts';
import { signalOption } from './identity.ts';

/** The ways out of a failed or endless update. Each gives false when the stack has moved on meanwhile: look again. */
export async function rollBackStack(
  session: AwsSession,
  StackName: string,
  ClientRequestToken: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const { RollbackStackCommand } = await import('@aws-sdk/client-cloudformation');
  const client = await session.client('cloudFormation');
  return accepted(client.send(new RollbackStackCommand({ StackName, ClientRequestToken }), signalOption(signal)));
}

/** `skip`: logical ids in UPDATE_FAILED that stay as they are; CloudFormation then takes them for rolled back. */
export async function continueRollback(
  session: AwsSession,
  StackName: string,
  skip: readonly string[],
  ClientRequestToken: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const { ContinueUpdateRollbackCommand } = await import('@aws-sdk/client-cloudformation');
  const client = await session.client('cloudFormation');
  const ResourcesToSkip = skip.length > 0 ? [...skip] : undefined;
  const command = new ContinueUpdateRollbackCommand({ StackName, ResourcesToSkip, ClientRequestToken });
  return accepted(client.send(command, signalOption(signal)));
}

export async function cancelStackUpdate(
  session: AwsSession,
  StackName: string,
  ClientRequestToken: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const { CancelUpdateStackCommand } = await import('@aws-sdk/client-cloudformation');
  const client = await session.client('cloudFormation');
  return accepted(client.send(new CancelUpdateStackCommand({ StackName, ClientRequestToken }), signalOption(signal)));
}

const movedOn = /cannot be called from current stack status|is in \w+ state and can ?not be (updated|rolled back)/;

async function accepted(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (awsErrorCode(error) === 'TokenAlreadyExistsException') return true;
    if (awsErrorCode(error) === 'ValidationError' && movedOn.test((error as Error).message)) return false;
    throw toPrivateEksError(error);
  }
}
