import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { zoneCount } from '../spec/zoneCount.ts';
import { nodeAddonsTemplate, workloadAddonsTemplate } from '../templates/addonTemplates.ts';
import { clusterTemplate } from '../templates/clusterTemplate.ts';
import { endpointsTemplate } from '../templates/endpointsTemplate.ts';
import { adminParameter, identityTemplate } from '../templates/identityTemplate.ts';
import { keyTemplate } from '../templates/keyTemplate.ts';
import { logsTemplate } from '../templates/logsTemplate.ts';
import { networkTemplate } from '../templates/networkTemplate.ts';
import { nodesTemplate } from '../templates/nodesTemplate.ts';
import { permissionsTemplate } from '../templates/permissionsTemplate.ts';
import type { Template } from '../templates/template.ts';
import { plannedEndpoints } from './endpoints.ts';
import { nodeGroups } from '../spec/nodeGroups.ts';
import type { AccountFacts, ParameterSource, PlannedStack, StackId, StackKind } from './plan.ts';
import { stackName } from './stackName.ts';

/** CloudFormation takes a template of this many bytes in the request itself; above, it wants it from S3. */
export const inlineTemplateBytes = 51_200;

interface StackRule {
  readonly kind: StackKind;
  /** The stacks of this kind; one, named after it, unless said. */
  readonly ids?: (spec: ClusterSpec) => readonly StackId[];
  readonly template: (spec: ClusterSpec, id: StackId) => Template;
  readonly parameters?: (spec: ClusterSpec, account?: AccountFacts) => Record<string, ParameterSource>;
  readonly makesRoles?: boolean;
  readonly repair: PlannedStack['repair'];
}

const output = (stack: StackId, name: string): ParameterSource => ({ from: 'output', stack, output: name });
const literal = (value: string): ParameterSource => ({ from: 'literal', value });
const clusterName = { ClusterName: output('cluster', 'ClusterName') };

const rules: readonly StackRule[] = [
  { kind: 'permissions', template: permissionsTemplate, makesRoles: true, repair: 'update' },
  {
    kind: 'network',
    template: networkTemplate,
    parameters: (spec, account) => ({ ZoneIds: zoneSource(spec, account) }),
    repair: 'update',
  },
  {
    kind: 'endpoints',
    template: spec => endpointsTemplate(spec, plannedEndpoints(spec)),
    parameters: spec => ({
      VpcId: output('network', 'VpcId'),
      VpcCidr: output('network', 'VpcCidr'),
      SubnetIds: output('network', 'SubnetIds'),
      ...(plannedEndpoints(spec).some(({ type }) => type === 'Gateway')
        ? { RouteTableIds: output('network', 'RouteTableIds') }
        : {}),
    }),
    repair: 'update',
  },
  {
    kind: 'key',
    ids: spec => (spec.encryption.key === 'new' ? ['key'] : []),
    template: keyTemplate,
    parameters: () => ({ ClusterRoleArn: output('permissions', 'ClusterRoleArn') }),
    repair: 'update',
  },
  {
    kind: 'logs',
    ids: spec => (spec.logs.types.length > 0 ? ['logs'] : []),
    template: logsTemplate,
    repair: 'update',
  },
  {
    kind: 'cluster',
    template: clusterTemplate,
    parameters: spec => ({
      ClusterRoleArn: output('permissions', 'ClusterRoleArn'),
      SubnetIds: output('network', 'SubnetIds'),
      ...keySource(spec),
    }),
    repair: 'recreate',
  },
  {
    kind: 'identity',
    template: identityTemplate,
    parameters: (spec, account) => ({
      ...clusterName,
      ...administratorSources(spec, account),
      ...(spec.features.irsa ? { OidcIssuer: output('cluster', 'OidcIssuer') } : {}),
    }),
    repair: 'recreate',
  },
  { kind: 'node-addons', template: nodeAddonsTemplate, parameters: () => clusterName, repair: 'recreate' },
  {
    kind: 'nodes',
    ids: spec => nodeGroups(spec).map(({ name }) => nodesStackId(name)),
    template: (spec, id) => nodesTemplate(spec, groupOf(spec, id)),
    parameters: () => ({
      ...clusterName,
      NodeRoleArn: output('permissions', 'NodeRoleArn'),
      SubnetIds: output('network', 'SubnetIds'),
    }),
    repair: 'recreate',
  },
  { kind: 'workload-addons', template: workloadAddonsTemplate, parameters: () => clusterName, repair: 'recreate' },
];

export function plannedStacks(spec: ClusterSpec, account?: AccountFacts): PlannedStack[] {
  return rules
    .flatMap(rule => (rule.ids?.(spec) ?? [rule.kind as StackId]).map(id => ({ ...rule, id })))
    .map(({ id, kind, template: make, parameters, makesRoles, repair }) => {
      const template = make(spec, id);
      const templateBytes = Buffer.byteLength(JSON.stringify(template));
      return {
        id,
        kind,
        name: stackName(spec.name, id),
        template,
        templateBytes,
        staged: spec.staging === 'always' || templateBytes > inlineTemplateBytes,
        parameters: parameters?.(spec, account) ?? {},
        capabilities: makesRoles ? ['CAPABILITY_IAM'] : [],
        terminationProtection: spec.deletionProtection,
        repair,
      };
    });
}

/** The key of Kubernetes secrets: made by a stack, or the one that the spec names. */
function keySource({ encryption: { key } }: ClusterSpec): Record<string, ParameterSource> {
  if (key === 'aws-owned') return {};
  return { KeyArn: key === 'new' ? output('key', 'KeyArn') : literal(key) };
}

/** A group's name as part of a stack's, which takes no underscore. */
export function nodesStackId(group: string): StackId {
  return `nodes-${group.replaceAll('_', '-')}`;
}

function groupOf(spec: ClusterSpec, id: StackId) {
  const group = nodeGroups(spec).find(({ name }) => nodesStackId(name) === id);
  if (!group) throw new TypeError(`${id} is no node group of ${spec.name}`);
  return group;
}

/** Zones by id, comma-separated: those of the spec, else the account's first ones, else open until the run. */
function zoneSource(spec: ClusterSpec, account?: AccountFacts): ParameterSource {
  const { zones } = spec.network;
  if (typeof zones !== 'number') return literal(zones.join(','));
  return account ? literal(zoneIdsFrom(spec, account).join(',')) : { from: 'account', fact: 'zones' };
}

/** The zone ids that an open `zones` parameter gets in an account. */
export function zoneIdsFrom(spec: ClusterSpec, account: AccountFacts): string[] {
  const { zones } = spec.network;
  return typeof zones === 'number' ? account.zones.slice(0, zoneCount(spec)).map(({ id }) => id) : [...zones];
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
