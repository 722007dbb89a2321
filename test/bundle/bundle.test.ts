import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { vsixFile } from '../../tools/tasks/packageVsix.ts';

interface Output {
  readonly bytes: number;
  readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[];
  readonly inputs: Readonly<Record<string, unknown>>;
}

const KB = 1024;
const { outputs } = JSON.parse(fs.readFileSync('dist/meta.json', 'utf8')) as { outputs: Record<string, Output> };

/** Everything that is loaded with this file, itself included, and the modules from outside that they ask for. */
function staticClosure(entry: string): { files: Set<string>; outside: Set<string> } {
  const files = new Set<string>();
  const outside = new Set<string>();
  const visit = (file: string) => {
    if (files.has(file)) return;
    files.add(file);
    for (const { path: target, kind, external } of outputs[file]?.imports ?? []) {
      if (kind === 'dynamic-import') continue;
      if (external) outside.add(target);
      else visit(target);
    }
  };
  visit(entry);
  return { files, outside };
}

function inputsOf(files: Iterable<string>): string[] {
  return [...files].flatMap(file => Object.keys(outputs[file]?.inputs ?? {}));
}

describe('what is shipped', () => {
  it('has an entry of 20 KB or less, with all that is loaded with it', () => {
    const { files } = staticClosure('dist/extension.js');
    const bytes = [...files].reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0);
    assert.ok(bytes > 0 && bytes <= 20 * KB, `${bytes} bytes in ${[...files].join(', ')}`);
  });

  it('loads nothing but vscode when it is activated', () => {
    const { outside } = staticClosure('dist/extension.js');
    // The banner's import, for require() inside lazily loaded chunks, is no part of the bundle's graph.
    assert.deepEqual(
      [...outside].filter(name => name !== 'vscode'),
      [],
    );
  });

  it('keeps the sandbox out of all that the extension can load', () => {
    const reachable = new Set<string>();
    const visit = (file: string) => {
      if (reachable.has(file)) return;
      reachable.add(file);
      for (const { path: target, external } of outputs[file]?.imports ?? []) if (!external) visit(target);
    };
    visit('dist/extension.js');
    assert.deepEqual(
      inputsOf(reachable).filter(input => input.startsWith('src/sandbox/')),
      [],
    );
  });

  it('starts the command line without an AWS client or the sandbox', () => {
    const { files } = staticClosure('dist/cli.js');
    const heavy = inputsOf(files).filter(input => /^src\/sandbox\/|node_modules\/@aws-sdk\/client-/.test(input));
    assert.deepEqual(heavy, []);
  });

  it('is a package of 2 MB or less, without source maps, tests or sources', () => {
    const { size } = fs.statSync(vsixFile());
    assert.ok(size <= 2 * KB * KB, `${path.basename(vsixFile())} has ${size} bytes`);
    assert.deepEqual(
      vsixEntries(vsixFile()).filter(name =>
        /\.(map|ts)$|meta\.json$|^extension\/(src|test|tools|webview|node_modules)\//.test(name),
      ),
      [],
    );
  });

  it('names the licence of each package that is bundled', () => {
    const notices = fs.readFileSync('dist/THIRD-PARTY-NOTICES.txt', 'utf8');
    for (const name of ['@aws-sdk/client-eks', '@vscode/codicons', 'lit', 'ws', 'yaml', 'zod'])
      assert.match(notices, new RegExp(`^${name} \\d`, 'm'));
    assert.match(notices, /Apache License/);
    assert.match(notices, /Creative Commons Attribution 4.0/);
  });

  it('packs the entry, the command line, the licences and the icon', () => {
    const entries = vsixEntries(vsixFile());
    for (const name of [
      'dist/extension.js',
      'dist/cli.js',
      'LICENSE.txt',
      'dist/THIRD-PARTY-NOTICES.txt',
      'media/icon.png',
      'media/activity-bar.svg',
    ]) {
      assert.ok(entries.includes(`extension/${name}`), `${name} is missing among ${entries.length} files`);
    }
  });
});

/** Names in a zip file, read from its central directory. */
function vsixEntries(file: string): string[] {
  const zip = fs.readFileSync(file);
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  let at = zip.readUInt32LE(end + 16);
  return Array.from({ length: zip.readUInt16LE(end + 10) }, () => {
    const [name, extra, comment] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32)];
    const entry = zip.toString('utf8', at + 46, at + 46 + name);
    at += 46 + name + extra + comment;
    return entry;
  });
}
