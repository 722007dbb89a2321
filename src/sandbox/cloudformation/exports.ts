import type { Account } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';
import { evaluate, type Scope } from './intrinsics.ts';
import { liveStacks, type Stack, type StackOutput } from './stack.ts';
import { isObject, validationError } from './template.ts';

export interface Export {
  readonly name: string;
  readonly value: string;
  readonly stack: Stack;
}

export function exportsOf(account: Account, region: string): Export[] {
  return liveStacks(account, region).flatMap(stack =>
    stack.outputs.flatMap(({ ExportName: name, OutputValue: value }) =>
      name === undefined ? [] : { name, value, stack },
    ),
  );
}

export function findExport(account: Account, region: string, name: string): Export {
  const found = exportsOf(account, region).find(entry => entry.name === name);
  if (!found) throw validationError(`No export named ${name} found`);
  return found;
}

/** Names that a template imports, its arguments evaluated with the stack's own parameters and mappings. */
export function importedNames(scope: Scope): Set<string> {
  const names = new Set<string>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    if (!isObject(value)) return;
    for (const [key, argument] of Object.entries(value)) {
      if (key !== 'Fn::ImportValue') walk(argument);
      else names.add(String(evaluate(argument, scope)));
    }
  };
  const { Resources, Outputs } = scope.template;
  walk(Resources);
  walk(Outputs);
  return names;
}

/** Refuses outputs whose export another stack holds already, or that take away or change what others import. */
export function checkExports(
  account: Account,
  stack: Stack,
  next: readonly StackOutput[],
  importers: (exportName: string) => readonly string[],
): void {
  const exported = exportsOf(account, stack.region);
  for (const { ExportName: name } of next) {
    const owner = exported.find(entry => entry.name === name && entry.stack.id !== stack.id);
    if (name !== undefined && owner)
      throw new AwsError(
        'ValidationError',
        `Export with name ${name} is already exported by stack ${owner.stack.name}`,
      );
  }
  for (const { name, value } of exported.filter(entry => entry.stack.id === stack.id)) {
    const after = next.find(output => output.ExportName === name);
    if (after?.OutputValue === value) continue;
    const users = importers(name);
    const verb = after ? 'updated' : 'deleted';
    if (users.length > 0)
      throw validationError(`Export ${name} cannot be ${verb} as it is in use by ${users.join(' and ')}`);
  }
}
