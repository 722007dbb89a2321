import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import path from 'node:path';

const io = pathToFileURL(path.resolve(import.meta.dirname, '../../../src/cli/io.ts')).href;
const script = `const { terminalIo } = await import(${JSON.stringify(io)}); console.log(JSON.stringify(await terminalIo().ask('Name: ')));`;

describe('a question on the terminal', function () {
  this.timeout(30_000);

  for (const [input, answer] of [
    ['', ''],
    ['demo\n', 'demo'],
  ] as const)
    it(`is answered by ${JSON.stringify(answer)} where ${JSON.stringify(input)} comes in`, () => {
      const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
        input,
        encoding: 'utf8',
      });
      assert.deepEqual([status, stdout], [0, `${JSON.stringify(answer)}\n`], stderr);
      assert.match(stderr, /^Name: /);
    });
});
