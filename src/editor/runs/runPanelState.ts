import type { RunEvent } from '../../core/run/runEvent.ts';
import { slowText } from '../../core/run/slowText.ts';
import { slowNote, type RunView } from '../../core/run/runView.ts';
import type { EventRow, FailureView, RunPanelChange, RunPanelState, StepView } from '../../protocol/runPanel.ts';

export interface PanelSurroundings {
  /** "Sandbox", "prod · 1234…9012". */
  readonly account: string;
  readonly clock: RunPanelState['clock'];
}

/** A run in the run panel's words. */
export function runPanelState(view: RunView, surroundings: PanelSurroundings): RunPanelState {
  return {
    runId: view.runId,
    kind: view.kind,
    rollsBack: isRollback(view),
    hasFile: view.started.specPath !== undefined,
    cluster: view.cluster,
    account: surroundings.account,
    region: view.started.region,
    status: view.status,
    startedAt: view.startedAt,
    endedAt: view.endedAt ?? (view.status === 'interrupted' ? view.lastAt : undefined),
    expectedSeconds: view.started.expectedSeconds,
    clock: surroundings.clock,
    steps: stepViews(view),
    events: view.stackEvents.map(eventRow),
    failure: failureView(view),
    notes: view.notes.map(({ level, message, at }) => ({ level, message, at })),
    summary: view.summary,
    remaining: view.remaining,
  };
}

/** A run that takes a failed update back has no other steps. */
export function isRollback({ kind, steps }: Pick<RunView, 'kind' | 'steps'>): boolean {
  return kind === 'update' && steps.length > 0 && steps.every(({ id }) => id.startsWith('rollback-'));
}

/** What the panel is told of new events: rows appended, the rest as it stands now. */
export function runPanelChange(view: RunView, added: readonly RunEvent[]): RunPanelChange {
  const events = added.filter(event => event.type === 'stack-event').map(eventRow);
  const notes = added
    .map(event => (event.type === 'slow' ? slowNote(event, titleOf(event.step)) : event))
    .filter(event => event.type === 'note')
    .map(({ level, message, at }) => ({ level, message, at }));
  function titleOf(id: string): string {
    return view.steps.find(step => step.id === id)?.title ?? id;
  }
  const endedAt = view.endedAt ?? (view.status === 'interrupted' ? view.lastAt : undefined);
  return {
    status: view.status,
    steps: stepViews(view),
    failure: failureView(view) ?? null,
    remaining: view.remaining,
    endedAt: endedAt ?? null,
    summary: view.summary ?? null,
    ...(events.length > 0 ? { events } : {}),
    ...(notes.length > 0 ? { notes } : {}),
  };
}

function stepViews(view: RunView): StepView[] {
  return view.steps.map(step => ({
    id: step.id,
    title: step.title,
    needs: step.needs,
    stackName: step.stackName,
    status: step.status,
    attempt: step.attempt,
    startedAt: step.startedAt,
    endedAt: step.endedAt,
    usualSeconds: step.usualSeconds,
    message: step.slow && step.status === 'running' ? slowText(step.slow) : step.message,
  }));
}

function eventRow(event: Extract<RunEvent, { type: 'stack-event' }>): EventRow {
  const { seq, step, timestamp, stackName, path, logicalId, physicalId, resourceType, status, reason } = event;
  return { seq, step, timestamp, stackName, path, logicalId, physicalId, resourceType, status, reason };
}

function failureView(view: RunView): FailureView | undefined {
  if (!view.failure) return undefined;
  const { step, cause } = view.failure;
  const { code, what, why, fix, awsMessage, stackName, evidence, retryable, resource, specPath } = cause;
  return {
    step,
    code,
    what,
    why,
    fix,
    awsMessage,
    resource: resource && `${resource.logicalId} (${resource.type})`,
    stackName,
    specPath,
    evidence,
    retryable,
  };
}

/** Events as lines of text, for the clipboard. */
export function eventsAsText(rows: readonly EventRow[]): string {
  return rows
    .map(row => {
      const name = [...row.path, row.logicalId].join('/');
      const time = new Date(row.timestamp).toISOString();
      return [time, row.stackName, name, row.resourceType, row.status, row.reason ?? ''].join('\t');
    })
    .join('\n');
}

/** What somebody who helps needs to know; account numbers are cut short. */
export function supportText(state: RunPanelState): string {
  const { failure } = state;
  const failed = state.events.filter(row => row.status.includes('FAILED'));
  return [
    `Private EKS: ${state.kind} ${state.cluster} (${state.region}), run ${state.runId}, ${state.status}`,
    ...state.steps.map(
      step => `  ${step.status.padEnd(9)} ${step.id}${step.attempt > 1 ? ` (attempt ${step.attempt})` : ''}`,
    ),
    ...(failure
      ? [
          `Cause: ${failure.code}: ${failure.what}`,
          failure.why,
          `Fix: ${failure.fix}`,
          ...failure.evidence.map(line => `  ${line}`),
          ...(failure.awsMessage ? [`AWS: ${failure.awsMessage}`] : []),
        ]
      : []),
    ...(failed.length > 0 ? ['Failed events:', eventsAsText(failed)] : []),
  ]
    .join('\n')
    .replace(/\b(\d{4})\d{4}(\d{4})\b/g, '$1…$2');
}
