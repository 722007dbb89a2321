import assert from 'node:assert/strict';
import { faultKinds } from './badDay.ts';
import { liveThrough } from './badLife.ts';

/** Calls that change something: a lost answer of one of these is what duplicates and orphans are made of. */
const changes = /\b(Create|Update|Delete|Put|Tag|Schedule|Associate|Execute|POST|PUT|DELETE)/;

describe('a life in which every call fails once', function () {
  this.timeout(180_000);
  const changing = new Set<string>();
  let count = 0;
  for (const kind of faultKinds) {
    it(`${kind}: ends done, nothing twice, nothing left`, async () => {
      const { struck, stops } = await liveThrough(kind);
      assert.ok(struck.length > 60, `${struck.length} calls`);
      for (const call of struck) if (changes.test(call)) changing.add(call);
      count += struck.length;
      console.log(`      ${kind}: ${struck.length} calls failed once, ${stops} stops were resumed`);
    });
  }

  it('each call that changes something, alone: done and then cut off, or denied', async () => {
    assert.ok(changing.size > 20, `${changing.size} changes`);
    for (const call of changing) {
      for (const kind of ['cut after', 'denied'] as const) {
        const { struck } = await liveThrough(kind, name => name === call);
        assert.deepEqual(struck, [call]);
        count += 1;
      }
    }
    console.log(`      ${count} calls made to fail in all, ${2 * changing.size} of them alone in a life`);
  });
});
