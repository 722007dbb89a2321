import type { RunKind } from './runEvent.ts';
import type { RunView } from './runView.ts';

interface RunWords {
  readonly verb: string;
  readonly doing: string;
}

/** What a kind of run is called: on a row, and while it goes on. */
export const runWords: Readonly<Record<RunKind, RunWords>> = {
  create: { verb: 'Create', doing: 'Creating' },
  update: { verb: 'Update', doing: 'Updating' },
  upgrade: { verb: 'Upgrade', doing: 'Upgrading' },
  delete: { verb: 'Delete', doing: 'Deleting' },
};

/** What this run is called: one that takes a failed update back is no update to people. */
export function wordsOf(run: Pick<RunView, 'kind' | 'steps'>): RunWords {
  return isRollback(run) ? { verb: 'Roll back', doing: 'Rolling back' } : runWords[run.kind];
}

/** A run that takes a failed update back has no other steps. */
export function isRollback({ kind, steps }: Pick<RunView, 'kind' | 'steps'>): boolean {
  return kind === 'update' && steps.length > 0 && steps.every(({ id }) => id.startsWith('rollback-'));
}
