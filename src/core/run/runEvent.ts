// CONTRACT: the one stream that feeds journal, tree, run panel, status bar and NDJSON. Append-only; every event stands on one line of JSON.
import type { StackId, StepId } from '../plan/plan.ts';

export type RunKind = 'create' | 'delete' | 'update' | 'upgrade';
/** `interrupted` is never written: a reader concludes it when the lease is stale and no end was journalled. */
export type RunOutcome = 'done' | 'failed' | 'cancelled';

export interface RunStep {
  readonly id: StepId | DeleteStepId | UpdateStepId | UpgradeStepId;
  readonly title: string;
  readonly needs: readonly string[];
  readonly stackName?: string;
  readonly usualSeconds: { readonly low: number; readonly typical: number; readonly high: number };
}
/** Beside the steps of a create and of a delete: what goes by EKS's API, and stacks that are taken back. */
export type UpdateStepId = 'encryption' | `rollback-${StackId}`;
export type UpgradeStepId = 'readiness' | 'control-plane' | `addon-${string}` | `nodes-${string}`;
/** `instances`, `load-balancers`, `volumes` and `interfaces` remove what controllers in the cluster made outside of every stack. */
export type DeleteStepId =
  | 'preflight'
  | `delete-${StackId}`
  | 'instances'
  | 'load-balancers'
  | 'volumes'
  | 'interfaces'
  | 'log-group'
  | 'key'
  | 'proof';

/** What is common to all: `seq` counts from 1 without gaps within a run; `at` is the run's clock in ms since the epoch. */
interface EventBase {
  readonly seq: number;
  readonly at: number;
}

export interface RunStarted extends EventBase {
  readonly type: 'run-started';
  readonly runId: string;
  readonly kind: RunKind;
  readonly cluster: string;
  readonly region: string;
  readonly accountId: string;
  readonly profile: string | undefined;
  readonly specPath: string | undefined;
  readonly specHash: string | undefined;
  readonly steps: readonly RunStep[];
  readonly expectedSeconds: number;
  readonly monthlyUsd: number | undefined;
  /** Clock speed: above 1 the account's time is simulated and screens show `×60`. */
  readonly speed: number;
}
/** The same run carried on: after a retry, a crash or a cancel. */
export interface RunResumed extends EventBase {
  readonly type: 'run-resumed';
  readonly reason: 'retry' | 'resume';
}
export interface StepStarted extends EventBase {
  readonly type: 'step-started';
  readonly step: string;
  readonly attempt: number;
}
export interface StepFinished extends EventBase {
  readonly type: 'step-finished';
  readonly step: string;
  /** `already` when the step found its work done. */
  readonly outcome: 'done' | 'already' | 'failed' | 'cancelled';
  /** One line for people: "7 endpoints available". */
  readonly summary?: string;
}
/** What a step is waiting for now: "agent online on 1 of 2 nodes". */
export interface StepProgress extends EventBase {
  readonly type: 'step-progress';
  readonly step: string;
  readonly message: string;
}
/** A step is past its usual range: what it waits for, and what the account shows of it. Told again when it has taken twice as long. */
export interface StepSlow extends EventBase {
  readonly type: 'slow';
  readonly step: string;
  readonly waitedSeconds: number;
  readonly usualSeconds: RunStep['usualSeconds'];
  /** One line: "2 of 2 nodes to join". */
  readonly waitingFor: string;
  readonly evidence: readonly string[];
}
/** One CloudFormation event, nested stacks merged; deduplicated by `eventId`. */
export interface StackEventSeen extends EventBase {
  readonly type: 'stack-event';
  readonly step: string;
  readonly eventId: string;
  readonly stackName: string;
  /** Logical ids from the step's stack down to the nested stack, empty at the top. */
  readonly path: readonly string[];
  readonly logicalId: string;
  readonly physicalId: string;
  readonly resourceType: string;
  readonly status: string;
  readonly reason: string | undefined;
  /** AWS's own timestamp, ms. */
  readonly timestamp: number;
}
/** The first cause of a failure, pinned above the timeline. */
export interface FailureFound extends EventBase {
  readonly type: 'failure';
  readonly step: string;
  readonly cause: FailureCause;
}
export interface FailureCause {
  /** Stable kebab-case code: `nodes-cannot-reach-ec2`. `unknown` when only AWS's words are known. */
  readonly code: string;
  /** What happened, in plain words. */
  readonly what: string;
  readonly why: string;
  readonly fix: string;
  /** AWS's own words, untouched. */
  readonly awsMessage: string | undefined;
  readonly resource: { readonly logicalId: string; readonly type: string; readonly physicalId: string } | undefined;
  readonly stackName: string | undefined;
  /** Spec field to jump to. */
  readonly specPath?: string;
  readonly retryable: boolean;
  /** Evidence lines, each a fact seen in the account: "vpce-0a1 com.amazonaws.eu-west-1.ec2: not found in vpc-0f2". */
  readonly evidence: readonly string[];
}
export interface RunNote extends EventBase {
  readonly type: 'note';
  readonly level: 'info' | 'warning';
  readonly message: string;
}
/** Sign-in expired: the run waits and goes on when credentials work again. */
export interface WaitingForSignIn extends EventBase {
  readonly type: 'waiting-for-sign-in';
  readonly message: string;
}
export interface CancelRequested extends EventBase {
  readonly type: 'cancel-requested';
}
export interface RunFinished extends EventBase {
  readonly type: 'run-finished';
  readonly outcome: RunOutcome;
  readonly summary: string;
  /** After a delete: what is still there or pending, each with its reason ("key: pending deletion until 2026-12-01"). */
  readonly remaining?: readonly string[];
  /** It was interrupted, and given up later or followed by another run: `cancelled`, and never resumed. */
  readonly givenUp?: true;
  /** When somebody gave it up: `at` is when it was last heard of. */
  readonly givenUpAt?: number;
}

export type RunEvent =
  | RunStarted
  | RunResumed
  | StepStarted
  | StepFinished
  | StepProgress
  | StepSlow
  | StackEventSeen
  | FailureFound
  | RunNote
  | WaitingForSignIn
  | CancelRequested
  | RunFinished;

/** An event before the journal gives it its place and time. */
export type RunEventBody = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, 'seq' | 'at'> : never) : never;
