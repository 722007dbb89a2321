import { buildPlan } from '../../../src/core/plan/buildPlan.ts';
import type { FailureCause, RunEvent, RunEventBody, RunStep, StackEventSeen } from '../../../src/core/run/runEvent.ts';
import { runView, type RunView } from '../../../src/core/run/runView.ts';
import { newSpecText } from '../../../src/core/spec/newSpecText.ts';
import { parseSpec } from '../../../src/core/spec/parseSpec.ts';
import { runPanelState, type PanelSurroundings } from '../../../src/editor/runs/runPanelState.ts';
import type { RunPanelState } from '../../../src/protocol/runPanel.ts';

const start = Date.UTC(2026, 10, 21, 12);
const minute = 60_000;

const failureCause: FailureCause = {
  code: 'nodes-cannot-reach-ec2',
  what: 'The nodes of default started but could not join: nothing answers for EC2 in their VPC.',
  why: 'A node asks EC2 who it is before it registers; without the ec2 endpoint it never does.',
  fix: 'Let the plan have the ec2 endpoint, then retry.',
  awsMessage:
    'Resource handler returned message: "[Issue(Code=NodeCreationFailure, Message=Instances failed to join)]"',
  resource: { logicalId: 'NodeGroup', type: 'AWS::EKS::Nodegroup', physicalId: 'payments/default' },
  stackName: 'private-eks-payments-nodes',
  specPath: 'nodes-default',
  retryable: true,
  evidence: ['com.amazonaws.eu-west-1.ec2: no endpoint in vpc-0f2a', 'default: 2 instances running, 0 registered'],
};

/** Every kind of thing that pods run on, six groups of nodes among them. */
const sixGroups = `nodes:
  default: {}
  spot-with-a-long-name: { capacity: spot, instanceTypes: [t3.large, t3a.large] }
  arm: { instanceTypes: [m7g.large] }
  gpu: { instanceTypes: [g6.xlarge] }
  own: { kind: self-managed }
  bottles: { os: bottlerocket }
fargate:
  apps: { selectors: [{ namespace: apps }] }
`;

const usual = { low: 10, typical: 60, high: 900 };

/** Journals as a create writes them, told up to some moment, and the panel's state that they give. */
export const runStates = {
  empty: state([]),
  running: state(begun()),
  failed: state([...begun(), ...failing()]),
  cancelled: state([...begun(), ended(9, 'cancelled', 'Cancelled: 5 of 11 steps done; what was made stays.')]),
  interrupted: state(begun(), false),
  waiting: state([...begun(), { at: 4, type: 'waiting-for-sign-in', message: 'The sign-in of prod has expired.' }]),
  done: state([...begun(), ...rest(), ended(16, 'done', 'payments is verified.')]),
  manyGroups: state([...begun(), ...groupsBegun()], true, { steps: plannedCreate(sixGroups) }),
  manyGroupsFailed: state([...begun(), ...groupsBegun(), ...groupFailed()], true, { steps: plannedCreate(sixGroups) }),
  update: state([...changeBegun()], true, { kind: 'update', steps: changeSteps() }),
  updateFailed: state([...changeBegun(), ...changeFailed()], true, { kind: 'update', steps: changeSteps() }),
  rollback: state([], true, { kind: 'update', steps: rollbackSteps() }),
  upgradeFailed: state([...changeBegun(), ...changeFailed()], true, {
    kind: 'upgrade',
    steps: changeSteps(),
    specPath: undefined,
  }),
  superseded: past(state([...changeBegun(), ...changeFailed()], true, { kind: 'update', steps: changeSteps() })),
  supersededCreate: past(state([...begun(), ended(9, 'cancelled', 'Cancelled. What was made stays.')])),
  slow: state([...begun(), ...slowly()]),
  long: state([...begun(), ...manyEvents(2000)]),
} satisfies Record<string, RunPanelState>;

/** A run with so many stack events beside those of its beginning; every fiftieth is a failure. */
export function longRun(count: number): { readonly view: RunView; readonly surroundings: PanelSurroundings } {
  const view = viewOf([...begun(), ...manyEvents(count)]);
  return { view, surroundings: surroundingsOf(view) };
}

/** Events as they come later. */
export function laterEvents(view: RunView, count: number): StackEventSeen[] {
  const last = view.stackEvents.at(-1);
  if (!last) throw new Error('the run has no events');
  return Array.from({ length: count }, (_, index) => ({
    ...last,
    seq: last.seq + 1 + index,
    logicalId: `Later${index}`,
  }));
}

/** An event at so many minutes. */
type Told = RunEventBody & { readonly at: number };

interface Begun {
  readonly kind?: 'create' | 'update' | 'upgrade';
  readonly steps?: { readonly steps: RunStep[]; readonly seconds: number };
  readonly specPath?: string | undefined;
}

function state(told: readonly Told[], live = true, begun: Begun = {}): RunPanelState {
  const view = viewOf(told, live, begun);
  return runPanelState(view, surroundingsOf(view));
}

/** As it is once another run has come later. */
function past(state: RunPanelState): RunPanelState {
  return { ...state, offers: [], past: 'Superseded by upgrade-payments-20261121T130000-0002.' };
}

/** The account's clock stands still: what is drawn is the same each time. */
function surroundingsOf({ lastAt }: RunView): PanelSurroundings {
  return { account: 'Sandbox', clock: { realEpoch: 0, epoch: lastAt, speed: 0 } };
}

function viewOf(told: readonly Told[], live = true, begun: Begun = {}): RunView {
  const kind = begun.kind ?? 'create';
  const plan = begun.steps ?? plannedCreate();
  const events: RunEvent[] = [
    {
      type: 'run-started',
      runId: `${kind}-payments-20261121T120000-0001`,
      kind,
      cluster: 'payments',
      region: 'eu-west-1',
      accountId: '000000000000',
      profile: 'private-eks-sandbox',
      specPath: 'specPath' in begun ? begun.specPath : '/work/payments.private-eks.yaml',
      specHash: 'abc',
      steps: plan.steps,
      expectedSeconds: plan.seconds,
      monthlyUsd: 272,
      speed: 60,
      seq: 1,
      at: start,
    },
    ...told.map((event, index): RunEvent => ({ ...event, seq: index + 2, at: start + event.at * minute })),
  ];
  return runView(events, { live });
}

/** A control plane that takes its time, told of twice. */
function slowly(): Told[] {
  const usualSeconds = { low: 420, typical: 540, high: 780 };
  const slow = (at: number, waitedSeconds: number, evidence: readonly string[]): Told => ({
    at,
    type: 'slow',
    step: 'cluster',
    waitedSeconds,
    usualSeconds,
    waitingFor: 'cluster payments, which is CREATING',
    evidence,
  });
  return [
    slow(14, 790, ['stack private-eks-payments-cluster: CREATE_IN_PROGRESS']),
    slow(27, 1570, [
      'stack private-eks-payments-cluster: CREATE_IN_PROGRESS, last event 2026-11-21T12:00:54.000Z Cluster CREATE_IN_PROGRESS: Resource creation Initiated',
      'Cluster (AWS::EKS::Cluster payments): CREATE_IN_PROGRESS',
      'cluster payments: CREATING, made 2026-11-21T12:00:54.000Z',
      'cluster payments: the subnets subnet-0a1b2c3d4e5f60718 have too few free addresses (Ec2SubnetInvalidConfiguration)',
      ...Array.from({ length: 5 }, (_, index) => `eni-0a1b2c3d4e5f6071${index}: in-use, Amazon EKS payments`),
    ]),
  ];
}

function groupsBegun(): Told[] {
  return ['nodes-default', 'nodes-arm', 'nodes-gpu', 'nodes-own'].flatMap((step, index): Told[] => [
    { at: 12, type: 'step-started', step, attempt: 1 },
    ...(index < 2 ? ([{ at: 14 + index, type: 'step-finished', step, outcome: 'done' }] as const) : []),
  ]);
}

function groupFailed(): Told[] {
  const cause = { ...failureCause, specPath: 'nodes.gpu' };
  return [
    { at: 30, type: 'failure', step: 'nodes-gpu', cause },
    { at: 30, type: 'step-finished', step: 'nodes-gpu', outcome: 'failed' },
    ended(30, 'failed', 'Create payments failed at Nodes gpu.'),
  ];
}

function changeSteps(): { steps: RunStep[]; seconds: number } {
  const step = (id: RunStep['id'], title: string, needs: string[]): RunStep => ({
    id,
    title,
    needs,
    usualSeconds: usual,
  });
  return {
    steps: [
      step('preflight', 'Preflight', []),
      step('cluster', 'Control plane', ['preflight']),
      step('nodes-default', 'Nodes default', ['cluster']),
      step('verify', 'Verify', ['nodes-default']),
    ],
    seconds: 1500,
  };
}

function rollbackSteps(): { steps: RunStep[]; seconds: number } {
  const steps = (['nodes-default', 'cluster'] as const).map((id, index, all): RunStep => ({
    id: `rollback-${id}`,
    title: `Take back ${id}`,
    needs: index === 0 ? [] : [`rollback-${all[index - 1] ?? ''}`],
    usualSeconds: usual,
  }));
  return { steps, seconds: 120 };
}

function changeBegun(): Told[] {
  return [
    { at: 0, type: 'step-started', step: 'preflight', attempt: 1 },
    { at: 0.1, type: 'step-finished', step: 'preflight', outcome: 'done' },
    { at: 0.1, type: 'step-started', step: 'cluster', attempt: 1 },
    stackEvent(0.2, 'cluster', 'Cluster', 'UPDATE_IN_PROGRESS'),
  ];
}

function changeFailed(): Told[] {
  return [
    { at: 9, type: 'step-finished', step: 'cluster', outcome: 'done' },
    { at: 9, type: 'step-started', step: 'nodes-default', attempt: 1 },
    { at: 30, type: 'failure', step: 'nodes-default', cause: failureCause },
    { at: 30, type: 'step-finished', step: 'nodes-default', outcome: 'failed' },
    ended(30, 'failed', 'It failed at Nodes default.'),
  ];
}

function plannedCreate(more = ''): { steps: RunStep[]; seconds: number } {
  const { spec } = parseSpec(`${newSpecText('payments', 'eu-west-1')}${more}`);
  if (!spec) throw new Error('the smallest spec cannot be read');
  const plan = buildPlan(spec);
  const steps = plan.steps.map(({ id, title, needs, usualSeconds, stack }) => ({
    id,
    title,
    needs,
    usualSeconds,
    ...(stack ? { stackName: `private-eks-payments-${stack}` } : {}),
  }));
  return { steps, seconds: plan.time.totalSeconds };
}

function begun(): Told[] {
  return [
    { at: 0, type: 'step-started', step: 'preflight', attempt: 1 },
    { at: 0.1, type: 'step-finished', step: 'preflight', outcome: 'done', summary: 'account 000000000000' },
    ...['permissions', 'network', 'logs'].flatMap((step): Told[] => [
      { at: 0.1, type: 'step-started', step, attempt: 1 },
      stackEvent(0.2, step, 'Resource', 'CREATE_IN_PROGRESS'),
      stackEvent(0.7, step, 'Resource', 'CREATE_COMPLETE'),
      { at: 0.8, type: 'step-finished', step, outcome: 'done' },
    ]),
    { at: 0.8, type: 'step-started', step: 'cluster', attempt: 1 },
    { at: 0.8, type: 'step-started', step: 'endpoints', attempt: 1 },
    stackEvent(0.9, 'cluster', 'Cluster', 'CREATE_IN_PROGRESS', 'Resource creation Initiated'),
    stackEvent(3, 'endpoints', 'EcrApiEndpoint', 'CREATE_COMPLETE'),
    { at: 3.2, type: 'step-progress', step: 'cluster', message: 'Waiting for the control plane' },
    { at: 3.3, type: 'note', level: 'info', message: 'The endpoints cost more than the control plane.' },
  ];
}

function failing(): Told[] {
  return [
    ...rest().slice(0, -6),
    { at: 30, type: 'failure', step: 'nodes-default', cause: failureCause },
    { at: 30, type: 'step-finished', step: 'nodes-default', outcome: 'failed' },
    ended(30, 'failed', 'Create payments failed at Nodes.'),
  ];
}

function rest(): Told[] {
  return ['endpoints', 'cluster', 'identity', 'node-addons', 'nodes-default', 'workload-addons', 'verify'].flatMap(
    (step, index): Told[] => [
      ...(index < 2 ? [] : [{ at: 9 + index, type: 'step-started', step, attempt: 1 } as const]),
      stackEvent(9.2 + index, step, 'Resource', 'CREATE_COMPLETE'),
      { at: 9.5 + index, type: 'step-finished', step, outcome: 'done' },
    ],
  );
}

function manyEvents(count: number): Told[] {
  return Array.from({ length: count }, (_, index) =>
    stackEvent(
      4 + index / 10_000,
      'endpoints',
      `Resource${index}`,
      index % 50 === 0 ? 'CREATE_FAILED' : 'CREATE_COMPLETE',
    ),
  );
}

function ended(at: number, outcome: 'done' | 'failed' | 'cancelled', summary: string): Told {
  return { at, type: 'run-finished', outcome, summary };
}

function stackEvent(at: number, step: string, logicalId: string, status: string, reason?: string): Told {
  return {
    at,
    type: 'stack-event',
    step,
    eventId: `${step}-${logicalId}-${status}-${at}`,
    stackName: `private-eks-payments-${step}`,
    path: [],
    logicalId,
    physicalId: `${logicalId}-1`,
    resourceType: 'AWS::EC2::VPCEndpoint',
    status,
    reason,
    timestamp: start + at * minute,
  };
}
