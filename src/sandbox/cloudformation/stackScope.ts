import type { CallContext } from '../kernel/account.ts';
import { findExport, importedNames } from './exports.ts';
import { conditionHolds } from './conditions.ts';
import { evaluate, type Scope } from './intrinsics.ts';
import { parameterValues } from './parameters.ts';
import { liveStacks, type Stack, type StackDefinition } from './stack.ts';
import { validationError } from './template.ts';

/** Values of the resources that a template refers to. */
export type ResourceValues = Pick<Scope, 'ref' | 'getAtt'>;

const NO_RESOURCES: ResourceValues = {
  ref: name => unresolved(name),
  getAtt: name => unresolved(name),
};
function unresolved(name: string): never {
  throw validationError(`Template error: resource ${name} cannot be referenced here`);
}

/** The scope in which `definition` of `stack` is evaluated for `context`'s caller. */
export function stackScope(
  context: CallContext,
  stack: Pick<Stack, 'id' | 'name' | 'region'>,
  definition: Pick<StackDefinition, 'template' | 'parameters'>,
  resources: ResourceValues = NO_RESOURCES,
): Scope {
  const { account } = context;
  const { region } = stack;
  return {
    ...resources,
    template: definition.template,
    parameters: parameterValues(definition.template, definition.parameters),
    region,
    pseudo: {
      'AWS::AccountId': account.accountId,
      'AWS::Region': region,
      'AWS::Partition': account.partition,
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackId': stack.id,
      'AWS::StackName': stack.name,
      'AWS::NotificationARNs': [],
    },
    importValue: name => findExport(account, region, name).value,
    availabilityZones: wanted => availabilityZones({ ...context, region: wanted }),
  };
}

/** Zones with a default subnet when there are any, else all: what `Fn::GetAZs` does. */
function availabilityZones(context: CallContext): string[] {
  const { account } = context;
  const zones = account.call<{ AvailabilityZones?: { ZoneName?: string }[] }>(
    context,
    'ec2',
    'DescribeAvailabilityZones',
    {},
  );
  const names = (zones.AvailabilityZones ?? []).flatMap(zone => zone.ZoneName ?? []).sort();
  const Filters = [{ Name: 'default-for-az', Values: ['true'] }];
  const subnets = account.call<{ Subnets?: { AvailabilityZone?: string }[] }>(context, 'ec2', 'DescribeSubnets', {
    Filters,
  });
  const usual = names.filter(name => subnets.Subnets?.some(subnet => subnet.AvailabilityZone === name));
  return usual.length > 0 ? usual : names;
}

/** Logical ids whose condition holds, and the conditions asked for. */
export function activeResources(scope: Scope): { active: Set<string>; holds: (condition: string) => boolean } {
  const known = new Map<string, boolean>();
  const holds = (name: string): boolean => {
    const value = known.get(name) ?? conditionHolds(name, scope);
    known.set(name, value);
    return value;
  };
  const entries = Object.entries(scope.template.Resources);
  return { active: new Set(entries.filter(([, r]) => !r.Condition || holds(r.Condition)).map(([id]) => id)), holds };
}

/** Evaluates properties; what comes to nothing is left out. */
export const resolveProperties = (properties: unknown, scope: Scope): Record<string, unknown> =>
  evaluate(properties ?? {}, scope) as Record<string, unknown>;

/** Names of the other stacks that import `exportName`. */
export function importersOf(context: CallContext, stack: Pick<Stack, 'id' | 'region'>, exportName: string): string[] {
  return liveStacks(context.account, stack.region)
    .filter(
      other =>
        other.id !== stack.id && Object.values(other.resources).some(({ status }) => status !== 'DELETE_COMPLETE'),
    )
    .filter(other => importedNames(stackScope(context, other, other.definition)).has(exportName))
    .map(other => other.name);
}
