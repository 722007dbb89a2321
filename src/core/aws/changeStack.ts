import type { Capability } from '@aws-sdk/client-cloudformation';
import type { AwsSession } from './awsSession.ts';
import { awsErrorCode, isAwsError, toPrivateEksError } from './errors.ts';
import { signalOption } from './identity.ts';

export interface StackChange {
  readonly name: string;
  /** Either the template's text or where it is staged. */
  readonly template: { readonly body: string } | { readonly url: string };
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly capabilities: readonly Capability[];
  readonly terminationProtection: boolean;
  /** An update then runs with rollback on: with rollback disabled CloudFormation replaces nothing. */
  readonly mayReplace?: boolean;
  /** Makes a repeated call harmless: made from run, step and attempt. */
  readonly token: string;
}

/**
 * Creates with `DisableRollback`, never with `OnFailure`: AWS refuses to update a stack that failed under `DO_NOTHING`.
 * Gives the stack's id, or undefined when a stack of this name exists by now.
 */
export async function createStack(
  session: AwsSession,
  change: StackChange,
  signal?: AbortSignal,
): Promise<string | undefined> {
  try {
    const { CreateStackCommand } = await import('@aws-sdk/client-cloudformation');
    const client = await session.client('cloudFormation');
    const input = { ...commonInput(change), EnableTerminationProtection: change.terminationProtection };
    const { StackId } = await client.send(new CreateStackCommand(input), signalOption(signal));
    return StackId;
  } catch (error) {
    if (isAwsError(error, 'AlreadyExistsException', 'TokenAlreadyExistsException')) return undefined;
    throw toPrivateEksError(error);
  }
}

/** Gives false when CloudFormation finds nothing to change. */
export async function updateStack(session: AwsSession, change: StackChange, signal?: AbortSignal): Promise<boolean> {
  try {
    const { UpdateStackCommand } = await import('@aws-sdk/client-cloudformation');
    const client = await session.client('cloudFormation');
    const input = { ...commonInput(change), DisableRollback: change.mayReplace !== true };
    await client.send(new UpdateStackCommand(input), signalOption(signal));
    return true;
  } catch (error) {
    if (awsErrorCode(error) === 'ValidationError' && /No updates are to be performed/.test((error as Error).message))
      return false;
    throw toPrivateEksError(error);
  }
}

/**
 * Switches termination protection off first where it is on. `retain`: logical ids that stay, which AWS takes only of a stack in
 * DELETE_FAILED and of resources whose deletion has failed.
 */
export async function deleteStack(
  session: AwsSession,
  stack: { readonly id: string; readonly terminationProtection: boolean },
  token: string,
  signal?: AbortSignal,
  retain: readonly string[] = [],
): Promise<void> {
  try {
    const { DeleteStackCommand, UpdateTerminationProtectionCommand } = await import('@aws-sdk/client-cloudformation');
    const client = await session.client('cloudFormation');
    const StackName = stack.id;
    if (stack.terminationProtection) {
      const input = { StackName, EnableTerminationProtection: false };
      await client.send(new UpdateTerminationProtectionCommand(input), signalOption(signal));
    }
    const kept = retain.length > 0 ? { RetainResources: [...retain] } : {};
    await client.send(new DeleteStackCommand({ StackName, ClientRequestToken: token, ...kept }), signalOption(signal));
  } catch (error) {
    throw toPrivateEksError(error);
  }
}

function commonInput(change: StackChange) {
  return {
    StackName: change.name,
    ...('body' in change.template ? { TemplateBody: change.template.body } : { TemplateURL: change.template.url }),
    Parameters: Object.entries(change.parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
    Tags: Object.entries(change.tags).map(([Key, Value]) => ({ Key, Value })),
    Capabilities: [...change.capabilities],
    ClientRequestToken: change.token,
    DisableRollback: true,
  };
}
