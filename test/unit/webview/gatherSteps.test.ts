import assert from 'node:assert/strict';
import type { StepStatus, StepView } from '../../../src/protocol/runPanel.ts';
import { drawnSteps, gatheredSteps } from '../../../webview/run/gatherSteps.ts';

const step = (id: string, needs: string[], status: StepStatus = 'waiting', times: number[] = []): StepView => ({
  id,
  title: id,
  needs,
  stackName: undefined,
  status,
  attempt: 1,
  startedAt: times[0],
  endedAt: times[1],
  usualSeconds: { low: 1, typical: 2, high: 3 },
  message: undefined,
  slow: undefined,
});

describe('steps that the picture draws as one', () => {
  const steps = [
    step('cluster', [], 'done', [0, 5]),
    step('nodes-a', ['cluster'], 'done', [5, 9]),
    step('nodes-b', ['cluster'], 'running', [6]),
    step('nodes-c', ['cluster']),
    step('logs', []),
    step('verify', ['nodes-a', 'nodes-b', 'nodes-c', 'logs']),
  ];

  it('are those that wait for the same and are waited for by the same, when there are too many', () => {
    assert.deepEqual([...gatheredSteps(steps, 2)], [['nodes-a', ['nodes-a', 'nodes-b', 'nodes-c']]]);
    assert.deepEqual([...gatheredSteps(steps, 3)], []);
  });

  it('count what is done and stay in their place', () => {
    const drawn = drawnSteps(steps, gatheredSteps(steps, 2));
    assert.deepEqual(
      drawn.map(({ id, needs }) => [id, needs]),
      [
        ['cluster', []],
        ['nodes-a', ['cluster']],
        ['logs', []],
        ['verify', ['nodes-a', 'logs']],
      ],
    );
    const { title, status, startedAt, endedAt } = drawn[1] as StepView;
    assert.deepEqual(
      { title, status, startedAt, endedAt },
      { title: '1 of 3 groups', status: 'running', startedAt: 5, endedAt: undefined },
    );
  });

  it('are as bad as the worst of them, and done when all are', () => {
    const as = (...statuses: StepStatus[]) => {
      const members = statuses.map((status, index) => step(`nodes-${index}`, [], status, [index, index + 2]));
      return drawnSteps(members, gatheredSteps(members, 1))[0];
    };
    assert.equal(as('done', 'failed', 'running')?.status, 'failed');
    assert.equal(as('done', 'waiting')?.status, 'running');
    assert.equal(as('waiting', 'waiting')?.status, 'waiting');
    assert.deepEqual([as('done', 'done')?.status, as('done', 'done')?.endedAt], ['done', 3]);
  });
});
