import { activities, type ActivityId } from './activities.ts';

/** An order in which somebody does the activities: each after what it waits for. */
export interface Order {
  readonly title: string;
  readonly source: string;
  readonly steps: Readonly<Partial<Record<ActivityId, readonly ActivityId[]>>>;
}

/** What AWS demands and nothing else: the shortest that any pipeline can be. */
export const demanded: Order = {
  title: 'what AWS demands',
  source: 'the table above',
  steps: Object.fromEntries(
    activities
      .filter(({ id }) => id !== 'endpoint-flip' && id !== 'preflight')
      .map(({ id, needs }) => [id, Object.keys(needs) as ActivityId[]]),
  ),
};

export const seedOrder: Order = {
  title: 'the seed’s order',
  source: 'seed 000: one stack for roles, network and endpoints, then the cluster, then the provider, then the workers',
  steps: {
    roles: [],
    vpc: [],
    endpoints: ['vpc'],
    'control-plane': ['roles', 'endpoints'],
    access: ['control-plane'],
    nodes: ['access'],
    // Unmanaged then: what EKS installs by itself comes with the control plane.
    reach: ['nodes'],
  },
};

export const eksctlOrder: Order = {
  title: 'eksctl’s order',
  source: 'eksctl’s fully private clusters: public until all is made, then flipped (eksctl PR#2384, #3283)',
  steps: {
    roles: [],
    vpc: [],
    endpoints: ['vpc'],
    'control-plane': ['roles', 'vpc'],
    // One stack: what comes next waits for all of it.
    access: ['control-plane', 'endpoints'],
    'node-addons': ['access'],
    nodes: ['node-addons'],
    'workload-addons': ['nodes'],
    'endpoint-flip': ['workload-addons', 'reach'],
    reach: ['nodes'],
  },
};

export interface Makespan {
  readonly seconds: number;
  readonly path: readonly ActivityId[];
}

/** How long an order takes and its longest path, everything that may overlap overlapping. */
export function makespanOf({ title, steps }: Order): Makespan {
  const known = new Map<ActivityId, Makespan>();
  const endOf = (id: ActivityId, above: readonly ActivityId[] = []): Makespan => {
    if (above.includes(id)) throw new Error(`${title}: ${[...above, id].join(' waits for ')}`);
    const found = known.get(id);
    if (found) return found;
    const activity = activities.find(candidate => candidate.id === id);
    if (!activity) throw new Error(`${title}: no activity ${id}`);
    const before = longest((steps[id] ?? []).map(need => endOf(need, [...above, id])));
    const end = { seconds: (before?.seconds ?? 0) + activity.seconds, path: [...(before?.path ?? []), id] };
    known.set(id, end);
    return end;
  };
  return longest((Object.keys(steps) as ActivityId[]).map(id => endOf(id))) ?? { seconds: 0, path: [] };
}

function longest(ends: readonly Makespan[]): Makespan | undefined {
  return ends.reduce<Makespan | undefined>(
    (best, end) => (best && best.seconds >= end.seconds ? best : end),
    undefined,
  );
}
