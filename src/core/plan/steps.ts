import type { PlannedStack, PlannedStep, StackId, StepId } from './plan.ts';
import { usualSeconds } from './usualTimes.ts';

interface StepRule {
  readonly id: StepId;
  readonly title: string;
  readonly needs: readonly StepId[];
}

/** The pipeline: everything that can overlap the control plane does. Needs that a plan leaves out fall away. */
const pipeline: readonly StepRule[] = [
  { id: 'preflight', title: 'Preflight', needs: [] },
  { id: 'staging', title: 'Staging bucket', needs: ['preflight'] },
  { id: 'permissions', title: 'Permissions', needs: ['preflight'] },
  { id: 'network', title: 'Network', needs: ['preflight'] },
  { id: 'endpoints', title: 'Endpoints', needs: ['network'] },
  { id: 'key', title: 'Key', needs: ['permissions'] },
  { id: 'logs', title: 'Log group', needs: ['preflight'] },
  { id: 'cluster', title: 'Control plane', needs: ['permissions', 'network', 'logs', 'key'] },
  { id: 'identity', title: 'Access', needs: ['cluster'] },
  { id: 'node-addons', title: 'Add-ons for nodes', needs: ['identity'] },
  { id: 'nodes', title: 'Nodes', needs: ['node-addons', 'endpoints'] },
  { id: 'workload-addons', title: 'Add-ons on nodes', needs: ['nodes'] },
  { id: 'verify', title: 'Verify', needs: ['workload-addons'] },
];
const withoutStack: readonly StepId[] = ['preflight', 'staging', 'verify'];

export function plannedSteps(stacks: readonly PlannedStack[]): PlannedStep[] {
  const staged = stacks.some(stack => stack.staged);
  const stackIds = new Set<StepId>(stacks.map(({ id }) => id));
  const isPlanned = (id: StepId) => (id === 'staging' ? staged : withoutStack.includes(id) || stackIds.has(id));
  // The bucket stands before the first stack, whichever of them needs it.
  const first = (id: StepId): StepId => (staged && id === 'preflight' ? 'staging' : id);
  return pipeline
    .filter(({ id }) => isPlanned(id))
    .map(({ id, title, needs }) => ({
      id,
      title,
      needs: id === 'staging' ? needs : needs.filter(isPlanned).map(first),
      ...(isStack(id) ? { stack: id } : {}),
      usualSeconds: usualSeconds[id],
    }));
}

function isStack(id: StepId): id is StackId {
  return !withoutStack.includes(id);
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
