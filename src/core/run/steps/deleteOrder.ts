import type { StackId, StackKind } from '../../plan/plan.ts';
import { stackKindOf } from '../../plan/stackName.ts';
import type { DeleteStepId, RunStep } from '../runEvent.ts';

/** Steps of a delete by what they are for: `delete-nodes` stands for the step of each node group. */
type DeleteStepKind = Exclude<DeleteStepId, `delete-${string}`> | `delete-${StackKind}`;

interface DeleteRule {
  readonly kind: DeleteStepKind;
  readonly title: string;
  readonly needs: readonly DeleteStepKind[];
  /** Seconds: low, typical, high. */
  readonly usual: readonly [number, number, number];
  /** There when a stack of such a kind is; absent: always. */
  readonly with?: readonly StackKind[];
}

/** Backwards through the pipeline; the control plane and the endpoints go at the same time, both before the network. */
const order: readonly DeleteRule[] = [
  { kind: 'preflight', title: 'Preflight', needs: [], usual: [2, 4, 20] },
  rule('workload-addons', 'Add-ons on nodes', ['preflight'], [15, 30, 180]),
  rule('fargate', 'Fargate', ['delete-workload-addons'], [60, 150, 900]),
  rule('nodes', 'Nodes', ['delete-workload-addons'], [120, 210, 900]),
  // After whatever runs controllers: they would make anew what is deleted beneath them.
  {
    kind: 'instances',
    title: 'Other nodes',
    needs: ['delete-nodes', 'delete-fargate'],
    usual: [2, 5, 600],
    with: ['cluster'],
  },
  {
    kind: 'load-balancers',
    title: 'Load balancers',
    needs: ['instances'],
    usual: [2, 5, 120],
    with: ['cluster', 'network'],
  },
  {
    kind: 'volumes',
    title: 'Volumes',
    needs: ['instances'],
    usual: [2, 4, 120],
    with: ['cluster'],
  },
  rule('node-addons', 'Add-ons for nodes', ['delete-nodes'], [15, 30, 180]),
  rule('identity', 'Access', ['delete-node-addons', 'delete-fargate'], [10, 20, 60]),
  rule('cluster', 'Control plane', ['delete-identity', 'instances'], [120, 180, 600]),
  rule('api-access', 'API access', ['delete-cluster'], [5, 15, 60]),
  rule('endpoints', 'Endpoints', ['delete-nodes', 'delete-fargate'], [60, 120, 300]),
  rule('proxy', 'Way to the proxy', ['delete-nodes'], [60, 120, 300]),
  {
    kind: 'interfaces',
    title: 'Left-over interfaces',
    needs: ['delete-cluster', 'load-balancers', 'delete-endpoints', 'delete-proxy'],
    usual: [2, 5, 180],
    with: ['cluster', 'network'],
  },
  rule(
    'network',
    'Network',
    ['interfaces', 'delete-cluster', 'delete-api-access', 'delete-endpoints', 'delete-proxy'],
    [20, 40, 180],
  ),
  rule('logs', 'Log group', ['delete-cluster'], [5, 15, 60]),
  {
    kind: 'log-group',
    title: 'Late logs',
    needs: ['delete-logs', 'delete-cluster'],
    usual: [40, 60, 120],
    with: ['logs', 'cluster'],
  },
  rule('permissions', 'Permissions', ['delete-cluster', 'delete-nodes', 'delete-fargate'], [15, 25, 90]),
  { kind: 'key', title: 'Key', needs: ['delete-cluster'], usual: [2, 4, 20], with: ['key'] },
  rule('key', 'Key stack', ['key'], [10, 15, 60]),
  {
    kind: 'proof',
    title: 'Proof that nothing is left',
    needs: [
      'delete-network',
      'interfaces',
      'volumes',
      'log-group',
      'delete-permissions',
      'delete-key',
      'delete-cluster',
      'delete-endpoints',
      'delete-proxy',
    ],
    usual: [3, 5, 30],
  },
];

function rule(
  stack: StackKind,
  title: string,
  needs: readonly DeleteStepKind[],
  usual: readonly [number, number, number],
): DeleteRule {
  return { kind: `delete-${stack}`, title, needs, usual, with: [stack] };
}

/** The steps for the stacks that are there. A step that falls away passes its needs on. */
export function deleteOrder(present: ReadonlySet<StackId>): Omit<RunStep, 'stackName'>[] {
  const kinds = new Set([...present].map(stackKindOf));
  const groups = [...present].filter(id => stackKindOf(id) === 'nodes');
  const isKept = ({ with: stacks }: DeleteRule) => !stacks || stacks.some(stack => kinds.has(stack));
  const idsOf = ({ kind }: DeleteRule): DeleteStepId[] =>
    kind === 'delete-nodes' ? groups.map(id => `delete-${id}` as const) : [kind];
  const resolve = (kind: DeleteStepKind): DeleteStepId[] => {
    const step = order.find(candidate => candidate.kind === kind);
    if (!step) return [];
    return isKept(step) ? idsOf(step) : step.needs.flatMap(resolve);
  };
  return order.filter(isKept).flatMap(step => {
    const { kind, title, needs, usual } = step;
    const [low, typical, high] = usual;
    const first = kind === 'preflight' ? [] : (['preflight'] as const);
    return idsOf(step).map(id => ({
      id,
      title: kind === 'delete-nodes' && groups.length > 1 ? `${title} ${id.slice('delete-nodes-'.length)}` : title,
      needs: [...new Set([...needs.flatMap(resolve), ...first])],
      usualSeconds: { low, typical, high },
    }));
  });
}
