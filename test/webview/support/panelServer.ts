import fs from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { panelPage, type PanelPage } from '../../../src/editor/panels/panelPage.ts';

const bundles = path.resolve(import.meta.dirname, '../../../dist/webview');
const types: Readonly<Record<string, string>> = { '.css': 'text/css', '.js': 'text/javascript', '.ttf': 'font/ttf' };

export interface PanelServer {
  address(panel: PanelPage['panel']): string;
  close(): Promise<void>;
}

/** Serves the built panels on loopback, each in the very page and under the very policy that the editor gives it. */
export async function servePanels(): Promise<PanelServer> {
  if (!fs.existsSync(path.join(bundles, 'run.js')))
    throw new Error('The panels are not built: run `npm run build` first.');
  const server: Server = createServer((request, response) => {
    const name = path.basename(new URL(request.url ?? '/', 'http://panel').pathname);
    const isPage = name === 'run' || name === 'planner' || name === 'tunnel';
    const file = path.join(bundles, name);
    if (isPage) {
      response.setHeader('content-type', 'text/html');
      response.end(page(name, origin()));
    } else if (types[path.extname(name)] && fs.existsSync(file)) {
      response.setHeader('content-type', types[path.extname(name)] ?? '');
      response.end(fs.readFileSync(file));
    } else response.writeHead(404).end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address: panel => `${origin()}/${panel}`,
    close: () => new Promise(resolve => server.close(() => resolve())),
  };
}

function page(panel: PanelPage['panel'], source: string): string {
  return panelPage({
    panel,
    title: panel,
    language: 'en',
    nonce: 'test-nonce',
    source,
    file: name => `${source}/${name}`,
  });
}
