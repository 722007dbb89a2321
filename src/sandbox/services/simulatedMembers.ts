import type { Operation } from '../kernel/account.ts';
import { notImplemented } from '../kernel/awsError.ts';

/** Refuses every input member that is not named here: none is passed over in silence. `false` and empty lists ask for nothing. */
export function withMembers<Input extends object, Output extends object>(
  operation: string,
  members: string,
  run: Operation<Input, Output>,
): Operation<Input, Output> {
  const simulated = new Set(members.split(' '));
  return (input, context) => {
    for (const [name, value] of Object.entries(input)) {
      const asks =
        value !== undefined && value !== null && value !== false && !(Array.isArray(value) && value.length === 0);
      if (asks && !simulated.has(name)) throw notImplemented(`${operation} ${name}`);
    }
    return run(input, context);
  };
}
