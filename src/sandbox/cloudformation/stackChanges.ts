import type * as sdk from '@aws-sdk/client-cloudformation';
import { AwsError } from '../kernel/awsError.ts';
import { deploymentScope, providerOf, type Deployment } from './deployment.ts';
import { asText, differences } from './differences.ts';
import type { Scope } from './intrinsics.ts';
import { equal } from './propertyChanges.ts';
import { referencesIn } from './references.ts';
import type { ResourceProvider } from './resourceProvider.ts';
import type { StackDefinition, StackResource } from './stack.ts';
import { activeResources, resolveProperties } from './stackScope.ts';
import type { JsonObject, ResourceTemplate } from './template.ts';

type Replacement = 'True' | 'False' | 'Conditional';

/** What becomes of one resource; undefined when nothing does. */
interface Fate {
  readonly action: 'Add' | 'Modify';
  readonly replacement?: Replacement;
  readonly details: sdk.ResourceChangeDetail[];
}

interface Comparison {
  readonly deployment: Deployment;
  readonly next: StackDefinition;
  readonly scope: Scope;
  readonly holds: (condition: string) => boolean;
  readonly fates: Map<string, Fate | undefined>;
}

/** What an update to `next` would do to each resource, as a change set tells it. */
export function stackChanges(deployment: Deployment, next: StackDefinition): sdk.Change[] {
  const scope = deploymentScope(deployment, next);
  const { active, holds } = activeResources(scope);
  const comparison: Comparison = { deployment, next, scope, holds, fates: new Map() };
  const { resources } = deployment.stack;
  const gone = Object.values(resources).filter(
    ({ logicalId, status }) => !active.has(logicalId) && status !== 'DELETE_COMPLETE',
  );
  const rows = [
    ...gone.map(resource => change('Remove', resource, { PolicyAction: policyOf(resource.deletionPolicy, 'Delete') })),
    ...[...active].flatMap(id => {
      const declared = next.template.Resources[id];
      const fate = fateOf(comparison, id);
      if (!declared || !fate) return [];
      const old = resources[id];
      const { action, replacement, details } = fate;
      if (action === 'Add') return [change('Add', { logicalId: id, type: declared.Type }, contexts(comparison, id))];
      const replaced = replacement !== 'False';
      return [
        change(
          'Modify',
          { logicalId: id, type: declared.Type, physicalId: old?.physicalId },
          {
            ...(replaced && { PolicyAction: policyOf(declared.UpdateReplacePolicy, 'ReplaceAndDelete') }),
            Replacement: replacement,
            Scope: [...new Set(details.map(({ Target }) => Target?.Attribute))] as sdk.ResourceAttribute[],
            Details: details,
            ...contexts(comparison, id),
          },
        ),
      ];
    }),
  ];
  return rows.sort((a, b) =>
    (a.ResourceChange?.LogicalResourceId ?? '') < (b.ResourceChange?.LogicalResourceId ?? '') ? -1 : 1,
  );
}

const policyOf = (policy: string | undefined, usual: 'Delete' | 'ReplaceAndDelete'): sdk.PolicyAction =>
  policy === 'Retain' ? (usual === 'Delete' ? 'Retain' : 'ReplaceAndRetain') : usual;

function change(
  Action: sdk.ChangeAction,
  { logicalId, type, physicalId }: Pick<StackResource, 'logicalId' | 'type' | 'physicalId'>,
  rest: Partial<sdk.ResourceChange>,
): sdk.Change {
  return {
    Type: 'Resource',
    ResourceChange: {
      Action,
      LogicalResourceId: logicalId,
      PhysicalResourceId: physicalId,
      ResourceType: type,
      Scope: [],
      Details: [],
      ...rest,
    },
  };
}

function contexts({ deployment, next, scope }: Comparison, id: string): Partial<sdk.ResourceChange> {
  const old = deployment.stack.resources[id];
  const declared = next.template.Resources[id]?.Properties ?? {};
  const known = Object.entries(declared).flatMap(([key, value]) => {
    const seen = tryResolve(value, scope);
    return [[key, seen.known ? seen.value : '{{changeSet:KNOWN_AFTER_APPLY}}']];
  });
  return {
    ...(old?.properties && { BeforeContext: JSON.stringify({ Properties: old.properties }) }),
    AfterContext: JSON.stringify({ Properties: Object.fromEntries(known) as JsonObject }),
  };
}

/** A value as far as it can be known before anything is made. */
function tryResolve(value: unknown, scope: Scope): { readonly known: boolean; readonly value?: unknown } {
  try {
    return { known: true, value: resolveProperties({ value }, scope)['value'] };
  } catch (error) {
    if (error instanceof AwsError) return { known: false };
    throw error;
  }
}

function fateOf(comparison: Comparison, id: string): Fate | undefined {
  const { fates, deployment, next } = comparison;
  if (fates.has(id)) return fates.get(id);
  fates.set(id, undefined);
  const declared = next.template.Resources[id];
  const old = deployment.stack.resources[id];
  if (!declared) return undefined;
  const present = old?.physicalId !== undefined && !/^(DELETE_COMPLETE|CREATE_FAILED)$/.test(old.status);
  const fate = present ? modified(comparison, declared, old) : { action: 'Add' as const, details: [] };
  fates.set(id, fate);
  return fate;
}

function modified(comparison: Comparison, declared: ResourceTemplate, old: StackResource): Fate | undefined {
  const { deployment, next } = comparison;
  const provider = providerOf(deployment, declared.Type);
  const before = deployment.stack.definition.template.Resources[old.logicalId];
  const keys = new Set([...Object.keys(old.properties ?? {}), ...Object.keys(declared.Properties ?? {})]);
  const details = [...keys].flatMap(key => propertyDetails(comparison, provider, declared, old, key));
  const takesTags = provider.properties.includes('Tags') && !details.some(({ Target }) => Target?.Attribute === 'Tags');
  if (takesTags && JSON.stringify(next.tags) !== old.tags) details.push(detail({ Attribute: 'Tags' }));
  for (const Attribute of ['Metadata', 'DeletionPolicy', 'UpdateReplacePolicy'] as const)
    if (!equal(before?.[Attribute], declared[Attribute])) details.push(detail({ Attribute }));
  if (details.length === 0) return undefined;
  const recreating = details.filter(({ Target }) => Target?.RequiresRecreation === 'Always');
  const certain = recreating.some(({ Evaluation }) => Evaluation === 'Static');
  return { action: 'Modify', details, replacement: certain ? 'True' : recreating.length > 0 ? 'Conditional' : 'False' };
}

const detail = (
  Target: sdk.ResourceTargetDefinition,
  rest: sdk.ResourceChangeDetail = { ChangeSource: 'DirectModification' },
): sdk.ResourceChangeDetail => ({
  Target: { RequiresRecreation: 'Never', ...Target },
  Evaluation: 'Static',
  ...rest,
});

function propertyDetails(
  { deployment, next, scope, holds, fates, ...rest }: Comparison,
  provider: ResourceProvider,
  declared: ResourceTemplate,
  old: StackResource,
  key: string,
): sdk.ResourceChangeDetail[] {
  const text = declared.Properties?.[key];
  const previous = old.properties?.[key];
  const after = tryResolve(text, scope);
  const isTag = key === 'Tags';
  const path = isTag ? '/Tags' : `/Properties/${key}`;
  const recreates = (place: string): boolean =>
    !provider.update ||
    provider.createOnly.some(only => {
      const full = `/Properties/${only.replaceAll('.', '/')}`;
      return place === full || place.startsWith(`${full}/`) || full.startsWith(`${place}/`);
    });
  const target = (place: string): sdk.ResourceTargetDefinition => ({
    Attribute: isTag ? 'Tags' : 'Properties',
    ...(!isTag && { Name: key }),
    Path: place,
    RequiresRecreation: recreates(place) ? 'Always' : 'Never',
  });
  const references = [...referencesIn(text, holds)];
  const dynamic = references.flatMap(({ name, from }) => {
    const fate = fateOf({ deployment, next, scope, holds, fates, ...rest }, name);
    const replaced = fate?.action === 'Modify' && fate.replacement !== 'False';
    const touched = fate?.action === 'Modify' && from === 'Fn::GetAtt';
    if (!replaced && !touched) return [];
    const ChangeSource: sdk.ChangeSource = from === 'Ref' ? 'ResourceReference' : 'ResourceAttribute';
    return [detail(target(path), { Evaluation: 'Dynamic', ChangeSource, CausingEntity: name })];
  });
  if (!after.known) {
    if (dynamic.length > 0) return dynamic;
    return [detail(target(path), { ChangeSource: 'DirectModification' })];
  }
  const found = differences(previous, after.value, path);
  if (found.length === 0) return dynamic;
  const was = (name: string) => deployment.stack.definition.parameters.find(item => item.key === name)?.value;
  const parameter =
    equal(deployment.stack.definition.template.Resources[old.logicalId]?.Properties?.[key], text) &&
    references.find(({ name }) => {
      const now = next.parameters.find(item => item.key === name);
      return now && now.value !== was(name);
    });
  const source: sdk.ResourceChangeDetail = parameter
    ? { ChangeSource: 'ParameterReference', CausingEntity: parameter.name }
    : { ChangeSource: 'DirectModification' };
  return found.map(item =>
    detail(
      {
        ...target(item.path),
        BeforeValue: asText(item.before),
        AfterValue: asText(item.after),
        AttributeChangeType: item.before === undefined ? 'Add' : item.after === undefined ? 'Remove' : 'Modify',
      },
      source,
    ),
  );
}
