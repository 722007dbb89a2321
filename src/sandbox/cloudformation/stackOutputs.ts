import { callContext, deploymentScope, type Deployment } from './deployment.ts';
import { checkExports } from './exports.ts';
import { failureReason } from './handlerError.ts';
import { evaluate } from './intrinsics.ts';
import type { StackOutput } from './stack.ts';
import { activeResources, importersOf } from './stackScope.ts';
import { formatError } from './template.ts';

/** Evaluates outputs and exports into the stack; says what is wrong with them. */
export function takeOutputs(deployment: Deployment): string | undefined {
  const { account, stack } = deployment;
  try {
    const scope = deploymentScope(deployment, stack.definition);
    const { holds } = activeResources(scope);
    const outputs = Object.entries(stack.definition.template.Outputs).flatMap(([OutputKey, output]): StackOutput[] => {
      if (output.Condition && !holds(output.Condition)) return [];
      const asText = (value: unknown): string => {
        const result = evaluate(value, scope);
        if (typeof result === 'object' || typeof result === 'symbol')
          throw formatError('The Value field of every Outputs member must evaluate to a String.');
        return `${result as string}`;
      };
      const { Description, Export, Value } = output;
      return [
        {
          OutputKey,
          OutputValue: asText(Value),
          ...(Description === undefined ? {} : { Description }),
          ...(Export === undefined ? {} : { ExportName: asText(Export.Name) }),
        },
      ];
    });
    checkExports(account, stack, outputs, name => importersOf(callContext(deployment), stack, name));
    stack.outputs = outputs;
    return undefined;
  } catch (error) {
    return failureReason(error, undefined, account);
  }
}
