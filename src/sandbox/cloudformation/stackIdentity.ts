import type { CallContext } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';
import { findStack, type AccountStack, type Stack } from './stack.ts';
import { validationError } from './template.ts';

const STACK_NAME = '[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*';

export function checkStackName(name: string): void {
  const refuse = (constraint: string): never => {
    throw validationError(
      `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: ${constraint}`,
    );
  };
  if (!new RegExp(`^(${STACK_NAME})$`).test(name))
    refuse(`Member must satisfy regular expression pattern: ${STACK_NAME}`);
  if (name.length > 128) refuse('Member must have length less than or equal to 128');
}

interface UsedToken {
  readonly action: string;
  readonly stackId: string;
}

/** True when `token` has begun this very action on this stack before; a token used for anything else is refused. */
export function usedBefore(
  { account, region }: CallContext,
  token: string | undefined,
  action: string,
  stack?: Stack,
): boolean {
  const used = account.regional<UsedToken>(region, 'cloudformation.tokens').get(token);
  if (!used || findStack(account, region, used.stackId)?.status === 'DELETE_COMPLETE') return false;
  if (used.action === action && used.stackId === stack?.id) return true;
  throw new AwsError('TokenAlreadyExistsException', `Token [${token}] already used for stack [${used.stackId}]`);
}

export function useToken({ account, stack }: AccountStack, token: string | undefined, action: string): void {
  const tokens = account.regional<UsedToken>(stack.region, 'cloudformation.tokens');
  if (token !== undefined) tokens.set(token, { action, stackId: stack.id });
}
