import type { RunEvent } from '../../core/run/runEvent.ts';
import { runOutlook, type RunOutlook } from '../../core/run/runOutlook.ts';
import { isRollback } from '../../core/run/runWords.ts';
import { slowText } from '../../core/run/slowText.ts';
import type { RunView } from '../../core/run/runView.ts';
import type { EventRow, FailureView, RunPanelChange, RunPanelState, StepView } from '../../protocol/runPanel.ts';
import { editorWords } from '../editorWords.ts';
import { EventLedger, eventRow } from './eventLedger.ts';

export interface PanelSurroundings {
  /** "Sandbox", "prod · 1234…9012". */
  readonly account: string;
  readonly clock: RunPanelState['clock'];
}

/** A run in the run panel's words. `ledger`: its events, as far as the view's go. `outlook`: without it, of the run as if it were the only one. */
export function runPanelState(
  view: RunView,
  surroundings: PanelSurroundings,
  ledger = new EventLedger(view.stackEvents),
  outlook: RunOutlook = runOutlook(view),
): RunPanelState {
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
    events: ledger.recent(),
    eventCount: ledger.count,
    resources: ledger.resources(),
    failure: failureView(view),
    notes: view.notes.map(({ level, message, at }) => ({ level, message, at })),
    summary: view.summary && editorWords(view.summary),
    remaining: view.remaining.map(editorWords),
    ...outlook,
  };
}

/** What the panel is told of new events, which the ledger takes: rows appended, the rest as it stands now. */
export function runPanelChange(
  view: RunView,
  added: readonly RunEvent[],
  ledger: EventLedger,
  outlook: RunOutlook = runOutlook(view),
): RunPanelChange {
  const seen = added.filter(event => event.type === 'stack-event');
  const resources = ledger.add(seen);
  const notes = added.filter(event => event.type === 'note').map(({ level, message, at }) => ({ level, message, at }));
  const endedAt = view.endedAt ?? (view.status === 'interrupted' ? view.lastAt : undefined);
  return {
    status: view.status,
    steps: stepViews(view),
    failure: failureView(view) ?? null,
    remaining: view.remaining.map(editorWords),
    endedAt: endedAt ?? null,
    summary: view.summary === undefined ? null : editorWords(view.summary),
    ...outlookChange(outlook),
    ...(seen.length > 0 ? { events: seen.map(eventRow) } : {}),
    ...(resources.length > 0 ? { resources } : {}),
    ...(notes.length > 0 ? { notes } : {}),
  };
}

/** What came of the run since, told alone. */
export function outlookChange({ offers, past }: RunOutlook): RunPanelChange {
  return { offers, past: past ?? null };
}

function stepViews(view: RunView): StepView[] {
  return view.steps.map(step => ({
    id: step.id,
    title: step.title,
    needs: step.needs,
    stackName: step.stackName,
    // A run that was given up ended in the middle of a step.
    status: view.status === 'cancelled' && step.status === 'running' ? 'cancelled' : step.status,
    attempt: step.attempt,
    startedAt: step.startedAt,
    endedAt: step.endedAt,
    usualSeconds: step.usualSeconds,
    message: step.slow ? slowText(step.slow) : step.message,
    slow: step.slow && { evidence: step.slow.evidence },
  }));
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
    fix: editorWords(fix),
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
export function supportText(state: RunPanelState, ledger: EventLedger): string {
  const { failure } = state;
  const failed = ledger.failed();
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
