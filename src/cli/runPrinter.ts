import type { Clock } from '../core/clock.ts';
import type { RunEvent, RunFinished, RunStarted } from '../core/run/runEvent.ts';
import { runView } from '../core/run/runView.ts';
import { runWords } from '../core/run/runWords.ts';
import { slowText } from '../core/run/slowText.ts';
import { clockText } from './duration.ts';
import { failureText } from './failureText.ts';
import { fitText } from './fitText.ts';
import type { Io } from './io.ts';
import { endText, liveLines } from './liveLines.ts';

/** Shows a run's events as they come. */
export interface RunPrinter {
  /** `past`: told by an earlier process of a run that is carried on. */
  show(event: RunEvent, past: boolean): void;
  /** Takes what redraws itself off the screen, so that other text can follow. */
  close(): void;
}

export function jsonPrinter(io: Io): RunPrinter {
  const show = (event: RunEvent, past: boolean) => {
    if (!past) io.out(`${JSON.stringify(event)}\n`);
  };
  return { show, close: () => undefined };
}

/** A line for each step that begins and ends, for logs and pipes. */
export function linePrinter(io: Io, verbose: boolean): RunPrinter {
  let started: RunStarted | undefined;
  const told = new Set<string | undefined>();
  const title = (id: string) => started?.steps.find(step => step.id === id)?.title ?? id;
  const show = (event: RunEvent, past: boolean) => {
    if (event.type === 'run-started') started = event;
    if (past) return;
    // A failure is told once, whole: its step and its run end in the same words.
    if (event.type === 'failure') told.add(event.cause.what);
    if (event.type === 'step-finished' && event.outcome === 'failed' && told.has(event.summary)) return;
    const text = endsInThem(event, told) ? failedText(event, started) : eventLine(event, title, verbose);
    if (text === undefined) return;
    io.out(fitText(io, `${clockText(event.at - (started?.at ?? event.at)).padStart(7)}  ${text}\n`));
  };
  return { show, close: () => undefined };
}

const endsInThem = (event: RunEvent, told: ReadonlySet<string | undefined>): event is RunFinished =>
  event.type === 'run-finished' && event.outcome === 'failed' && told.has(event.summary);

function failedText({ remaining = [] }: RunFinished, started: RunStarted | undefined): string {
  const what = started ? `${runWords[started.kind].verb} ${started.cluster}` : 'The run';
  return [`${what}: failed, as told above.`, ...remaining.map(stays)].join('\n');
}

const stays = (left: string) => `  Stays: ${left}`;

function eventLine(event: RunEvent, title: (id: string) => string, verbose: boolean): string | undefined {
  switch (event.type) {
    case 'run-started':
      return `${runWords[event.kind].doing} ${event.cluster} in account ${event.accountId}, ${event.region}${event.speed > 1 ? ` (×${event.speed})` : ''}: run ${event.runId}`;
    case 'run-resumed':
      return `Going on (${event.reason})`;
    case 'step-started':
      return `${title(event.step)} …${event.attempt > 1 ? ` (attempt ${event.attempt})` : ''}`;
    case 'step-progress':
      return `${title(event.step)}: ${event.message}`;
    case 'slow':
      return [`${title(event.step)} ${slowText(event)}`, ...event.evidence.map(line => `  ${line}`)].join('\n');
    case 'step-finished': {
      const mark = { done: '✓', already: '✓', failed: '✗', cancelled: '–' }[event.outcome];
      return `${mark} ${title(event.step)}${event.summary ? `: ${event.summary}` : ''}`;
    }
    case 'stack-event': {
      const failed = event.status.endsWith('_FAILED');
      return verbose || failed
        ? `  ${[event.stackName, ...event.path].join('/')} ${event.logicalId} ${event.status}${event.reason ? `: ${event.reason}` : ''}`
        : undefined;
    }
    case 'failure':
      return failureText(title(event.step), event.cause).trimEnd();
    case 'note':
      return event.message;
    case 'waiting-for-sign-in':
      return `${event.message} Waiting for you to sign in; the run then goes on.`;
    case 'cancel-requested':
      return 'Cancelling: nothing more is started; what AWS has begun is followed to its end.';
    case 'run-finished':
      return [event.summary, ...(event.remaining ?? []).map(stays)].join('\n');
  }
}

/** A step list that redraws itself in place. */
export function livePrinter(io: Io, clock: Clock): RunPrinter {
  const events: RunEvent[] = [];
  let drawn = 0;
  let dirty = true;
  const draw = () => {
    const lines = events.length > 0 ? liveLines(runView(events, { live: true }), clock.now(), io.columns()) : [];
    // One write, or the screen flickers; each line is cleared to its end, and what was longer below it.
    io.out(`${drawn > 0 ? `\u001b[${drawn}F` : ''}${lines.map(line => `${line}\u001b[K\n`).join('')}\u001b[J`);
    drawn = lines.length;
    dirty = false;
  };
  let tick = 0;
  const timer = setInterval(() => {
    if (dirty || ++tick % 5 === 0) draw();
  }, 200);
  return {
    show: event => {
      // Stack events change no line, and there are hundreds.
      if (event.type === 'stack-event') return;
      events.push(event);
      dirty = true;
    },
    close: () => {
      clearInterval(timer);
      draw();
      if (events.length > 0) io.out(fitText(io, endText(runView(events, { live: true }))));
    },
  };
}
