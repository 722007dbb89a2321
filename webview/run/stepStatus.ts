import type { StepStatus } from '../../src/protocol/runPanel.ts';

/** Codicon class and glyph per status: never told by colour alone. */
const icons: Readonly<Record<StepStatus, { readonly name: string; readonly glyph: string; readonly word: string }>> = {
  waiting: { name: 'circle-outline', glyph: '\uebb5', word: 'waiting' },
  running: { name: 'sync', glyph: '\uea77', word: 'running' },
  done: { name: 'pass', glyph: '\ueba4', word: 'done' },
  failed: { name: 'error', glyph: '\uea87', word: 'failed' },
  cancelled: { name: 'circle-slash', glyph: '\ueabd', word: 'not done' },
};

export function stepIcon(status: StepStatus): { readonly name: string; readonly glyph: string } {
  return icons[status];
}

export function stepStatusWord(status: StepStatus): string {
  return icons[status].word;
}
