import type { CallContext, Operation } from './account.ts';

/** An operation from its typed function; one that answers with nothing need not say so. */
export function operation<Input extends object>(
  run: (input: Input, context: CallContext) => object | void,
): Operation<Input> {
  return (input, context) => run(input, context) ?? {};
}
