// Builds dist/: the extension and the command line as ES modules that share lazily loaded chunks, and one bundle per panel.
import { build, context } from 'esbuild';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { thirdPartyNotices } from './tools/thirdPartyNotices.mjs';

const development = process.argv.includes('--dev') || process.argv.includes('--watch');
const watch = process.argv.includes('--watch');
const root = import.meta.dirname;
const out = path.join(root, 'dist');

const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  minify: !development,
  sourcemap: development ? 'linked' : false,
  legalComments: 'none',
  // The AWS SDK's ES module builds are 1.4 MB smaller and load five times faster than its CommonJS ones.
  mainFields: ['module', 'main'],
  metafile: true,
  logLevel: 'info',
};

/** @type {import('esbuild').BuildOptions} */
const node = {
  ...common,
  entryPoints: ['src/extension.ts', 'src/cli.ts'],
  outdir: out,
  entryNames: '[name]',
  chunkNames: 'chunks/[name]-[hash]',
  splitting: true,
  platform: 'node',
  target: 'node22',
  external: ['vscode'],
  // CommonJS dependencies inside the chunks call require() for Node's own modules.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
};

/** The kubeconfig's credential plugin is copied out of the extension's folder: one file that needs no other. */
const plugin = {
  ...node,
  entryPoints: { token: 'src/credentialPluginMain.ts' },
  splitting: false,
};

/** A panel is a folder of webview/ with a main.ts; its name is the bundle's. */
const panels = readdirSync(path.join(root, 'webview'), { withFileTypes: true })
  .filter(entry => entry.isDirectory() && existsSync(path.join(root, 'webview', entry.name, 'main.ts')))
  .map(entry => entry.name);

/** @type {import('esbuild').BuildOptions} */
const webview = {
  ...common,
  entryPoints: Object.fromEntries(panels.map(panel => [panel, `webview/${panel}/main.ts`])),
  outdir: path.join(out, 'webview'),
  platform: 'browser',
  target: 'es2022',
};

/** Panels link these as files: a webview's policy allows styles and fonts from the extension's folder only. */
function copyStyles() {
  const target = path.join(out, 'webview');
  const copied = new Set();
  mkdirSync(target, { recursive: true });
  const copy = (folder, file) => {
    if (copied.has(path.join(target, file))) throw new Error(`Two panels have a ${file}: give one another name.`);
    cpSync(path.join(folder, file), path.join(target, file));
    copied.add(path.join(target, file));
  };
  for (const file of ['codicon.css', 'codicon.ttf']) copy(path.join(root, 'node_modules/@vscode/codicons/dist'), file);
  for (const folder of ['components', ...panels].map(name => path.join(root, 'webview', name)).filter(existsSync)) {
    for (const file of readdirSync(folder).filter(name => name.endsWith('.css'))) copy(folder, file);
  }
  return copied;
}

/** What an earlier build left behind would be packaged; removed last, so that what runs from dist/ keeps its files meanwhile. */
function removeStale(kept) {
  for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && !kept.has(file)) rmSync(file);
  }
}

const styles = copyStyles();
if (watch) {
  for (const options of [node, plugin, webview]) await (await context(options)).watch();
} else {
  const results = await Promise.all([build(node), build(plugin), build(webview)]);
  const meta = {
    inputs: Object.assign({}, ...results.map(result => result.metafile.inputs)),
    outputs: Object.assign({}, ...results.map(result => result.metafile.outputs)),
  };
  const metaFile = path.join(out, 'meta.json');
  writeFileSync(metaFile, JSON.stringify(meta));
  const notices = path.join(out, 'THIRD-PARTY-NOTICES.txt');
  // The icons are copied, not bundled.
  writeFileSync(
    notices,
    thirdPartyNotices(root, { ...meta.inputs, 'node_modules/@vscode/codicons/dist/codicon.ttf': {} }),
  );
  const written = [metaFile, notices, ...Object.keys(meta.outputs).map(file => path.join(root, file))];
  removeStale(new Set([...written, ...styles]));
}
