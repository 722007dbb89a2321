import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { type AddonRole, plannedAddons, type PlannedAddon } from './plannedAddons.ts';
import type { Template, TemplateResource } from './template.ts';
import { clusterNameParameter, parameter, ref, tagList, templateOf } from './templateParts.ts';

/** What must be there before nodes, or they stay NotReady and their group fails. They are DaemonSets: active without a node. */
export function nodeAddonsTemplate(spec: ClusterSpec): Template {
  return template(spec, 'add-ons that nodes need', 'node-addons');
}

/** What needs nodes to run on, or it stays DEGRADED until its stack gives up. */
export function workloadAddonsTemplate(spec: ClusterSpec): Template {
  return template(spec, 'add-ons that need nodes', 'workload-addons');
}

/** Parameters of an add-ons stack that take roles: an output of the permissions stack, or the ARN that the spec names. */
export function addonRoleParameters(spec: ClusterSpec, stack: PlannedAddon['stack']): Record<string, AddonRole> {
  return Object.fromEntries(
    addonsOf(spec, stack).flatMap(({ name, podIdentity, irsaRole }) => [
      ...Object.entries(podIdentity).map(([account, role]) => [roleParameter(name, account), role] as const),
      ...(irsaRole ? [[`${addonLogicalId(name)}RoleArn`, irsaRole] as const] : []),
    ]),
  );
}

/** `aws-ebs-csi-driver`, `ebs-csi-controller-sa` → `AwsEbsCsiDriverEbsCsiControllerSaRoleArn` */
function roleParameter(name: string, account: string): string {
  return `${addonLogicalId(name)}${addonLogicalId(account)}RoleArn`;
}

export function addonsOf(spec: ClusterSpec, stack: PlannedAddon['stack']): PlannedAddon[] {
  return plannedAddons(spec).filter(planned => planned.stack === stack);
}

function template(spec: ClusterSpec, what: string, stack: PlannedAddon['stack']): Template {
  const addons = addonsOf(spec, stack);
  const agent = addons.some(({ name }) => name === podIdentityAgent);
  const roles = Object.keys(addonRoleParameters(spec, stack)).map(name => [
    name,
    parameter('String', 'Role of a service account of an add-on.'),
  ]);
  return templateOf(spec, what, {
    Parameters: { ...clusterNameParameter, ...(Object.fromEntries(roles) as Template['Parameters']) },
    Resources: Object.fromEntries(addons.map(planned => [addonLogicalId(planned.name), addon(spec, planned, agent)])),
  });
}

const podIdentityAgent = 'eks-pod-identity-agent';
const kept: Readonly<Record<string, string>> = { coredns: 'CoreDns', [podIdentityAgent]: 'PodIdentityAgent' };

/** `aws-ebs-csi-driver` → `AwsEbsCsiDriver` */
export function addonLogicalId(name: string): string {
  const words = name.split(/[^a-z0-9]/).map(word => word.charAt(0).toUpperCase() + word.slice(1));
  return kept[name] ?? words.join('');
}

/** Without a version EKS takes its default for the cluster's Kubernetes version. */
function addon(spec: ClusterSpec, planned: PlannedAddon, agent: boolean): TemplateResource {
  const { name, version, configuration, podIdentity, irsaRole } = planned;
  const roles = Object.keys(podIdentity).map(account => ({
    ServiceAccount: account,
    RoleArn: ref(roleParameter(name, account)),
  }));
  return {
    Type: 'AWS::EKS::Addon',
    // Whoever gets its role from the agent waits for the agent.
    ...(agent && roles.length > 0 ? { DependsOn: addonLogicalId(podIdentityAgent) } : {}),
    Properties: {
      AddonName: name,
      ClusterName: ref('ClusterName'),
      ...(version === undefined ? {} : { AddonVersion: version }),
      ...(configuration ? { ConfigurationValues: JSON.stringify(configuration) } : {}),
      ...(roles.length > 0 ? { PodIdentityAssociations: roles } : {}),
      ...(irsaRole ? { ServiceAccountRoleArn: ref(`${addonLogicalId(name)}RoleArn`) } : {}),
      ResolveConflicts: 'OVERWRITE',
      Tags: tagList(spec),
    },
  };
}
