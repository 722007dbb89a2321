import fc from 'fast-check';
import assert from 'node:assert/strict';
import type { FailureCause, RunEvent, RunEventBody } from '../../../src/core/run/runEvent.ts';
import { runView } from '../../../src/core/run/runView.ts';
import { eventsAsText, runPanelChange, runPanelState, supportText } from '../../../src/editor/runs/runPanelState.ts';
import { applyChange, isOver, runNow } from '../../../webview/run/runState.ts';

const surroundings = { account: 'Sandbox', clock: { realEpoch: 1000, epoch: 50_000, speed: 60 } };
const usualSeconds = { low: 1, typical: 2, high: 3 };
const steps = [
  { id: 'network', title: 'Network', needs: [], stackName: 'private-eks-a-network', usualSeconds },
  { id: 'cluster', title: 'Control plane', needs: ['network'], usualSeconds },
] as const;
const cause: FailureCause = {
  code: 'quota-vcpu',
  what: 'The quota does not allow these nodes.',
  why: 'New accounts start small.',
  fix: 'Ask for a higher quota.',
  awsMessage: 'VcpuLimitExceeded in account 123456789012',
  resource: { logicalId: 'NodeGroup', type: 'AWS::EKS::Nodegroup', physicalId: 'a' },
  stackName: 'private-eks-a-nodes',
  specPath: 'nodes.default.instanceTypes',
  retryable: true,
  evidence: ['quota 5 in 123456789012'],
};

function journal(bodies: readonly RunEventBody[]): RunEvent[] {
  const started: RunEventBody = {
    type: 'run-started',
    runId: 'create-a-1',
    kind: 'create',
    cluster: 'a',
    region: 'eu-west-1',
    accountId: '000000000000',
    profile: undefined,
    specPath: undefined,
    specHash: undefined,
    steps,
    expectedSeconds: 100,
    monthlyUsd: undefined,
    speed: 60,
  };
  return [started, ...bodies].map((body, index): RunEvent => ({ ...body, seq: index + 1, at: 1000 * index }));
}

const stackEvent = (logicalId: string, status: string): RunEventBody => ({
  type: 'stack-event',
  step: 'network',
  eventId: `${logicalId}-${status}`,
  stackName: 'private-eks-a-network',
  path: ['Nested'],
  logicalId,
  physicalId: 'vpc-1',
  resourceType: 'AWS::EC2::VPC',
  status,
  reason: status.includes('FAILED') ? 'because' : undefined,
  timestamp: 5000,
});

const bodies = fc.array(
  fc.oneof(
    fc.constantFrom<RunEventBody>(
      { type: 'step-started', step: 'network', attempt: 1 },
      { type: 'step-finished', step: 'network', outcome: 'done' },
      { type: 'step-started', step: 'cluster', attempt: 2 },
      { type: 'step-progress', step: 'cluster', message: 'waiting' },
      { type: 'failure', step: 'cluster', cause },
      { type: 'note', level: 'info', message: 'a note' },
      { type: 'waiting-for-sign-in', message: 'sign in' },
      { type: 'cancel-requested' },
      { type: 'run-resumed', reason: 'retry' },
      { type: 'run-finished', outcome: 'failed', summary: 'failed', remaining: ['a key'] },
    ),
    fc.constantFrom('CREATE_IN_PROGRESS', 'CREATE_FAILED').map(status => stackEvent('Vpc', status)),
  ),
  { maxLength: 30 },
);

describe('a run in the panel’s words', () => {
  it('is the same told at once or in any parts', () => {
    fc.assert(
      fc.property(bodies, fc.integer({ min: 0, max: 30 }), fc.boolean(), (told, cut, live) => {
        const events = journal(told);
        const head = events.slice(0, Math.max(1, Math.min(cut, events.length)));
        const before = runPanelState(runView(head, { live: true }), surroundings);
        const view = runView(events, { live });
        const after = applyChange(before, runPanelChange(view, events.slice(head.length)));
        assert.deepEqual(after, runPanelState(view, surroundings));
      }),
    );
  });

  it('pins the failure with where it happened and the field to mend', () => {
    const { failure } = runPanelState(
      runView(journal([{ type: 'failure', step: 'cluster', cause }]), { live: true }),
      surroundings,
    );
    assert.equal(failure?.resource, 'NodeGroup (AWS::EKS::Nodegroup)');
    assert.equal(failure?.specPath, 'nodes.default.instanceTypes');
  });

  it('counts time on the run’s clock, and stands still at the end', () => {
    const running = runPanelState(runView(journal([]), { live: true }), surroundings);
    assert.equal(runNow(running, 3000), 50_000 + 2000 * 60);
    const ended = runPanelState(
      runView(journal([{ type: 'run-finished', outcome: 'done', summary: 'done' }]), { live: false }),
      surroundings,
    );
    assert.equal(runNow(ended, 99_999), 1000);
    assert.equal(isOver(ended), true);
  });

  it('gives events as lines, and a text for support without whole account numbers', () => {
    const state = runPanelState(
      runView(journal([stackEvent('Vpc', 'CREATE_FAILED'), { type: 'failure', step: 'network', cause }]), {
        live: true,
      }),
      surroundings,
    );
    assert.equal(
      eventsAsText(state.events),
      '1970-01-01T00:00:05.000Z\tprivate-eks-a-network\tNested/Vpc\tAWS::EC2::VPC\tCREATE_FAILED\tbecause',
    );
    const support = supportText(state);
    assert.match(support, /Cause: quota-vcpu/);
    assert.match(support, /1234…9012/);
    assert.doesNotMatch(support, /123456789012/);
  });
});
