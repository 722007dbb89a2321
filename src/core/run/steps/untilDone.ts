import { toPrivateEksError } from '../../aws/errors.ts';
import { findLeavings, type LeavingPart, type Leavings, type Where } from '../../leftovers/clusterLeavings.ts';
import { failureCause } from '../failureCause.ts';
import { StepFailure, type StepContext, type StepResult } from '../step.ts';

/** Deletions that AWS refuses because something still uses the thing are tried again for so long; ms. */
const patience = { firstWaitMs: 5_000, slowestWaitMs: 30_000, atMostMs: 20 * 60_000 };

/** Repeats `round` until it waits for nothing any more, with growing pauses. */
export async function untilDone(context: StepContext, round: (look: number) => Promise<string[]>): Promise<void> {
  const { clock, cancel } = context;
  const deadline = clock.now() + patience.atMostMs;
  let wait = patience.firstWaitMs;
  for (let look = 1; ; look++) {
    const held = await round(look);
    if (held.length === 0) return;
    if (clock.now() > deadline)
      throw new StepFailure(
        failureCause({
          code: 'left-in-vpc',
          what: `AWS does not let go of ${held[0]}.`,
          why: 'It was waited for and tried again for 20 minutes.',
          fix: 'Look at what is named; then run the delete again: it goes on from here.',
          evidence: held,
        }),
      );
    context.progress(`waiting for ${held[0]}${held.length > 1 ? ` and ${held.length - 1} more` : ''}`);
    await clock.sleep(wait, cancel);
    wait = Math.min(wait * 1.5, patience.slowestWaitMs);
  }
}

export async function leavings(
  where: Where,
  { session, signal }: StepContext,
  ...parts: readonly LeavingPart[]
): Promise<Leavings> {
  try {
    return await findLeavings(session, where, signal, parts);
  } catch (error) {
    throw toPrivateEksError(error);
  }
}

export function removedOr(removed: Iterable<string>, none: string): StepResult {
  const all = [...removed];
  return all.length > 0
    ? { outcome: 'done', summary: `removed ${all.join(', ')}` }
    : { outcome: 'already', summary: none };
}
