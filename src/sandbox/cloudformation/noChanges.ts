import { deploymentScope, providerOf, type Deployment } from './deployment.ts';
import { equal, propertyChanges } from './propertyChanges.ts';
import type { StackDefinition } from './stack.ts';
import { activeResources, resolveProperties } from './stackScope.ts';

/** Whether an update to `next` would change nothing, outputs, metadata and tags included. */
export function changesNothing(deployment: Deployment, next: StackDefinition): boolean {
  const { stack } = deployment;
  if (stack.status.endsWith('_FAILED')) return false;
  const rest = ({ template, parameters, tags }: StackDefinition): unknown => ({
    outputs: template.Outputs,
    metadata: Object.entries(template.Resources).map(([id, { Metadata }]) => [id, Metadata ?? '']),
    topLevel: template.Metadata,
    used: Object.keys(template.Outputs).length > 0 ? parameters.map(({ key, value }) => [key, value]) : [],
    tags,
  });
  return equal(rest(stack.definition), rest(next)) && resourcesStay(deployment, next);
}

/** What refers to a thing that would change need not be looked at: that thing says already that something changes. */
function resourcesStay(deployment: Deployment, next: StackDefinition): boolean {
  const { resources } = deployment.stack;
  const scope = deploymentScope(deployment, next);
  const { active } = activeResources(scope);
  const declared = Object.entries(next.template.Resources).filter(([id]) => active.has(id));
  if (Object.values(resources).some(({ logicalId, status }) => !active.has(logicalId) && status !== 'DELETE_COMPLETE'))
    return false;
  if (declared.some(([id, { Type }]) => resources[id]?.physicalId === undefined || resources[id].type !== Type))
    return false;
  return declared.every(([id, { Type, Properties }]) => {
    const provider = providerOf(deployment, Type);
    const properties = resolveProperties(Properties, scope);
    const tagsChanged = JSON.stringify(next.tags) !== resources[id]?.tags;
    return !propertyChanges(provider, resources[id]?.properties ?? {}, properties, tagsChanged).changed;
  });
}
