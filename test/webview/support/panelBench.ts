import assert from 'node:assert/strict';
import type { PanelPage } from '../../../src/editor/panels/panelPage.ts';
import { launchBrowser, type Browser } from '../../../tools/vscode-host/browser.ts';
import { openPanel, type OpenOptions, type OpenPanel } from './openPanel.ts';
import { servePanels, type PanelServer } from './panelServer.ts';

export interface PanelBench {
  /** The caller closes it. */
  open(options?: OpenOptions): Promise<OpenPanel>;
  /** Opens the panel for as long as `use` takes, and holds it to its content security policy. */
  during(options: OpenOptions, use: (open: OpenPanel) => Promise<void>): Promise<void>;
}

/** A browser and a built panel for the suite in which it is called: there before its tests, gone after them. */
export function panelBench(panel: PanelPage['panel']): PanelBench {
  let browser: Browser | undefined;
  let server: PanelServer | undefined;
  before(async () => {
    [browser, server] = await Promise.all([launchBrowser(), servePanels()]);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });
  const open = (options?: OpenOptions): Promise<OpenPanel> => {
    if (!browser || !server) throw new Error('a panel can be opened in hooks and tests only');
    return openPanel(browser, server, panel, options);
  };
  return {
    open,
    during: async (options, use) => {
      const opened = await open(options);
      try {
        await use(opened);
        assert.deepEqual(await opened.violations(), [], 'the content security policy was not met');
      } finally {
        await opened.close();
      }
    },
  };
}
