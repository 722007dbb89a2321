import assert from 'node:assert/strict';
import { hasOnePrimaryAction, looksRight, openDetails } from '../support/look.ts';
import { panelBench } from '../support/panelBench.ts';
import { tunnelStates } from '../support/tunnelStates.ts';

describe('the look of the tunnel panel', () => {
  const bench = panelBench('tunnel');
  looksRight(bench, tunnelStates);
  hasOnePrimaryAction(bench, tunnelStates);

  it('tells of an ended one in the past', () =>
    bench.during({}, async open => {
      const { page } = open;
      await open.snapshot(tunnelStates.ended);
      assert.match(await page.locator('.state').innerText(), /Ended\s+(.* )?\d\d:\d\d:\d\d$/);
      assert.doesNotMatch(await page.locator('.legend').innerText(), /\d/);
      assert.deepEqual(await page.locator('.tag', { hasText: 'in use' }).allTextContents(), ['Was in use']);
    }));

  it('names a bastion as the tree does', () =>
    bench.during({}, async open => {
      const { page } = open;
      await open.snapshot(tunnelStates.bastion);
      assert.equal(await page.locator('.target').innerText(), '0a1b2c3d');
      assert.match((await page.locator('.target').getAttribute('title')) ?? '', /^ecs:/);
    }));

  it('a rest is calm: no spinning, nothing amiss, and what ends it in words', () =>
    bench.during({}, async open => {
      await open.snapshot(tunnelStates.resting);
      await openDetails(open);
      const header = open.page.locator('.tunnel-header');
      assert.match(
        await header.innerText(),
        /Resting\s+3 min\s+Nobody uses it.*the next connection opens one, on the same port\./,
      );
      assert.equal(await header.locator('.spin, .status-warned, .status-failed').count(), 0);
      assert.match(
        await header.locator('[aria-live]').innerText(),
        /^Resting\. .*The tunnel rests: the next connection/,
      );
      const main = await open.page.locator('main').innerText();
      assert.match(main, /No session is open: the next connection opens one\./);
      assert.doesNotMatch(await open.page.locator('pe-traffic-chart').innerText(), /no answer/i);
    }));
});
