import type * as sdk from '@aws-sdk/client-cloudformation';
import { currentValues, deploymentScope, providerOf, type Deployment } from './deployment.ts';
import { equal, propertyChanges } from './propertyChanges.ts';
import { dependencyGraph } from './references.ts';
import type { StackDefinition } from './stack.ts';
import { activeResources, resolveProperties } from './stackScope.ts';

/** What an update from the stack as it is to `next` would do, resource by resource, as a change set tells it. */
export function planUpdate(deployment: Deployment, next: StackDefinition): sdk.ResourceChange[] {
  const { stack } = deployment;
  const remade = new Set<string>();
  const later = (id: string): string | undefined =>
    remade.has(id) ? `{{changeSet:KNOWN_AFTER_APPLY:${id}}}` : undefined;
  const scope = deploymentScope(deployment, next, currentValues(deployment, later));
  const { active, holds } = activeResources(scope);
  const graph = dependencyGraph(next.template, active, holds);
  const changes: sdk.ResourceChange[] = [];
  const visited = new Set<string>();
  const visit = (id: string): void => {
    if (visited.has(id)) return;
    visited.add(id);
    for (const before of graph.get(id) ?? []) visit(before);
    const change = changeOf(id);
    if (change) changes.push(change);
  };
  const changeOf = (id: string): sdk.ResourceChange | undefined => {
    const declared = next.template.Resources[id];
    const old = stack.resources[id];
    if (!declared) return undefined;
    const about = { LogicalResourceId: id, ResourceType: declared.Type };
    if (old?.physicalId === undefined || old.status === 'CREATE_FAILED' || old.status === 'DELETE_COMPLETE') {
      remade.add(id);
      return { Action: 'Add', ...about, Scope: [], Details: [] };
    }
    const provider = providerOf(deployment, declared.Type);
    const properties = resolveProperties(declared.Properties, scope);
    const tagsChanged = JSON.stringify(next.tags) !== old.tags;
    const { names, replacement } = propertyChanges(
      provider,
      old.attempted ?? old.properties ?? {},
      properties,
      tagsChanged,
    );
    const replaced = replacement || old.type !== declared.Type;
    if (names.length === 0 && !replaced && old.status !== 'UPDATE_FAILED') return undefined;
    if (replaced) remade.add(id);
    const Details = names.map((Name): sdk.ResourceChangeDetail => {
      const recreates = provider.createOnly.some(path => path.split('.')[0] === Name) || !provider.update;
      const dynamic = JSON.stringify(properties[Name] ?? '').includes('{{changeSet:KNOWN_AFTER_APPLY');
      return {
        Target: { Attribute: 'Properties', Name, RequiresRecreation: recreates ? 'Always' : 'Never' },
        Evaluation: dynamic ? 'Dynamic' : 'Static',
        ChangeSource: dynamic ? 'ResourceReference' : 'DirectModification',
      };
    });
    return {
      Action: 'Modify',
      ...about,
      PhysicalResourceId: old.physicalId,
      Replacement: replaced ? 'True' : 'False',
      Scope: ['Properties'],
      Details,
    };
  };
  for (const id of active) visit(id);
  for (const { logicalId, physicalId, type, status } of Object.values(stack.resources))
    if (!active.has(logicalId) && status !== 'DELETE_COMPLETE')
      changes.push({
        Action: 'Remove',
        LogicalResourceId: logicalId,
        PhysicalResourceId: physicalId,
        ResourceType: type,
        Scope: [],
        Details: [],
      });
  return changes;
}

/** Whether an update to `next` would change nothing, outputs, metadata and tags included. */
export function changesNothing(deployment: Deployment, next: StackDefinition): boolean {
  const { stack } = deployment;
  if (stack.status.endsWith('_FAILED')) return false;
  const rest = ({ template, parameters, tags, notificationArns }: StackDefinition): unknown => ({
    outputs: template.Outputs,
    metadata: Object.entries(template.Resources).map(([id, { Metadata }]) => [id, Metadata ?? '']),
    topLevel: template.Metadata,
    used:
      Object.keys(template.Outputs).length > 0
        ? parameters.map(({ key, value, resolved }) => [key, resolved ?? value])
        : [],
    tags,
    notificationArns,
  });
  return equal(rest(stack.definition), rest(next)) && planUpdate(deployment, next).length === 0;
}
