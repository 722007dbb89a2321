import type { PlannedStack, PlannedStep, StackKind, StepId } from './plan.ts';
import { usualSecondsOf } from './usualTimes.ts';

/** Steps by what they are for: `nodes` stands for the step of each node group. */
export type StepKind = 'preflight' | 'staging' | StackKind | 'namespaces' | 'verify';

interface StepRule {
  readonly kind: StepKind;
  readonly title: string;
  readonly needs: readonly StepKind[];
}

/** The pipeline: everything that can overlap the control plane does. What a plan leaves out passes its needs on. */
const pipeline: readonly StepRule[] = [
  { kind: 'preflight', title: 'Preflight', needs: [] },
  { kind: 'staging', title: 'Staging bucket', needs: ['preflight'] },
  { kind: 'permissions', title: 'Permissions', needs: ['preflight'] },
  { kind: 'network', title: 'Network', needs: ['preflight'] },
  { kind: 'api-access', title: 'API access', needs: ['network'] },
  { kind: 'endpoints', title: 'Endpoints', needs: ['network'] },
  { kind: 'proxy', title: 'Way to the proxy', needs: ['network'] },
  { kind: 'key', title: 'Key', needs: ['permissions'] },
  { kind: 'logs', title: 'Log group', needs: ['preflight'] },
  { kind: 'cluster', title: 'Control plane', needs: ['permissions', 'network', 'api-access', 'logs', 'key'] },
  { kind: 'identity', title: 'Access', needs: ['cluster'] },
  { kind: 'node-addons', title: 'Add-ons for nodes', needs: ['cluster'] },
  { kind: 'nodes', title: 'Nodes', needs: ['node-addons', 'identity', 'endpoints', 'proxy'] },
  { kind: 'fargate', title: 'Fargate', needs: ['identity', 'endpoints'] },
  { kind: 'workload-addons', title: 'Add-ons on nodes', needs: ['nodes', 'fargate'] },
  { kind: 'namespaces', title: 'Namespaces', needs: ['nodes', 'fargate'] },
  { kind: 'verify', title: 'Verify', needs: ['workload-addons', 'namespaces'] },
];

/** `namespaces`: those that the run is to make. */
export function plannedSteps(stacks: readonly PlannedStack[], namespaces: readonly string[]): PlannedStep[] {
  const staged = stacks.some(stack => stack.staged);
  const idsOf = (kind: StepKind): readonly StepId[] => {
    if (kind === 'preflight' || kind === 'verify') return [kind];
    if (kind === 'staging') return staged ? [kind] : [];
    if (kind === 'namespaces') return namespaces.length > 0 ? [kind] : [];
    return stacks.filter(stack => stack.kind === kind).map(({ id }) => id);
  };
  /** A need that is not planned passes on what it needs itself; the bucket stands before the first stack. */
  const needed = (kind: StepKind): readonly StepId[] => {
    const ids = kind === 'preflight' && staged ? (['staging'] as const) : idsOf(kind);
    return ids.length > 0 ? ids : (pipeline.find(rule => rule.kind === kind)?.needs ?? []).flatMap(needed);
  };
  const steps: PlannedStep[] = [];
  for (const { kind, title, needs } of pipeline) {
    const ids = idsOf(kind);
    const all = new Set(kind === 'staging' ? needs.flatMap(idsOf) : needs.flatMap(needed));
    const direct = [...all].filter(id => ![...all].some(other => other !== id && comesBefore(id, other, steps)));
    for (const id of ids) {
      const stack = stacks.find(planned => planned.id === id);
      const group = kind === 'nodes' && ids.length > 1 ? ` ${id.slice('nodes-'.length)}` : '';
      steps.push({
        id,
        title: `${title}${group}`,
        needs: direct,
        ...(stack ? { stack: stack.id } : {}),
        usualSeconds: usualSecondsOf(kind, stack),
      });
    }
  }
  return steps;
}

function comesBefore(first: StepId, second: StepId, steps: readonly PlannedStep[]): boolean {
  const { needs = [] } = steps.find(({ id }) => id === second) ?? {};
  return needs.some(need => need === first || comesBefore(first, need, steps));
}

/** The longest way through the graph by typical times, and how long it takes. */
export function criticalPath(steps: readonly PlannedStep[]): { totalSeconds: number; criticalPath: StepId[] } {
  const ends = new Map<StepId, { seconds: number; path: StepId[] }>();
  for (const step of steps) {
    const before = step.needs
      .map(id => ends.get(id))
      .reduce((longest, way) => (way && way.seconds > (longest?.seconds ?? -1) ? way : longest), undefined);
    ends.set(step.id, {
      seconds: (before?.seconds ?? 0) + step.usualSeconds.typical,
      path: [...(before?.path ?? []), step.id],
    });
  }
  const [longest] = [...ends.values()].sort((a, b) => b.seconds - a.seconds);
  return { totalSeconds: longest?.seconds ?? 0, criticalPath: longest?.path ?? [] };
}
