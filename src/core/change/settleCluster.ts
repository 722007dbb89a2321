import type { PlannedStack } from '../plan/plan.ts';
import type { Template, TemplateResource, TemplateValue } from '../templates/template.ts';
import { templateText } from '../templates/templateText.ts';
import type { ApiChange } from './changePlan.ts';
import { resourcesIn, type TemplateLike } from './stackDifference.ts';
import { isMap } from './valueDifferences.ts';

/** The control plane as EKS describes it, as far as an update looks at it. */
export interface LiveCluster {
  readonly version: string;
  /** As EKS says it: `UPDATING`. */
  readonly status?: string | undefined;
  /** Key that encrypts Kubernetes secrets; undefined: AWS's own. */
  readonly keyArn: string | undefined;
  /** As EKS says it: `CUSTOMER_ROUTED`. */
  readonly egress?: string | undefined;
}

export interface SettledCluster {
  readonly stack: PlannedStack;
  readonly api: readonly ApiChange[];
}

type Properties = Readonly<Record<string, TemplateValue>>;

/**
 * The cluster's stack as an update may bring it: what CloudFormation would replace the cluster for, and EKS's own API changes in place,
 * stays in the stack as it was. A key is given to a live cluster by AssociateEncryptionConfig; a version that was rolled back by the API
 * stays as the stack has it, because the control plane's version is changed by an upgrade alone.
 */
export function settleCluster(
  stack: PlannedStack,
  before: TemplateLike | undefined,
  live: LiveCluster | undefined,
  keyArn: string | undefined,
): SettledCluster {
  const old = clusterIn(before);
  const next = clusterIn(stack.template);
  if (!old || !next || !live) return { stack, api: [] };
  let properties: Properties = next;
  if (live.version === next.Version && old.Version !== next.Version && typeof old.Version === 'string')
    properties = { ...properties, Version: old.Version };
  if (next.EncryptionConfig === undefined || old.EncryptionConfig !== undefined)
    return { stack: withProperties(stack, properties), api: [] };
  const { EncryptionConfig: _, ...rest } = properties;
  const settled = withoutParameter(withProperties(stack, rest), 'KeyArn');
  if (live.keyArn !== undefined) return { stack: settled, api: [] };
  const words =
    'EKS encrypts the cluster’s secrets with the key from now on, by its own API: CloudFormation would replace the cluster. Secrets that exist are encrypted once they are written again.';
  return { stack: settled, api: [{ kind: 'associate-encryption', keyArn, words }] };
}

/** Properties of the one cluster of a template. */
export function clusterIn(template: TemplateLike | undefined): Properties | undefined {
  const cluster = Object.values(resourcesIn(template?.Resources)).find(({ Type }) => Type === 'AWS::EKS::Cluster');
  return isMap(cluster?.Properties) ? (cluster.Properties as Properties) : undefined;
}

function withProperties(stack: PlannedStack, properties: Properties): PlannedStack {
  const resources = Object.entries(stack.template.Resources).map(([id, resource]): [string, TemplateResource] => [
    id,
    resource.Type === 'AWS::EKS::Cluster' ? { ...resource, Properties: properties } : resource,
  ]);
  return withTemplate(stack, { ...stack.template, Resources: Object.fromEntries(resources) });
}

function withoutParameter(stack: PlannedStack, name: string): PlannedStack {
  const { [name]: _declared, ...Parameters } = stack.template.Parameters ?? {};
  const { [name]: _given, ...parameters } = stack.parameters;
  return withTemplate({ ...stack, parameters }, { ...stack.template, Parameters });
}

function withTemplate(stack: PlannedStack, template: Template): PlannedStack {
  return { ...stack, template, templateBytes: Buffer.byteLength(templateText(template)) };
}
