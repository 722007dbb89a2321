import type { Page } from '../../../../tools/vscode-host/browser.ts';
import { takePicture } from '../../../../tools/vscode-host/workbench/picture.ts';
import { setTheme } from '../../../../tools/vscode-host/workbench/theme.ts';

/** Settings of a window that is to look the same on every machine. */
export const pictureSettings = {
  'terminal.integrated.fontFamily': 'DejaVu Sans Mono, monospace',
  'editor.fontFamily': 'DejaVu Sans Mono, monospace',
  'remote.autoForwardPorts': false,
};

/** What the window shows now, in two themes; ends in the dark one. */
export async function takePictures(page: Page, name: string): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await setTheme(page, theme);
    await takePicture(page, `journey/${name}-${theme}`);
  }
}
