import type { AddonSpec, ClusterSpec, Features } from '../spec/clusterSpec.ts';
import { plannedAddons } from '../templates/plannedAddons.ts';
import type { ClusterFacts } from './clusterFacts.ts';
import { maybeFeatures } from './networkFromCluster.ts';

const mostChoices = 4;

/** What leaves no trace in the account may be said in two ways each. */
export function specCandidates(draft: ClusterSpec, facts: ClusterFacts): ClusterSpec[] {
  const zoneIds = facts.stacks.find(({ parameters }) => parameters['ZoneIds'])?.parameters['ZoneIds']?.split(',');
  const networks = [
    draft.network,
    ...(zoneIds && !draft.network.vpc ? [{ ...draft.network, zones: zoneIds }] : []),
  ].flatMap(network => {
    const said = facts.cluster.kubernetesNetworkConfig?.serviceIpv4Cidr;
    return network.serviceCidr === undefined && said !== undefined
      ? [network, { ...network, serviceCidr: said }]
      : [network];
  });
  const access = [
    draft.access,
    ...(draft.access.administrators.length === 1 ? [{ ...draft.access, administrators: [] }] : []),
  ];
  const eks = [draft.features, ...(draft.features.karpenter ? [{ ...draft.features, eksApi: true }] : [])].flatMap(
    features => withSome(features, maybeFeatures(facts, draft)),
  );
  const stagings = ['auto', 'always'] as const;
  const addons = versionChoices(draft);
  return networks.flatMap(network =>
    access.flatMap(given =>
      eks.flatMap(features =>
        stagings.flatMap(staging =>
          addons.map(chosen => ({ ...draft, network, access: given, features, staging, addons: chosen })),
        ),
      ),
    ),
  );
}

/** Every choice among a few; among more, none of them. */
function withSome(features: Features, maybe: readonly (keyof Features)[]): Features[] {
  if (maybe.length > mostChoices) return [features];
  return maybe.reduce<Features[]>(
    (choices, feature) => choices.flatMap(choice => [choice, { ...choice, [feature]: true }]),
    [features],
  );
}

/** Each version may have been said or be EKS's default; an add-on that comes by itself need not be named at all. */
function versionChoices(draft: ClusterSpec): ClusterSpec['addons'][] {
  const derived = plannedAddons({ ...draft, addons: {} }).map(({ name }) => name);
  const names = Object.keys(draft.addons);
  let choices: Record<string, AddonSpec>[] = [{}];
  for (const name of names) {
    const own = draft.addons[name] ?? { podIdentity: {} };
    const { version: _, ...unversioned } = own;
    const bare = unversioned.configuration === undefined && Object.keys(unversioned.podIdentity).length === 0;
    const kinds: (AddonSpec | undefined)[] = [own, unversioned, ...(bare && derived.includes(name) ? [undefined] : [])];
    choices = choices.flatMap(choice => kinds.map(kind => (kind === undefined ? choice : { ...choice, [name]: kind })));
    if (choices.length > 4096) return [draft.addons];
  }
  return choices;
}
