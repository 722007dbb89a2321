import type { RunKind } from './runEvent.ts';

/** What a kind of run is called: on a row, and while it goes on. */
export const runWords: Readonly<Record<RunKind, { readonly verb: string; readonly doing: string }>> = {
  create: { verb: 'Create', doing: 'Creating' },
  update: { verb: 'Update', doing: 'Updating' },
  upgrade: { verb: 'Upgrade', doing: 'Upgrading' },
  delete: { verb: 'Delete', doing: 'Deleting' },
};
