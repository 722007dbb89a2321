import assert from 'node:assert/strict';
import fc from 'fast-check';
import { failureCause } from '../../../../src/core/run/failureCause.ts';
import type { RunEvent, RunEventBody, RunStarted } from '../../../../src/core/run/runEvent.ts';
import { RunFold } from '../../../../src/core/run/runFold.ts';
import { runView } from '../../../../src/core/run/runView.ts';

const usualSeconds = { low: 1, typical: 2, high: 3 };
const started: RunStarted = {
  type: 'run-started',
  seq: 1,
  at: 1000,
  runId: 'create-demo-1',
  kind: 'create',
  cluster: 'demo',
  region: 'eu-west-1',
  accountId: '0',
  profile: undefined,
  specPath: undefined,
  specHash: 'h',
  steps: (['preflight', 'network', 'cluster'] as const).map(id => ({ id, title: id, needs: [], usualSeconds })),
  expectedSeconds: 100,
  monthlyUsd: 1,
  speed: 1,
};
const cause = failureCause({ code: 'c', what: 'w', why: '', fix: '' });
const step = fc.constantFrom('preflight', 'network', 'cluster', 'unknown');

const body: fc.Arbitrary<RunEventBody> = fc.oneof(
  step.chain(id =>
    fc.constantFrom<RunEventBody>(
      { type: 'step-started', step: id, attempt: 1 },
      { type: 'step-started', step: id, attempt: 2 },
      { type: 'step-progress', step: id, message: 'waits' },
      { type: 'slow', step: id, waitedSeconds: 9, usualSeconds, waitingFor: 'AWS', evidence: ['seen'] },
      { type: 'step-finished', step: id, outcome: 'done', summary: 'fine' },
      { type: 'step-finished', step: id, outcome: 'already' },
      { type: 'step-finished', step: id, outcome: 'failed' },
      { type: 'failure', step: id, cause: { ...cause, code: id } },
      {
        type: 'stack-event',
        step: id,
        eventId: id,
        stackName: id,
        path: [],
        logicalId: 'Vpc',
        physicalId: '',
        resourceType: 'AWS::EC2::VPC',
        status: 'CREATE_COMPLETE',
        reason: undefined,
        timestamp: 1,
      },
    ),
  ),
  fc.constantFrom<RunEventBody>(
    { type: 'run-resumed', reason: 'resume' },
    { type: 'note', level: 'info', message: 'a note' },
    { type: 'waiting-for-sign-in', message: 'm' },
    { type: 'cancel-requested' },
    { type: 'run-finished', outcome: 'failed', summary: 's', remaining: ['key'] },
  ),
);
const journals = fc
  .array(body, { maxLength: 40 })
  .map(bodies => bodies.map((one, index): RunEvent => ({ ...one, seq: index + 2, at: 2000 + index })));

describe('a run folded event by event', () => {
  it('says at every moment what all events until then say at once', () => {
    fc.assert(
      fc.property(journals, fc.array(fc.boolean(), { minLength: 1 }), (events, lives) => {
        const fold = new RunFold(started);
        events.forEach((event, index) => {
          const live = lives[index % lives.length] ?? true;
          const given = fold.add([event]).view({ live });
          assert.deepEqual({ ...given }, { ...runView([started, ...events.slice(0, index + 1)], { live }) });
          assert.equal(fold.lastSeq, event.seq);
        });
      }),
    );
  });

  it('leaves a view that was given as it was, read early or late', () => {
    fc.assert(
      fc.property(journals, fc.nat(40), (events, cut) => {
        const fold = new RunFold(started).add(events.slice(0, cut));
        const early = fold.view({ live: true });
        const late = fold.view({ live: true });
        const copy = structuredClone({ ...early });
        fold.add(events.slice(cut)).view({ live: true });
        assert.deepEqual({ ...early }, copy);
        assert.deepEqual({ ...late }, copy);
      }),
    );
  });
});
