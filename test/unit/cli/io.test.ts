import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { text as allText } from 'node:stream/consumers';

const io = new URL('../../../src/cli/io.ts', import.meta.url).href;

function program(body: string, stdout: 'pipe' | number = 'pipe') {
  const script = `import { terminalIo } from ${JSON.stringify(io)}; const io = terminalIo(); ${body}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', stdout, 'pipe'] });
  assert.ok(child.stderr);
  const said = allText(child.stderr);
  return { child, ended: once(child, 'exit').then(async ([code]) => ({ code: code as number, said: await said })) };
}

const forever = 'setInterval(() => io.out("x".repeat(100_000) + "\\n"), 1);';

describe('the terminal', function () {
  this.timeout(30_000);

  it('ends a command whose reader has gone, and is no error', async () => {
    const { child, ended } = program(forever);
    child.stdout?.once('data', () => child.stdout?.destroy());
    assert.deepEqual(await ended, { code: 0, said: '' });
  });

  it('lets a command go on that said so, each of its ways', async () => {
    const { child, ended } = program(`${forever} io.onInterrupt(() => {}, () => process.exit(7));`);
    child.stdout?.once('data', () => child.stdout?.destroy());
    assert.deepEqual(await ended, { code: 7, said: '' });
  });

  it('says that its output cannot be written, in one line', async function () {
    if (process.platform !== 'linux') this.skip();
    const full = openSync('/dev/full', 'w');
    const { ended } = program('io.out("x");', full);
    assert.deepEqual(await ended, { code: 1, said: 'The output cannot be written: the disk is full.\n' });
    closeSync(full);
  });
});
