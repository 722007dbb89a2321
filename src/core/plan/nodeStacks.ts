import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { nodeGroups } from '../spec/nodeGroups.ts';
import { joinParameters, type UserDataChoice, userDataParameters } from '../templates/groupUserData.ts';
import type { NamedGroup } from '../templates/launchTemplate.ts';
import { managedNodesTemplate } from '../templates/managedNodesTemplate.ts';
import { imageIdSource, selfManagedNodesTemplate } from '../templates/selfManagedNodesTemplate.ts';
import { serviceCidrOf } from '../templates/serviceCidr.ts';
import type { Template } from '../templates/template.ts';
import type { AccountFacts, ParameterSource, StackId } from './plan.ts';
import { plannedProxy, proxyParameters } from './proxyStack.ts';
import { nodesStackId } from './stackName.ts';
import { literal, output, subnetSource, vpcCidrsOf } from './vpcSources.ts';

/** The node group that a stack is for. */
export function groupOf(spec: ClusterSpec, id: StackId): NamedGroup {
  const group = nodeGroups(spec).find(({ name }) => nodesStackId(name) === id);
  if (!group) throw new TypeError(`${id} is no node group of ${spec.name}`);
  return group;
}

export function nodesStackTemplate(spec: ClusterSpec, id: StackId, account?: AccountFacts): Template {
  const group = groupOf(spec, id);
  const make = group.kind === 'managed' ? managedNodesTemplate : selfManagedNodesTemplate;
  return make(spec, group, userDataChoice(spec, account));
}

function userDataChoice(spec: ClusterSpec, account?: AccountFacts): UserDataChoice {
  return { serviceCidr: serviceCidrOf(spec, vpcCidrsOf(spec, account)), proxy: plannedProxy(spec, account) };
}

export function nodesStackParameters(
  spec: ClusterSpec,
  id: StackId,
  account?: AccountFacts,
): Record<string, ParameterSource> {
  const group = groupOf(spec, id);
  const told = Object.keys(userDataParameters(group, userDataChoice(spec, account)));
  const sources = {
    ...proxyParameters(spec, account),
    ...Object.fromEntries(Object.keys(joinParameters).map(name => [name, output('cluster', name)])),
  };
  return {
    ClusterName: output('cluster', 'ClusterName'),
    SubnetIds: subnetSource(spec),
    ...Object.fromEntries(Object.entries(sources).filter(([name]) => told.includes(name))),
    ...(group.kind === 'managed'
      ? { NodeRoleArn: output('permissions', 'NodeRoleArn') }
      : {
          ClusterSecurityGroupId: output('cluster', 'ClusterSecurityGroupId'),
          NodeInstanceProfileArn: output('permissions', 'NodeInstanceProfileArn'),
          ImageId: literal(imageIdSource(spec, group)),
        }),
  };
}
