import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const folder = new URL('./golden/', import.meta.url);

/** Compares with the kept file; `UPDATE_GOLDEN=1` writes it anew. */
export function assertGolden(name: string, content: string): void {
  const file = new URL(name, folder);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, content);
    return;
  }
  assert.equal(content, readFileSync(file, 'utf8'), `${name} is not what is kept; UPDATE_GOLDEN=1 writes it anew`);
}

/** A golden file that no test compares is a lie. */
export function assertNoOthers(names: readonly string[]): void {
  const others = readdirSync(folder).filter(name => !names.includes(name));
  if (process.env['UPDATE_GOLDEN'] === '1') for (const name of others) rmSync(new URL(name, folder));
  else assert.deepEqual(others, []);
}
