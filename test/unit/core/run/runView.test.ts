import assert from 'node:assert/strict';
import { failureCause } from '../../../../src/core/run/failureCause.ts';
import type { RunEvent, RunEventBody } from '../../../../src/core/run/runEvent.ts';
import { runView } from '../../../../src/core/run/runView.ts';

const usualSeconds = { low: 1, typical: 2, high: 3 };
const head: RunEventBody = {
  type: 'run-started',
  runId: 'create-demo-1',
  kind: 'create',
  cluster: 'demo',
  region: 'eu-west-1',
  accountId: '0',
  profile: undefined,
  specPath: undefined,
  specHash: 'h',
  steps: [
    { id: 'preflight', title: 'Preflight', needs: [], usualSeconds },
    { id: 'network', title: 'Network', needs: ['preflight'], usualSeconds },
  ],
  expectedSeconds: 100,
  monthlyUsd: 1,
  speed: 1,
};
/** Event n happens at n seconds. */
function view(bodies: readonly RunEventBody[], live = true) {
  const events = [head, ...bodies].map((body, index): RunEvent => ({
    seq: index + 1,
    at: (index + 1) * 1000,
    ...body,
  }));
  return runView(events, { live });
}
const started = (step: string, attempt = 1): RunEventBody => ({ type: 'step-started', step, attempt });
const finished = (step: string, outcome: 'done' | 'already' | 'failed', summary?: string): RunEventBody => ({
  type: 'step-finished',
  step,
  outcome,
  ...(summary === undefined ? {} : { summary }),
});
const cause = failureCause({ code: 'c', what: 'w', why: '', fix: '' });

describe('runView', () => {
  it('shows steps as they wait, run and end', () => {
    const { steps, status } = view([started('preflight'), finished('preflight', 'done', 'fine'), started('network')]);
    assert.deepEqual(
      steps.map(step => [step.id, step.status, step.startedAt, step.endedAt, step.message]),
      [
        ['preflight', 'done', 2000, 3000, 'fine'],
        ['network', 'running', 4000, undefined, undefined],
      ],
    );
    assert.equal(status, 'running');
  });

  it('is interrupted when nobody works on it and no end was written', () => {
    assert.equal(view([started('preflight')], false).status, 'interrupted');
    assert.equal(view([{ type: 'run-finished', outcome: 'failed', summary: 's' }], false).status, 'failed');
  });

  it('keeps the first failure, and forgets it when the run is taken up again', () => {
    const failed: RunEventBody[] = [
      started('network'),
      { type: 'failure', step: 'network', cause },
      { type: 'failure', step: 'other', cause: { ...cause, code: 'later' } },
      finished('network', 'failed'),
      { type: 'run-finished', outcome: 'failed', summary: 's' },
    ];
    assert.equal(view(failed).failure?.cause.code, 'c');
    const again = view([...failed, { type: 'run-resumed', reason: 'retry' }]);
    assert.deepEqual(
      [again.status, again.failure, again.endedAt, again.steps[1]?.status],
      ['running', undefined, undefined, 'waiting'],
    );
  });

  it('keeps the times of a step that a resume finds done', () => {
    const { steps } = view([
      started('preflight'),
      finished('preflight', 'done', 'first words'),
      { type: 'run-resumed', reason: 'resume' },
      started('preflight', 2),
      finished('preflight', 'already', 'still there'),
    ]);
    assert.deepEqual(
      [steps[0]?.status, steps[0]?.startedAt, steps[0]?.endedAt, steps[0]?.attempt, steps[0]?.message],
      ['done', 2000, 3000, 2, 'first words'],
    );
  });

  it('moves the times of a step that did its work again', () => {
    const { steps } = view([
      started('preflight'),
      finished('preflight', 'done'),
      { type: 'run-resumed', reason: 'resume' },
      started('preflight', 2),
      finished('preflight', 'done'),
    ]);
    assert.deepEqual([steps[0]?.startedAt, steps[0]?.endedAt], [5000, 6000]);
  });

  it('tells cancelling and waiting for a sign-in', () => {
    assert.equal(view([{ type: 'cancel-requested' }]).status, 'cancelling');
    const waiting: RunEventBody = { type: 'waiting-for-sign-in', message: 'm' };
    assert.equal(view([waiting]).status, 'waiting-for-sign-in');
    assert.equal(view([waiting, { type: 'note', level: 'info', message: 'back' }]).status, 'running');
  });

  it('wants a head', () => assert.throws(() => runView([], { live: true }), /begins with run-started/));
});
