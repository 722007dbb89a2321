import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

function sources(folder: string): string[] {
  const endings = /\.(ts|css)$/;
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && endings.test(entry.name))
    .map(entry => path.join(entry.parentPath, entry.name));
}

function lines(...folders: string[]): number {
  const files = folders.flatMap(sources);
  return files.reduce((sum, file) => sum + readFileSync(file, 'utf8').split('\n').length - 1, 0);
}

function imports(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(match => match[1] ?? '');
}

describe('architecture', () => {
  for (const [folder, forbidden] of [
    ['src/core', /^vscode$|\/(editor|sandbox|cli|protocol)\//],
    ['src/protocol', /^vscode$|^node:|\/(editor|sandbox|cli|core)\//],
    ['src/sandbox', /^vscode$|\/(editor|core|cli|protocol)\//],
    ['src/editor', /\/sandbox\//],
    ['webview', /^vscode$|^node:|\/(editor|sandbox|core|cli)\//],
  ] as const)
    it(`${folder} imports nothing across its walls`, () => {
      const crossings = sources(folder).flatMap(file =>
        imports(file)
          .filter(target => forbidden.test(target) && !target.startsWith('@'))
          .map(target => `${path.relative(root, file)} imports ${target}`),
      );
      assert.deepEqual(crossings, []);
    });

  it('the sandbox is the smaller half', () => {
    const product = lines('src/core', 'src/cli', 'src/editor', 'src/protocol', 'webview');
    const sandbox = lines('src/sandbox');
    assert.ok(sandbox < product, `${sandbox} lines of sandbox, ${product} of product and panels`);
  });
});
