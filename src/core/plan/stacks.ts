import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { nodeGroups } from '../spec/nodeGroups.ts';
import {
  addonRoleParameters,
  addonsOf,
  nodeAddonsTemplate,
  workloadAddonsTemplate,
} from '../templates/addonTemplates.ts';
import { apiAccessTemplate } from '../templates/apiAccessTemplate.ts';
import { clusterTemplate, hasApiAccess, hasAutoNodeRole } from '../templates/clusterTemplate.ts';
import { fargateTemplate } from '../templates/fargateTemplate.ts';
import { adminParameter, identityTemplate, nodeEntryRoles, podIdentityRoles } from '../templates/identityTemplate.ts';
import { keyTemplate } from '../templates/keyTemplate.ts';
import { logsTemplate } from '../templates/logsTemplate.ts';
import { hasPodSubnets, networkTemplate } from '../templates/networkTemplate.ts';
import { permissionsTemplate } from '../templates/permissionsTemplate.ts';
import { hasProxyEndpoint } from '../templates/proxyTemplate.ts';
import type { Template } from '../templates/template.ts';
import { templateText } from '../templates/templateText.ts';
import { endpointsToMake } from './endpoints.ts';
import { endpointStackParameters, endpointStackTemplate } from './endpointStack.ts';
import { nodesStackParameters, nodesStackTemplate } from './nodeStacks.ts';
import type { AccountFacts, ParameterSource, PlannedStack, StackId, StackKind } from './plan.ts';
import { proxyStackParameters, proxyStackTemplate } from './proxyStack.ts';
import { nodesStackId, stackName } from './stackName.ts';
import { literal, output, podSubnetSource, subnetSource, vpcCidrsOf, vpcIdSource, zoneSource } from './vpcSources.ts';

/** CloudFormation takes a template of this many bytes in the request itself; above, it wants it from S3. */
export const inlineTemplateBytes = 51_200;

type Sources = Record<string, ParameterSource>;

interface StackRule {
  readonly kind: StackKind;
  /** The stacks of this kind; one, named after it, unless said. */
  readonly ids?: (spec: ClusterSpec, account?: AccountFacts) => readonly StackId[];
  readonly template: (spec: ClusterSpec, id: StackId, account?: AccountFacts) => Template;
  readonly parameters?: (spec: ClusterSpec, id: StackId, account?: AccountFacts) => Sources;
  readonly repair: PlannedStack['repair'];
}

const onlyIf = <I extends StackId>(wanted: boolean, id: I): readonly I[] => (wanted ? [id] : []);
const clusterName = { ClusterName: output('cluster', 'ClusterName') };
const permissionsOutputs = (names: readonly string[]): Sources =>
  Object.fromEntries(names.map(name => [name, output('permissions', name)]));

const literals = (values: Readonly<Record<string, string>>): Sources =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, literal(value)]));

const rules: readonly StackRule[] = [
  { kind: 'permissions', template: permissionsTemplate, repair: 'update' },
  {
    kind: 'network',
    ids: spec => onlyIf(!spec.network.vpc, 'network'),
    template: networkTemplate,
    parameters: (spec, _, account) => ({
      ZoneIds: zoneSource(spec, account),
      ...(hasPodSubnets(spec) ? { PodCidr: literal(spec.network.podCidr ?? '') } : {}),
    }),
    repair: 'update',
  },
  {
    kind: 'api-access',
    ids: spec => onlyIf(hasApiAccess(spec), 'api-access'),
    template: apiAccessTemplate,
    parameters: spec => ({ VpcId: vpcIdSource(spec) }),
    repair: 'update',
  },
  {
    kind: 'endpoints',
    ids: (spec, account) => onlyIf(endpointsToMake(spec, account).length > 0, 'endpoints'),
    template: (spec, _, account) => endpointStackTemplate(spec, account),
    parameters: (spec, _, account) => endpointStackParameters(spec, account),
    repair: 'update',
  },
  {
    kind: 'proxy',
    ids: spec => onlyIf(hasProxyEndpoint(spec), 'proxy'),
    template: (spec, _, account) => proxyStackTemplate(spec, account),
    parameters: (spec, _, account) => proxyStackParameters(spec, account),
    repair: 'update',
  },
  {
    kind: 'key',
    ids: spec => onlyIf(spec.encryption.key === 'new', 'key'),
    template: keyTemplate,
    parameters: () => permissionsOutputs(['ClusterRoleArn']),
    repair: 'update',
  },
  {
    kind: 'logs',
    ids: spec => onlyIf(spec.logs.types.length > 0, 'logs'),
    template: logsTemplate,
    repair: 'update',
  },
  {
    kind: 'cluster',
    template: (spec, _, account) => clusterTemplate(spec, vpcCidrsOf(spec, account)),
    parameters: spec => ({
      ...permissionsOutputs(['ClusterRoleArn', ...(hasAutoNodeRole(spec) ? ['AutoNodeRoleArn'] : [])]),
      SubnetIds: subnetSource(spec),
      ...(hasApiAccess(spec) ? { ApiAccessSecurityGroupId: output('api-access', 'ApiAccessSecurityGroupId') } : {}),
      ...keySource(spec),
    }),
    repair: 'recreate',
  },
  {
    kind: 'identity',
    template: identityTemplate,
    parameters: (spec, _, account) => ({
      ...clusterName,
      ...administratorSources(spec, account),
      ...permissionsOutputs(nodeEntryRoles(spec)),
      ...literals(podIdentityRoles(spec)),
      ...(spec.features.irsa ? { OidcIssuer: output('cluster', 'OidcIssuer') } : {}),
    }),
    repair: 'recreate',
  },
  {
    kind: 'node-addons',
    ids: spec => onlyIf(addonsOf(spec, 'node-addons').length > 0, 'node-addons'),
    template: nodeAddonsTemplate,
    parameters: spec => addonSources(spec, 'node-addons'),
    repair: 'recreate',
  },
  {
    kind: 'nodes',
    ids: spec => nodeGroups(spec).map(({ name }) => nodesStackId(name)),
    template: nodesStackTemplate,
    parameters: nodesStackParameters,
    repair: 'recreate',
  },
  {
    kind: 'fargate',
    ids: spec => onlyIf(Object.keys(spec.fargate).length > 0, 'fargate'),
    template: fargateTemplate,
    parameters: spec => ({
      ...clusterName,
      ...permissionsOutputs(['PodExecutionRoleArn']),
      SubnetIds: podSubnetSource(spec),
    }),
    repair: 'recreate',
  },
  {
    kind: 'workload-addons',
    ids: spec => onlyIf(addonsOf(spec, 'workload-addons').length > 0, 'workload-addons'),
    template: workloadAddonsTemplate,
    parameters: spec => addonSources(spec, 'workload-addons'),
    repair: 'recreate',
  },
];

export function plannedStacks(spec: ClusterSpec, account?: AccountFacts): PlannedStack[] {
  return rules
    .flatMap(rule => (rule.ids?.(spec, account) ?? [rule.kind as StackId]).map(id => ({ ...rule, id })))
    .map(({ id, kind, template: make, parameters, repair }) => {
      const template = make(spec, id, account);
      const templateBytes = Buffer.byteLength(templateText(template));
      return {
        id,
        kind,
        name: stackName(spec.name, id),
        template,
        templateBytes,
        staged: spec.staging === 'always' || templateBytes > inlineTemplateBytes,
        parameters: parameters?.(spec, id, account) ?? {},
        capabilities: makesRoles(template) ? ['CAPABILITY_IAM'] : [],
        terminationProtection: spec.deletionProtection,
        repair,
      };
    });
}

/** What CloudFormation wants to be told that it may. */
function makesRoles({ Resources }: Template): boolean {
  return Object.values(Resources).some(({ Type }) => Type === 'AWS::IAM::Role');
}

/** The key of Kubernetes secrets: made by a stack, or the one that the spec names. */
function keySource({ encryption: { key } }: ClusterSpec): Sources {
  if (key === 'aws-owned') return {};
  return { KeyArn: key === 'new' ? output('key', 'KeyArn') : literal(key) };
}

function addonSources(spec: ClusterSpec, stack: 'node-addons' | 'workload-addons'): Sources {
  const roles = Object.entries(addonRoleParameters(spec, stack));
  return {
    ...clusterName,
    ...Object.fromEntries(
      roles.map(([name, role]) => [name, 'arn' in role ? literal(role.arn) : output(role.stack, role.output)]),
    ),
  };
}

function administratorSources(spec: ClusterSpec, account?: AccountFacts): Record<string, ParameterSource> {
  const { administrators } = spec.access;
  if (administrators.length > 0) {
    return Object.fromEntries(administrators.map((arn, index) => [adminParameter(index), literal(arn)]));
  }
  return {
    [adminParameter(0)]: account
      ? literal(account.callerPrincipalArn)
      : { from: 'account', fact: 'callerPrincipalArn' },
  };
}
