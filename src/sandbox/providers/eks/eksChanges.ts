import { equal } from '../../cloudformation/propertyChanges.ts';
import type { Properties } from '../../cloudformation/resourceProvider.ts';
import { camel } from './eksProperties.ts';

/** One call of an update: EKS takes one change at a time, and the handler makes one after the other. */
export type Change = readonly [operation: string, input: Readonly<Record<string, unknown>>];

const isObject = (value: unknown): value is Properties =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const at = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined);

/** Members of `next` that differ from `previous`, as EKS's API takes them; undefined when none does. */
function changed(next: Properties, previous: Properties, ...keys: readonly string[]) {
  const found = keys.filter(key => next[key] !== undefined && !equal(next[key], previous[key]));
  return found.length === 0 ? undefined : camel(Object.fromEntries(found.map(key => [key, next[key]])));
}

const logTypes = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];
const minorOf = (version: unknown): number => Number(String(version).split('.')[1]);

export function clusterChanges(next: Properties, previous: Properties): Change[] {
  const config = (input: object | undefined): Change[] =>
    input ? [['UpdateClusterConfig', input as Record<string, unknown>]] : [];
  const vpc = (...keys: string[]): Change[] => {
    const [now, before] = [next, previous].map(side => (side['ResourcesVpcConfig'] ?? {}) as Properties);
    const resourcesVpcConfig = changed(now ?? {}, before ?? {}, ...keys);
    return config(resourcesVpcConfig && { resourcesVpcConfig });
  };
  const enabled = (side: Properties): string[] => {
    const types = at(at(side['Logging'], 'ClusterLogging'), 'EnabledTypes');
    return ((types ?? []) as { Type: string }[]).map(({ Type }) => Type);
  };
  const on = enabled(next);
  const logging =
    on.toSorted().join() === enabled(previous).toSorted().join()
      ? undefined
      : {
          clusterLogging: [
            { types: on, enabled: true },
            { types: logTypes.filter(type => !on.includes(type)), enabled: false },
          ].filter(({ types }) => types.length > 0),
        };
  const balancing = (side: Properties) => at(side['KubernetesNetworkConfig'], 'ElasticLoadBalancing');
  const autoBefore = [previous['ComputeConfig'], previous['StorageConfig'], balancing(previous)];
  const autoAfter = [next['ComputeConfig'], next['StorageConfig'], balancing(next)];
  const off = { Enabled: false };
  const auto = equal(autoBefore, autoAfter)
    ? undefined
    : camel({
        ComputeConfig: next['ComputeConfig'] ?? off,
        StorageConfig: next['StorageConfig'] ?? { BlockStorage: off },
        KubernetesNetworkConfig: { ElasticLoadBalancing: balancing(next) ?? off },
      });
  const mode = at(next['AccessConfig'], 'AuthenticationMode');
  // A stack that goes back leaves the version as it is: EKS rolls no version back for it.
  const up = next['Version'] !== undefined && minorOf(next['Version']) > minorOf(previous['Version']);
  return [
    ...vpc('EndpointPublicAccess', 'EndpointPrivateAccess', 'PublicAccessCidrs'),
    ...vpc('SubnetIds', 'SecurityGroupIds'),
    ...vpc('ControlPlaneEgressMode'),
    ...config(logging && { logging }),
    ...config(
      mode !== undefined && !equal(mode, at(previous['AccessConfig'], 'AuthenticationMode'))
        ? { accessConfig: { authenticationMode: mode } }
        : undefined,
    ),
    ...['UpgradePolicy', 'ZonalShiftConfig', 'ControlPlaneScalingConfig'].flatMap(key =>
      config(changed(next, previous, key)),
    ),
    ...(equal(next['DeletionProtection'] ?? false, previous['DeletionProtection'] ?? false)
      ? []
      : config({ deletionProtection: String(next['DeletionProtection']) === 'true' })),
    ...config(auto),
    ...(up ? [['UpdateClusterVersion', { version: String(next['Version']) }] as const] : []),
  ];
}

type Taints = readonly { readonly Key: string; readonly Effect: string }[];

export function nodegroupChanges(next: Properties, previous: Properties): Change[] {
  const version = changed(next, previous, 'LaunchTemplate', 'ReleaseVersion', 'Version');
  const [labels, oldLabels] = [next, previous].map(side => (side['Labels'] ?? {}) as Record<string, unknown>);
  const [taints, oldTaints] = [next, previous].map(side => (side['Taints'] ?? []) as Taints);
  const removeLabels = Object.keys(oldLabels ?? {}).filter(key => !(key in (labels ?? {})));
  const isIn = (list: Taints | undefined, taint: Taints[number]) =>
    list?.some(({ Key, Effect }) => Key === taint.Key && Effect === taint.Effect) === true;
  const removeTaints = (oldTaints ?? []).filter(taint => !isIn(taints, taint));
  const lower = (list: Taints | undefined) => (list ?? []).map(taint => camel({ ...taint }));
  const config = {
    ...changed(next, previous, 'NodeRepairConfig', 'ScalingConfig', 'UpdateConfig'),
    ...(equal(labels, oldLabels)
      ? {}
      : { labels: { addOrUpdateLabels: camelLabels(labels), ...(removeLabels.length > 0 && { removeLabels }) } }),
    ...(equal(taints, oldTaints)
      ? {}
      : { taints: { addOrUpdateTaints: lower(taints), removeTaints: lower(removeTaints) } }),
  };
  return [
    ...(version ? [['UpdateNodegroupVersion', version] as const] : []),
    ...(Object.keys(config).length > 0 ? [['UpdateNodegroupConfig', config] as const] : []),
  ];
}

const camelLabels = (labels: Record<string, unknown> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, String(value)]));

export function addonChanges(next: Properties, previous: Properties): Change[] {
  const names = ['AddonVersion', 'ConfigurationValues', 'PodIdentityAssociations', 'ServiceAccountRoleArn'] as const;
  if (!changed(next, previous, ...names)) return [];
  return [
    [
      'UpdateAddon',
      camel(
        Object.fromEntries(
          [...names, 'ResolveConflicts'].flatMap(key => (next[key] === undefined ? [] : [[key, next[key]]])),
        ),
      ),
    ],
  ];
}

interface PolicyProperty {
  readonly PolicyArn: string;
}

export function accessEntryChanges(next: Properties, previous: Properties): Change[] {
  const entry = changed(next, previous, 'KubernetesGroups', 'Username');
  const [now = [], before = []] = [next, previous].map(side => (side['AccessPolicies'] ?? []) as PolicyProperty[]);
  const gone = before.filter(({ PolicyArn }) => !now.some(policy => policy.PolicyArn === PolicyArn));
  const added = now.filter(policy => !before.some(old => equal(old, policy)));
  return [
    ...(entry ? [['UpdateAccessEntry', entry] as const] : []),
    ...gone.map(({ PolicyArn }): Change => ['DisassociateAccessPolicy', { policyArn: PolicyArn }]),
    ...added.map((policy): Change => ['AssociateAccessPolicy', camel({ ...policy })]),
  ];
}

export function podIdentityChanges(next: Properties, previous: Properties): Change[] {
  const input = changed(next, previous, 'DisableSessionTags', 'RoleArn', 'TargetRoleArn');
  return input ? [['UpdatePodIdentityAssociation', input]] : [];
}
