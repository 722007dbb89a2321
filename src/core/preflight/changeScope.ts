import type { ChangePlan, StackChangePlan } from '../change/changePlan.ts';
import { clusterIn } from '../change/settleCluster.ts';
import { resourcesIn, type TemplateLike } from '../change/stackDifference.ts';
import { isMap } from '../change/valueDifferences.ts';
import type { Plan } from '../plan/plan.ts';
import { nodesStackId } from '../plan/stackName.ts';
import { planZones } from '../plan/endpoints.ts';
import { nodeGroups } from '../spec/nodeGroups.ts';
import { zoneCount } from '../spec/zoneCount.ts';
import { surgeOf, type Surge } from './surge.ts';

type Group = ReturnType<typeof nodeGroups>[number];

/** A node group as an update makes it, and as it was. */
export interface GroupChange {
  readonly group: Group;
  /** Its stack is made, or made anew. */
  readonly comes: boolean;
  /** What runs beside its nodes while they are replaced. */
  readonly surge: Surge;
  /** Nothing where there was none. Types are empty where the old template does not tell them. */
  readonly was: {
    readonly desired: number;
    readonly max: number;
    readonly types: readonly string[];
    readonly spot: boolean;
  };
}

/** What an update makes that was not there: what is looked at before it. Pure. */
export interface ChangeScope {
  /** The plan with the stacks that change, the groups that come or change, and the endpoints that are added. */
  readonly plan: Plan;
  readonly groups: readonly GroupChange[];
  /** Auto Mode is switched on: its nodes come. */
  readonly autoMode: boolean;
  /** Resources by type: made new, beside what is deleted first. */
  readonly added: ReadonlyMap<string, number>;
  /** Stacks that are made under a name that nobody has yet. */
  readonly created: readonly StackChangePlan[];
}

export function changeScope(changes: ChangePlan, plan: Plan): ChangeScope {
  const changed = new Map(changes.stacks.filter(({ action }) => action !== 'none').map(change => [change.id, change]));
  const zones = (plan.account && planZones(plan.spec, plan.account)?.length) ?? zoneCount(plan.spec);
  const groups = nodeGroups(plan.spec).flatMap((group): GroupChange[] => {
    const change = changed.get(nodesStackId(group.name));
    if (!change) return [];
    return [{ group, comes: change.action !== 'update', surge: surgeOf(change, zones), was: groupIn(change.before) }];
  });
  const endpoints = new Set(addedIn(changed.get('endpoints')));
  return {
    plan: {
      ...plan,
      spec: { ...plan.spec, nodes: Object.fromEntries(groups.map(({ group: { name, ...group } }) => [name, group])) },
      stacks: plan.stacks.filter(({ id }) => changed.has(id)),
      endpoints: endpoints.has('AWS::EC2::VPCEndpoint') ? plan.endpoints : [],
    },
    groups,
    autoMode: autoModeComes(changed.get('cluster')),
    added: counted([...changed.values()].flatMap(addedIn)),
    created: [...changed.values()].filter(({ action, stackId }) => action === 'create' && stackId === undefined),
  };
}

const counted = (types: readonly string[]) =>
  new Map([...Map.groupBy(types, type => type)].map(([type, all]) => [type, all.length]));

/** Types of what is new; what a stack that is made anew had before makes room for what it gets. */
function addedIn(change: StackChangePlan | undefined): string[] {
  if (!change || change.action === 'none' || change.action === 'delete') return [];
  if (change.action === 'update')
    return change.resources.filter(({ action }) => action === 'add').map(({ type }) => type);
  const next = typesIn(change.after);
  for (const type of change.action === 'replace' ? typesIn(change.before) : []) {
    const index = next.indexOf(type);
    if (index !== -1) next.splice(index, 1);
  }
  return next;
}

const typesIn = (template: TemplateLike | undefined): string[] =>
  Object.values(resourcesIn(template?.Resources)).map(({ Type }) => String(Type));

function autoModeComes(change: StackChangePlan | undefined): boolean {
  const isOn = (template: TemplateLike | undefined) => {
    const compute = clusterIn(template)?.ComputeConfig;
    return isMap(compute) && compute.Enabled === true;
  };
  return isOn(change?.after) && !isOn(change?.before);
}

/** Sizes and types as a group's old template says them. */
function groupIn(template: TemplateLike | undefined): GroupChange['was'] {
  for (const { Type, Properties: properties } of Object.values(resourcesIn(template?.Resources))) {
    if (!isMap(properties)) continue;
    if (Type === 'AWS::EKS::Nodegroup') {
      const scaling = isMap(properties.ScalingConfig) ? properties.ScalingConfig : {};
      const types = Array.isArray(properties.InstanceTypes) ? properties.InstanceTypes.map(String) : [];
      const spot = properties.CapacityType === 'SPOT';
      return { desired: countOf(scaling.DesiredSize), max: countOf(scaling.MaxSize), types, spot };
    }
    if (Type === 'AWS::AutoScaling::AutoScalingGroup')
      return { desired: countOf(properties.DesiredCapacity), max: countOf(properties.MaxSize), types: [], spot: false };
  }
  return { desired: 0, max: 0, types: [], spot: false };
}

const countOf = (value: unknown): number => (Number.isFinite(Number(value)) ? Number(value) : 0);
