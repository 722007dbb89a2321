import type { Operation, Service } from '../kernel/account.ts';
import { AwsError, notImplemented } from '../kernel/awsError.ts';
import { copyOf } from '../kernel/copyOf.ts';

interface Remembered {
  readonly request: string;
  readonly output: object;
}

/**
 * A service's operations, held to what is simulated: of those named in `members`, any other input member is refused, none is passed
 * over in silence (`false` and empty lists ask for nothing). A second call with the same token (`ClientToken`, EKS's `clientRequestToken`) does nothing and is answered as
 * the first was.
 */
export function simulatedOperations(
  service: string,
  operations: Service['operations'],
  members: Readonly<Record<string, string>>,
): Service['operations'] {
  const guarded = Object.entries(operations).map(
    ([name, run]): [string, Operation<{ ClientToken?: string; clientRequestToken?: string }>] => {
      const known = members[name] === undefined ? undefined : new Set(`ClientToken ${members[name]}`.split(' '));
      return [
        name,
        (input, context) => {
          for (const [member, value] of Object.entries(input)) {
            const asks = value != null && (value as unknown) !== false && !(Array.isArray(value) && value.length === 0);
            if (asks && (member === 'DryRun' || known?.has(member) === false))
              throw notImplemented(`${service}:${name} ${member}`);
          }
          const ClientToken = input.ClientToken ?? input.clientRequestToken;
          if (ClientToken === undefined || !known) return run(input as never, context);
          const table = context.account.regional<Remembered>(context.region, `${service}.clientTokens`);
          const request = JSON.stringify(input);
          const earlier = table.get(`${name} ${ClientToken}`);
          if (earlier && earlier.request !== request)
            throw new AwsError(
              'IdempotentParameterMismatch',
              'The client token you have provided is associated with a different request.',
            );
          const output = earlier?.output ?? copyOf(run(input as never, context));
          table.set(`${name} ${ClientToken}`, { request, output });
          return copyOf(output);
        },
      ];
    },
  );
  return Object.fromEntries(guarded);
}
