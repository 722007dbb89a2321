import type { StepStatus, StepView } from '../../src/protocol/runPanel.ts';

type Shape = Pick<StepView, 'id' | 'needs'>;

/** Which steps the picture draws as one, by the id of the first: more than `most` that wait for the same and are waited for by the same. */
export function gatheredSteps(steps: readonly Shape[], most: number): ReadonlyMap<string, readonly string[]> {
  const alike = new Map<string, string[]>();
  for (const { id, needs } of steps) {
    const dependents = steps.filter(other => other.needs.includes(id)).map(other => other.id);
    const key = JSON.stringify([[...needs].sort(), dependents.sort()]);
    alike.set(key, [...(alike.get(key) ?? []), id]);
  }
  const groups = new Map<string, readonly string[]>();
  for (const ids of alike.values()) if (ids.length > most && ids[0] !== undefined) groups.set(ids[0], ids);
  return groups;
}

/** The steps as the picture draws them: one node for each gathered group, the others as they are. */
export function drawnSteps(steps: readonly StepView[], groups: ReadonlyMap<string, readonly string[]>): StepView[] {
  const leaderOf = new Map([...groups].flatMap(([leader, ids]) => ids.map(id => [id, leader] as const)));
  return steps.flatMap(step => {
    const needs = [...new Set(step.needs.map(need => leaderOf.get(need) ?? need))];
    const leader = leaderOf.get(step.id);
    if (leader === undefined) return [{ ...step, needs }];
    if (leader !== step.id) return [];
    const members = steps.filter(({ id }) => leaderOf.get(id) === leader);
    return [{ ...gathered(members), needs }];
  });
}

/** As bad as the worst of them, as old as the oldest, and over when all are. */
function gathered(members: readonly StepView[]): StepView {
  const [first] = members;
  if (!first) throw new Error('no steps to gather');
  const order: readonly StepStatus[] = ['failed', 'running', 'cancelled', 'waiting', 'done'];
  const done = members.filter(({ status }) => status === 'done').length;
  const begun = members.flatMap(({ startedAt }) => startedAt ?? []);
  const ended = members.flatMap(({ endedAt }) => endedAt ?? []);
  const worst = order.find(status => members.some(member => member.status === status)) ?? first.status;
  const nodes = members.every(({ id }) => /^(?:nodes-|fargate)/.test(id));
  return {
    ...first,
    title: `${done} of ${members.length} ${nodes ? 'groups' : 'steps'}`,
    // Between two of them nothing may run; the group as a whole goes on.
    status: worst === 'waiting' && done > 0 ? 'running' : worst,
    startedAt: begun.length > 0 ? Math.min(...begun) : undefined,
    endedAt: ended.length === members.length ? Math.max(...ended) : undefined,
    message: members.map(({ title, status }) => `${title}: ${status}`).join(', '),
  };
}
