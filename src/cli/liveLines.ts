import type { RunStepView, RunView } from '../core/run/runView.ts';
import { runWords } from '../core/run/runWords.ts';
import { slowText } from '../core/run/slowText.ts';
import { clockText, rangeText } from './duration.ts';
import { failureText } from './failureText.ts';

const marks = { waiting: '·', running: '⟳', done: '✓', failed: '✗', cancelled: '–' } as const;

/** The run as lines of a terminal that is `columns` wide; `now` on the account's clock. */
export function liveLines(view: RunView, now: number, columns: number): string[] {
  const { started } = view;
  const { verb } = runWords[view.kind];
  const speed = started.speed > 1 ? ` · ×${started.speed}` : '';
  const spent = clockText((view.endedAt ?? now) - view.startedAt);
  const head = `${verb} ${view.cluster} · ${started.accountId} · ${started.region}${speed} · ${spent} of about ${clockText(started.expectedSeconds * 1000)}`;
  const width = Math.max(...view.steps.map(({ title }) => title.length));
  const failure = view.failure ? ['', `✗ ${view.failure.cause.what}`] : [];
  const waiting =
    view.status === 'waiting-for-sign-in' ? ['', 'The AWS sign-in has expired: sign in, and the run goes on.'] : [];
  const cancelling =
    view.status === 'cancelling'
      ? ['', 'Cancelling: nothing more is started. Ctrl-C again leaves at once; AWS goes on with what it has begun.']
      : [];
  const notes = [...waiting, ...cancelling, ...failure];
  const lines = [
    head,
    ...view.steps.map(step => stepLine(step, now, width)),
    ...(view.endedAt === undefined ? notes : []),
  ];
  // A line that wraps would be counted wrongly when it is drawn over.
  return lines.map(line => (line.length >= columns ? `${line.slice(0, Math.max(1, columns - 2))}…` : line));
}

/** What stays on the screen below the steps once the run has ended, whole and wrapped by the terminal. */
export function endText(view: RunView): string {
  const failure = view.failure ? `\n${failureText(titleOf(view, view.failure.step), view.failure.cause)}` : '';
  const remaining = view.remaining.map(left => `Stays: ${left}\n`).join('');
  // A failed run ends in the words of its failure.
  const summary = view.summary === undefined || view.summary === view.failure?.cause.what ? '' : `\n${view.summary}\n`;
  return `${failure}${summary}${remaining}`;
}

function stepLine(step: RunStepView, now: number, width: number): string {
  const spent = step.startedAt === undefined ? '' : clockText((step.endedAt ?? now) - step.startedAt);
  const overdue = step.startedAt !== undefined && now - step.startedAt > step.usualSeconds.high * 1000;
  const usual = `usual ${rangeText(step.usualSeconds)}${overdue ? ', over its usual time' : ''}`;
  const waiting = step.slow && `${slowText(step.slow)}; private-eks explain tells more`;
  const tail = step.status === 'running' ? (waiting ?? step.message ?? usual) : (step.message ?? '');
  return `  ${marks[step.status]} ${step.title.padEnd(width)}  ${spent.padStart(6)}  ${tail}`.trimEnd();
}

function titleOf(view: RunView, id: string): string {
  return view.steps.find(step => step.id === id)?.title ?? id;
}
