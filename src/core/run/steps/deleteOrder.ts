import type { StackId } from '../../plan/plan.ts';
import type { DeleteStepId, RunStep } from '../runEvent.ts';

interface DeleteRule {
  readonly id: DeleteStepId;
  readonly title: string;
  readonly needs: readonly DeleteStepId[];
  /** Seconds: low, typical, high. */
  readonly usual: readonly [number, number, number];
  /** There when this stack is; absent: always. */
  readonly with?: readonly StackId[];
}

/** Backwards through the pipeline; the control plane and the endpoints go at the same time, both before the network. */
const order: readonly DeleteRule[] = [
  { id: 'preflight', title: 'Preflight', needs: [], usual: [2, 4, 20] },
  rule('workload-addons', 'Add-ons on nodes', ['preflight'], [15, 30, 180]),
  rule('nodes', 'Nodes', ['delete-workload-addons'], [120, 210, 900]),
  rule('node-addons', 'Add-ons for nodes', ['delete-nodes'], [15, 30, 180]),
  rule('identity', 'Access', ['delete-node-addons'], [10, 20, 60]),
  rule('cluster', 'Control plane', ['delete-identity'], [120, 180, 600]),
  rule('endpoints', 'Endpoints', ['delete-nodes'], [60, 120, 300]),
  rule('network', 'Network', ['delete-cluster', 'delete-endpoints'], [20, 40, 180]),
  rule('logs', 'Log group', ['delete-cluster'], [5, 15, 60]),
  {
    id: 'log-group',
    title: 'Late logs',
    needs: ['delete-logs', 'delete-cluster'],
    usual: [40, 60, 120],
    with: ['logs', 'cluster'],
  },
  rule('permissions', 'Permissions', ['delete-cluster', 'delete-nodes'], [15, 25, 90]),
  { id: 'key', title: 'Key', needs: ['delete-cluster'], usual: [2, 4, 20], with: ['key'] },
  rule('key', 'Key stack', ['key'], [10, 15, 60]),
  {
    id: 'proof',
    title: 'Proof that nothing is left',
    needs: ['delete-network', 'log-group', 'delete-permissions', 'delete-key', 'delete-cluster', 'delete-endpoints'],
    usual: [3, 5, 30],
  },
];

function rule(
  stack: StackId,
  title: string,
  needs: readonly DeleteStepId[],
  usual: readonly [number, number, number],
): DeleteRule {
  return { id: `delete-${stack}`, title, needs, usual, with: [stack] };
}

/** The steps for the stacks that are there. A step that falls away passes its needs on. */
export function deleteOrder(present: ReadonlySet<StackId>): Omit<RunStep, 'stackName'>[] {
  const kept = new Set(
    order.filter(step => !step.with || step.with.some(stack => present.has(stack))).map(({ id }) => id),
  );
  const resolve = (id: DeleteStepId): DeleteStepId[] =>
    kept.has(id) ? [id] : (order.find(step => step.id === id)?.needs ?? []).flatMap(resolve);
  return order
    .filter(({ id }) => kept.has(id))
    .map(({ id, title, needs, usual: [low, typical, high] }) => ({
      id,
      title,
      needs: [...new Set([...needs.flatMap(resolve), ...(id === 'preflight' ? [] : ['preflight' as const])])],
      usualSeconds: { low, typical, high },
    }));
}

export const allStackIds: readonly StackId[] = order.flatMap(({ id }) =>
  id.startsWith('delete-') ? [id.slice('delete-'.length) as StackId] : [],
);
