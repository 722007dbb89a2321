import type { Page } from '../browser.ts';
import { pickEntry, runCommand } from './palette.ts';

/** The themes that every picture and colour check covers. */
export const themes = {
  dark: { label: 'Dark Modern', className: 'vs-dark' },
  light: { label: 'Light Modern', className: 'vs' },
  highContrastDark: { label: 'Dark High Contrast', className: 'hc-black' },
  highContrastLight: { label: 'Light High Contrast', className: 'hc-light' },
} as const;

/** Switches the colour theme as a person does, by the palette, and resolves once the window wears it. */
export async function setTheme(page: Page, theme: keyof typeof themes): Promise<void> {
  await runCommand(page, 'Preferences: Color Theme');
  await pickEntry(page, themes[theme].label);
  await page.locator(`.monaco-workbench.${themes[theme].className}`).waitFor();
}
