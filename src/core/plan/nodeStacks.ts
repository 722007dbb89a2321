import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { nodeGroups } from '../spec/nodeGroups.ts';
import { type NamedGroup, userDataParametersOf, writesUserData } from '../templates/launchTemplate.ts';
import { managedNodesTemplate } from '../templates/managedNodesTemplate.ts';
import { imageIdSource, selfManagedNodesTemplate } from '../templates/selfManagedNodesTemplate.ts';
import { serviceCidrOf } from '../templates/serviceCidr.ts';
import type { Template } from '../templates/template.ts';
import type { AccountFacts, ParameterSource, StackId } from './plan.ts';
import { literal, output, subnetSource, vpcCidrsOf } from './vpcSources.ts';

/** A group's name as part of a stack's, which takes no underscore. */
export function nodesStackId(group: string): StackId {
  return `nodes-${group.replaceAll('_', '-')}`;
}

/** The node group that a stack is for. */
export function groupOf(spec: ClusterSpec, id: StackId): NamedGroup {
  const group = nodeGroups(spec).find(({ name }) => nodesStackId(name) === id);
  if (!group) throw new TypeError(`${id} is no node group of ${spec.name}`);
  return group;
}

export function nodesStackTemplate(spec: ClusterSpec, id: StackId, account?: AccountFacts): Template {
  const group = groupOf(spec, id);
  const serviceCidr = serviceCidrOf(spec, vpcCidrsOf(spec, account));
  return group.kind === 'managed'
    ? managedNodesTemplate(spec, group, serviceCidr)
    : selfManagedNodesTemplate(spec, group, serviceCidr);
}

export function nodesStackParameters(
  spec: ClusterSpec,
  id: StackId,
  account?: AccountFacts,
): Record<string, ParameterSource> {
  const group = groupOf(spec, id);
  const serviceCidr = serviceCidrOf(spec, vpcCidrsOf(spec, account));
  const told = writesUserData(group) ? Object.keys(userDataParametersOf(group, serviceCidr)) : [];
  return {
    ClusterName: output('cluster', 'ClusterName'),
    SubnetIds: subnetSource(spec),
    ...Object.fromEntries(told.map(name => [name, output('cluster', name)])),
    ...(group.kind === 'managed'
      ? { NodeRoleArn: output('permissions', 'NodeRoleArn') }
      : {
          ClusterSecurityGroupId: output('cluster', 'ClusterSecurityGroupId'),
          NodeInstanceProfileArn: output('permissions', 'NodeInstanceProfileArn'),
          ImageId: literal(imageIdSource(spec, group)),
        }),
  };
}
