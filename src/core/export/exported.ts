import type { PlanFile } from '../plan/planFiles.ts';

export const exportFormats = ['cloudformation', 'eksctl', 'terraform'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** A plan in another tool's words. */
export interface Exported {
  readonly files: readonly PlanFile[];
  /** What the plan says and the tool, or this export, cannot: one sentence each. They stand at the head of the files, too. */
  readonly losses: readonly string[];
}
