import type { Operation } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';

interface Remembered {
  readonly request: string;
  readonly output: object;
}

/** A second call with the same client token does nothing and is answered as the first was. */
export function idempotent<Input extends { readonly ClientToken?: string | undefined }, Output extends object>(
  operation: string,
  run: Operation<Input, Output>,
): Operation<Input, Output> {
  return (input, context) => {
    if (input.ClientToken === undefined) return run(input, context);
    const table = context.account.regional<Remembered>(context.region, 'ec2.clientTokens');
    const key = `${operation} ${input.ClientToken}`;
    const request = JSON.stringify(input);
    const earlier = table.get(key);
    if (earlier && earlier.request !== request)
      throw new AwsError(
        'IdempotentParameterMismatch',
        'The client token you have provided is associated with a different request.',
      );
    const output = earlier?.output ?? structuredClone(run(input, context));
    table.set(key, { request, output });
    return structuredClone(output) as Output;
  };
}
