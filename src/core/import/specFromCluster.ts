import { stringify } from 'yaml';
import { specHash } from '../plan/specHash.ts';
import type { ClusterSpec, ControlPlaneLog } from '../spec/clusterSpec.ts';
import { ownTagPrefix, specHashTag } from '../spec/ownTags.ts';
import { parseSpec } from '../spec/parseSpec.ts';
import { controlPlaneLogs, retentionDays as knownRetention } from '../spec/schema.ts';
import { apiVersion, specKind } from '../spec/specFile.ts';
import { isTag } from '../spec/tagRules.ts';
import { plannedProfiles } from '../templates/fargateTemplate.ts';
import { addonsOf } from './addonsFromCluster.ts';
import type { ClusterFacts } from './clusterFacts.ts';
import { specText } from './importedText.ts';
import { endpointsOf, featuresOf, maybeFeatures, networkOf } from './networkFromCluster.ts';
import { nodesFromCluster } from './nodesFromCluster.ts';
import { proxyFromCluster } from './proxyFromCluster.ts';
import { specCandidates } from './specCandidates.ts';

export interface ImportedSpec {
  /** The file, with what it loses at its head. */
  readonly text: string;
  readonly spec: ClusterSpec;
  /** What the cluster has and a spec cannot say, or what could not be looked at: one sentence each. */
  readonly losses: readonly string[];
  /** True when this very spec made the cluster: the stacks carry its hash. */
  readonly proven: boolean;
}

type Draft = { -readonly [K in keyof ClusterSpec]: ClusterSpec[K] };

/** A spec that describes a cluster as it is. Choices that leave no trace (a number of zones, or which) are settled by the stacks' hash. */
export function specFromCluster(facts: ClusterFacts): ImportedSpec {
  const losses: string[] = [];
  const lose = (what: string) => void losses.push(what);
  const draft = draftOf(facts, lose);
  const hash = facts.stacks.find(({ tags }) => tags[specHashTag])?.tags[specHashTag];
  const proven =
    hash === undefined ? undefined : specCandidates(draft, facts).find(candidate => specHash(candidate) === hash);
  const spec = proven ?? draft;
  const maybe = proven ? [] : maybeFeatures(facts, draft);
  if (maybe.length > 0)
    lose(
      `endpoints of the VPC that serve this cluster or others; the features that they stand for are not switched on: ${maybe.join(', ')}`,
    );
  for (const { look, why } of facts.unknown) lose(`could not be looked at (${look}): ${why}`);
  const text = specText(spec, losses, proven !== undefined);
  const read = parseSpec(text);
  const errors = read.problems.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  if (errors.length > 0) losses.push(...errors.map(message => `to be mended in this file: ${message}`));
  return {
    text: errors.length > 0 ? specText(spec, losses, false) : text,
    spec: read.spec ?? spec,
    losses,
    proven: proven !== undefined,
  };
}

function draftOf(facts: ClusterFacts, lose: (what: string) => void): Draft {
  const { cluster } = facts;
  const head: Pick<ClusterSpec, 'apiVersion' | 'kind' | 'name' | 'region' | 'version'> = {
    apiVersion,
    kind: specKind,
    name: cluster.name ?? '',
    region: facts.region,
    version: cluster.version ?? '',
  };
  const { spec: defaults } = parseSpec(stringify({ ...head, name: 'name', version: undefined }));
  if (!defaults) throw new TypeError('a spec of nothing but a name and a region is a spec');
  const draft: Draft = {
    ...defaults,
    ...head,
    tags: tagsOf(facts, lose),
    nodes: nodesFromCluster(facts, lose),
    fargate: {},
    ...(cluster.computeConfig?.enabled
      ? { autoMode: { nodePools: (cluster.computeConfig.nodePools ?? []) as ('general-purpose' | 'system')[] } }
      : {}),
    deletionProtection: cluster.deletionProtection === true,
  };
  draft.network = networkOf(facts, draft, lose);
  draft.features = featuresOf(facts, draft);
  draft.fargate = fargateOf(facts, draft);
  draft.controlPlane = {
    support: cluster.upgradePolicy?.supportType === 'STANDARD' ? 'standard' : 'extended',
    zonalShift: cluster.zonalShiftConfig?.enabled === true,
    egress: egressOf(cluster.resourcesVpcConfig),
    tier: cluster.controlPlaneScalingConfig?.tier ?? 'standard',
  };
  draft.logs = logsOf(facts, draft, lose);
  draft.encryption = { key: keyOf(facts) };
  draft.access = accessOf(facts, lose);
  draft.endpoints = endpointsOf(facts, draft);
  const proxy = proxyFromCluster(facts, draft);
  if (proxy) draft.proxy = proxy;
  draft.addons = addonsOf(facts, draft, lose);
  clusterLosses(facts, lose);
  return draft;
}

/** Those that all resources of a cluster take. */
function tagsOf({ cluster }: ClusterFacts, lose: (what: string) => void): ClusterSpec['tags'] {
  const foreign = Object.entries(cluster.tags ?? {}).filter(
    ([key]) => !key.startsWith(ownTagPrefix) && !key.startsWith('aws:'),
  );
  for (const [key, value] of foreign)
    if (!isTag(key, value)) lose(`tag ${key}: ${value === '' ? 'it has no value' : 'key or value is too long'}`);
  return Object.fromEntries(foreign.filter(([key, value]) => isTag(key, value)));
}

/** Without the profile that is made for CoreDNS anyway. */
function fargateOf(facts: ClusterFacts, draft: Draft): ClusterSpec['fargate'] {
  const all = Object.fromEntries(
    facts.fargateProfiles.map(({ fargateProfileName = '', selectors = [] }) => [
      fargateProfileName,
      { selectors: selectors.map(({ namespace = '', labels = {} }) => ({ namespace, labels })) },
    ]),
  );
  for (const name of Object.keys(all)) {
    const { [name]: own, ...others } = all;
    const made = plannedProfiles({ ...draft, fargate: others }).find(profile => profile.name === name);
    if (
      own &&
      made &&
      Object.keys(others).length > 0 &&
      JSON.stringify(made.selectors) === JSON.stringify(own.selectors)
    )
      return others;
  }
  return all;
}

function egressOf(vpc: ClusterFacts['cluster']['resourcesVpcConfig']): ClusterSpec['controlPlane']['egress'] {
  const mode = vpc && 'controlPlaneEgressMode' in vpc ? vpc.controlPlaneEgressMode : undefined;
  if (mode === 'CUSTOMER_ROUTED') return 'customer-routed';
  return mode === 'CUSTOMER_ISOLATED' ? 'customer-isolated' : 'aws-managed';
}

function logsOf(facts: ClusterFacts, { logs }: Draft, lose: (what: string) => void): ClusterSpec['logs'] {
  const on = (facts.cluster.logging?.clusterLogging ?? [])
    .filter(({ enabled }) => enabled)
    .flatMap(({ types = [] }) => types);
  const types = controlPlaneLogs.filter(type => on.includes(type)) as ControlPlaneLog[];
  const days = facts.retentionDays;
  if (types.length > 0 && days === undefined)
    lose('control-plane logs are kept for ever; a spec says for how many days');
  const known = knownRetention.find(one => one === days);
  return { types, retentionDays: known ?? logs.retentionDays };
}

function keyOf({ cluster, stacks }: ClusterFacts): string {
  const arn = (cluster.encryptionConfig ?? []).flatMap(({ provider }) => provider?.keyArn ?? [])[0];
  if (arn === undefined) return 'aws-owned';
  return stacks.some(({ outputs }) => outputs['KeyArn'] === arn) ? 'new' : arn;
}

function accessOf(facts: ClusterFacts, lose: (what: string) => void): ClusterSpec['access'] {
  const administrators: string[] = [];
  for (const { entry, policies } of facts.accessEntries) {
    if (entry.type !== 'STANDARD') continue;
    const arn = entry.principalArn ?? '';
    const isAdmin = ({ policyArn = '', accessScope }: (typeof policies)[number]) =>
      policyArn.endsWith('/AmazonEKSClusterAdminPolicy') && accessScope?.type === 'cluster';
    if (policies.some(isAdmin)) administrators.push(arn);
    for (const policy of policies.filter(one => !isAdmin(one)))
      lose(
        `access entry ${arn}: ${policy.policyArn?.split('/').at(-1)} for ${policy.accessScope?.namespaces?.join(', ') || 'the cluster'}`,
      );
    const groups = entry.kubernetesGroups ?? [];
    if (groups.length > 0) lose(`access entry ${arn}: the Kubernetes groups ${groups.join(', ')}`);
    if (policies.length === 0 && groups.length === 0) lose(`access entry ${arn}: an entry without any right`);
  }
  const podIdentities = facts.podIdentities
    .filter(({ ownerArn }) => !ownerArn)
    .map(({ namespace = '', serviceAccount = '', roleArn = '', targetRoleArn }) => {
      if (targetRoleArn) lose(`pod identity of ${namespace}/${serviceAccount}: the further role ${targetRoleArn}`);
      return { namespace, serviceAccount, roleArn };
    });
  return { administrators, podIdentities };
}

function clusterLosses({ cluster }: ClusterFacts, lose: (what: string) => void): void {
  const vpc = cluster.resourcesVpcConfig;
  if (vpc?.endpointPublicAccess)
    lose(`the API endpoint is public (${vpc.publicAccessCidrs?.join(', ') ?? 'everybody'}); a spec's is not`);
  if (vpc?.endpointPrivateAccess === false) lose('the API endpoint is not reached inside the VPC; a spec’s is');
  const mode = cluster.accessConfig?.authenticationMode;
  if (mode !== 'API') lose(`authentication mode ${mode ?? 'CONFIG_MAP'}: what the ConfigMap aws-auth says is not read`);
  if (cluster.remoteNetworkConfig) lose('hybrid nodes: networks outside AWS');
  if (cluster.outpostConfig) lose('the control plane on an Outpost');
}
