import fc from 'fast-check';
import assert from 'node:assert/strict';
import type { FailureCause, RunEvent, RunEventBody } from '../../../src/core/run/runEvent.ts';
import { runView } from '../../../src/core/run/runView.ts';
import { EventLedger } from '../../../src/editor/runs/eventLedger.ts';
import { eventsAsText, runPanelChange, runPanelState, supportText } from '../../../src/editor/runs/runPanelState.ts';
import { EventRows } from '../../../webview/run/eventRows.ts';
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
        const first = runView(head, { live: true });
        const ledger = new EventLedger(first.stackEvents);
        const before = runPanelState(first, surroundings, ledger);
        const rows = new EventRows();
        rows.begin(before.eventCount, before.events);
        const view = runView(events, { live });
        const change = runPanelChange(view, events.slice(head.length), ledger);
        rows.append(change.events ?? []);
        const after = Array.from({ length: rows.count }, (_, place) => rows.at(place));
        assert.deepEqual({ ...applyChange(before, change), events: after }, runPanelState(view, surroundings));
      }),
    );
  });

  it('says of a step that takes long what was last seen of it, once, and nothing more when it has ended', () => {
    const slow = (waitedSeconds: number, evidence: string[]): RunEventBody => ({
      type: 'slow',
      step: 'network',
      waitedSeconds,
      usualSeconds,
      waitingFor: 'Vpc',
      evidence,
    });
    const told: RunEventBody[] = [
      { type: 'step-started', step: 'network', attempt: 1 },
      slow(4, ['a first look']),
      slow(8, ['a second look', 'and another fact']),
    ];
    const state = (bodies: RunEventBody[]) => runPanelState(runView(journal(bodies), { live: true }), surroundings);
    const late = state(told);
    assert.deepEqual(late.notes, []);
    assert.deepEqual(late.steps[0]?.slow, { evidence: ['a second look', 'and another fact'] });
    assert.equal(late.steps[0]?.message, 'takes longer than usual (8 s, usually 1 to 3 s); waits for Vpc');
    const ended = state([...told, { type: 'step-finished', step: 'network', outcome: 'done', summary: 'made' }]);
    assert.deepEqual([ended.steps[0]?.slow, ended.steps[0]?.message], [undefined, 'made']);
  });

  it('is small however long the run is', () => {
    const events = Array.from({ length: 5000 }, (_, index) => stackEvent(`Resource${index}`, 'CREATE_COMPLETE'));
    const size = (count: number) =>
      JSON.stringify(runPanelState(runView(journal(events.slice(0, count)), { live: true }), surroundings)).length;
    assert.ok(size(5000) < size(400) * 1.1, `${size(400)} and ${size(5000)} characters`);
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
    const view = runView(journal([stackEvent('Vpc', 'CREATE_FAILED'), { type: 'failure', step: 'network', cause }]), {
      live: true,
    });
    const state = runPanelState(view, surroundings);
    assert.equal(
      eventsAsText(state.events),
      '1970-01-01T00:00:05.000Z\tprivate-eks-a-network\tNested/Vpc\tAWS::EC2::VPC\tCREATE_FAILED\tbecause',
    );
    const support = supportText(state, new EventLedger(view.stackEvents));
    assert.match(support, /Cause: quota-vcpu/);
    assert.match(support, /1234…9012/);
    assert.doesNotMatch(support, /123456789012/);
  });
});
