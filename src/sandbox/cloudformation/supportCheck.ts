import type { CallContext } from '../kernel/account.ts';
import { AwsError, notImplemented } from '../kernel/awsError.ts';
import { readTemplateUrl } from '../services/templateUrl.ts';
import { evaluate, usesLanguageExtensions, NO_VALUE, type Scope } from './intrinsics.ts';
import type { ResourceProviders } from './resourceProvider.ts';
import { STACK_TYPE } from './stack.ts';
import { activeResources } from './stackScope.ts';
import { isObject, type ResourceTemplate, type Template } from './template.ts';
import { parseTemplate } from './templateStructure.ts';

const MEMBERS_NOT_SIMULATED =
  'DeletionMode DeploymentMode NotificationARNs OnFailure ResourceTypes RetainExceptOnCreate RetainResources RoleARN RollbackConfiguration StackPolicyBody StackPolicyURL StackPolicyDuringUpdateBody StackPolicyDuringUpdateURL TimeoutInMinutes'.split(
    ' ',
  );

/** Refuses members of a request that would change what happens and are not simulated. */
export function refuseMembers(input: object): void {
  for (const [name, value] of Object.entries(input) as [string, unknown][]) {
    const says = typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value);
    if (says && value !== 'STANDARD' && MEMBERS_NOT_SIMULATED.includes(name))
      throw notImplemented(`cloudformation ${name}`);
  }
}

/**
 * Refuses what this sandbox does not simulate, in the template and as far as can be seen in the templates nested in it,
 * before anything is made.
 */
export function refuseUnsupported(context: CallContext, providers: ResourceProviders, scope: Scope): void {
  const { active, holds } = activeResources(scope);
  for (const id of active) {
    const resource = scope.template.Resources[id];
    if (!resource) continue;
    refuseResource(providers, resource, value => chosen(value, holds));
    if (resource.Type === STACK_TYPE) refuseNested(context, providers, resource, scope);
  }
}

function refuseResource(
  providers: ResourceProviders,
  resource: ResourceTemplate,
  choose: (value: unknown) => unknown,
): void {
  const provider = providers[resource.Type];
  if (!provider) throw notImplemented(resource.Type);
  if (resource.CreationPolicy !== undefined) throw notImplemented(`CreationPolicy of ${resource.Type}`);
  if (resource.UpdatePolicy !== undefined)
    for (const member of [...Object.keys(resource.UpdatePolicy as object), '']) {
      const simulated = provider.updatePolicies ?? [];
      if (simulated.length === 0 || (member !== '' && !simulated.includes(member)))
        throw notImplemented(`UpdatePolicy of ${resource.Type}`);
    }
  for (const policy of [resource.DeletionPolicy, resource.UpdateReplacePolicy])
    if (policy === 'Snapshot') throw notImplemented(`policy Snapshot of ${resource.Type}`);
  for (const path of provider.unsupported ?? [])
    if (isSet(resource.Properties, path.split('.'), choose)) throw notImplemented(`${resource.Type} ${path}`);
}

function isSet(value: unknown, path: readonly string[], choose: (value: unknown) => unknown): boolean {
  const here = choose(value);
  if (Array.isArray(here)) return here.some(item => isSet(item, path, choose));
  const [key, ...rest] = path;
  if (key === undefined) return here !== undefined && here !== NO_VALUE;
  return isObject(here) && isSet(here[key], rest, choose);
}

function chosen(value: unknown, holds: (condition: string) => boolean): unknown {
  if (!isObject(value)) return value;
  if (value['Ref'] === 'AWS::NoValue') return NO_VALUE;
  const choice = value['Fn::If'];
  if (!Array.isArray(choice) || typeof choice[0] !== 'string') return value;
  return chosen(choice[holds(choice[0]) ? 1 : 2], holds);
}

/** A nested template whose address hangs on other resources cannot be seen yet; it is checked when its stack is created. */
function refuseNested(
  context: CallContext,
  providers: ResourceProviders,
  resource: ResourceTemplate,
  scope: Scope,
): void {
  let url: unknown;
  try {
    url = evaluate(resource.Properties?.['TemplateURL'], scope);
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ValidationError') return;
    throw error;
  }
  if (typeof url !== 'string') return;
  refuseInside(context, providers, url, scope, []);
}

function refuseInside(
  context: CallContext,
  providers: ResourceProviders,
  url: string,
  outer: Scope,
  seen: readonly string[],
): void {
  if (seen.includes(url)) return;
  let template: Template;
  try {
    template = parseTemplate(readTemplateUrl(url, context));
  } catch (error) {
    // A template that cannot be read fails the nested stack, as on AWS, not the parent's creation.
    if (error instanceof AwsError && error.code !== 'SandboxNotImplemented') return;
    throw error;
  }
  if (usesLanguageExtensions(template)) return;
  const scope = { ...outer, template, parameters: {} };
  for (const resource of Object.values(template.Resources)) {
    // Conditions hang on parameters that only the nested stack will have: what may not come to be is not refused here.
    if (resource.Condition !== undefined) continue;
    refuseResource(providers, resource, value => (isObject(value) && 'Fn::If' in value ? NO_VALUE : value));
    const inner = resource.Type === STACK_TYPE ? resource.Properties?.['TemplateURL'] : undefined;
    if (typeof inner === 'string') refuseInside(context, providers, inner, scope, [...seen, url]);
  }
}
