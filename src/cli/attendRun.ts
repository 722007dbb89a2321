import { systemClock, type Clock } from '../core/clock.ts';
import { carryOnCommand } from '../core/run/carryOnCommand.ts';
import { followJournal } from '../core/run/followJournal.ts';
import { readJournal } from '../core/run/journal.ts';
import { currentLease } from '../core/run/lease.ts';
import type { RunOutcome } from '../core/run/runEvent.ts';
import type { OwnRun, RunHandle } from '../core/run/runProcess.ts';
import { canCarryOn, runOutlook } from '../core/run/runOutlook.ts';
import { requestCancel } from '../core/run/runRequests.ts';
import { runView } from '../core/run/runView.ts';
import { exitCode, type CommandInput } from './command.ts';
import { jsonPrinter, linePrinter, livePrinter, type RunPrinter } from './runPrinter.ts';

export const runOptions = {
  verbose: { type: 'boolean', help: 'Every stack event, too (not with --json, which has them)' },
} as const;

interface Place {
  readonly clock: Clock;
  readonly stateHome: string;
}

/** Shows a run to its end, of this process or of another; gives the exit code. */
export async function attendRun(handle: RunHandle, input: CommandInput, place: Place): Promise<number> {
  const { io } = input;
  const printer = choosePrinter(input, place.clock);
  const watching = new AbortController();
  let interrupts = 0;
  const left = Promise.withResolvers<'left'>();
  const interrupt = () => {
    if (++interrupts > 1) {
      if (handle.kind === 'own') handle.leave();
      left.resolve('left');
      return;
    }
    io.err(
      'Cancelling. AWS finishes what it has begun; Ctrl-C again leaves at once. The run can be carried on later.\n',
    );
    if (handle.kind === 'own') handle.cancel();
    else void requestCancel(handle.dir);
  };
  // A run is not its output: it goes on when nobody reads any more, as it does in a journal that others follow.
  const stopListening = io.onInterrupt(interrupt, handle.kind === 'own' ? () => undefined : undefined);
  let ended: RunOutcome | 'left' | undefined;
  try {
    const outcome =
      handle.kind === 'own' ? attendOwn(handle, printer) : watchOther(handle, input, printer, place, watching.signal);
    ended = await Promise.race([outcome, left.promise]);
  } finally {
    watching.abort();
    stopListening();
    printer.close();
  }
  const goesOnElsewhere = ended === 'left' && handle.kind === 'watched';
  if (!goesOnElsewhere && !input.flag('json')) io.err(await wayOn(handle.dir));
  return ended === undefined ? exitCode.failed : exitCode[ended];
}

/** What carries a run on that has not come to its end. */
async function wayOn(dir: string): Promise<string> {
  const events = await readJournal(dir);
  if (events.length === 0) return '';
  const run = runView(events, { live: false });
  return canCarryOn(runOutlook(run)) ? `Go on with it: ${carryOnCommand(run)}\n` : '';
}

function attendOwn(run: OwnRun, printer: RunPrinter): Promise<RunOutcome> {
  run.subscribe(event => printer.show(event, event.seq < run.firstSeq));
  return run.finished;
}

/** The run has ended when its lease is given back; without an end in the journal its process was killed. */
async function watchOther(
  { runId, dir }: Extract<RunHandle, { kind: 'watched' }>,
  { io }: CommandInput,
  printer: RunPrinter,
  { stateHome }: Place,
  signal: AbortSignal,
): Promise<RunOutcome | undefined> {
  io.err(`Run ${runId} is on in another process; watching it. Ctrl-C cancels it there, too.\n`);
  const over = new AbortController();
  const ended = AbortSignal.any([signal, over.signal]);
  let outcome: RunOutcome | undefined;
  for await (const event of followJournal(dir, { clock: systemClock, signal: ended })) {
    printer.show(event, false);
    outcome = event.type === 'run-finished' ? event.outcome : undefined;
    if (event.type === 'run-started') void untilReleased(event, runId, stateHome, ended).then(() => over.abort());
  }
  if (outcome === undefined) io.err('That process is gone, and the run with it.\n');
  return outcome;
}

async function untilReleased(
  key: { readonly accountId: string; readonly region: string; readonly cluster: string },
  runId: string,
  stateHome: string,
  signal: AbortSignal,
): Promise<void> {
  const rest = () => systemClock.sleep(1_000, signal).catch(() => undefined);
  while (!signal.aborted && (await currentLease(stateHome, key))?.runId === runId) await rest();
  // The journal's last lines may still be unread.
  await rest();
}

function choosePrinter(input: CommandInput, clock: Clock): RunPrinter {
  const { io } = input;
  if (input.flag('json')) return jsonPrinter(io);
  return io.isTerminal && !input.flag('verbose') ? livePrinter(io, clock) : linePrinter(io, input.flag('verbose'));
}
