import fc from 'fast-check';
import assert from 'node:assert/strict';
import { buildPlan } from '../../../../src/core/plan/buildPlan.ts';
import { usualTime, usualTimeText, type UsualSeconds } from '../../../../src/core/run/usualTime.ts';
import { newSpecText } from '../../../../src/core/spec/newSpecText.ts';
import { parseSpec } from '../../../../src/core/spec/parseSpec.ts';

const step = (id: string, needs: string[], usualSeconds: UsualSeconds) => ({
  id: id as 'network',
  needs,
  usualSeconds,
});

describe('how long steps usually take together', () => {
  it('is each kind of time along its own longest way, in whatever order the steps are listed', () => {
    const steps = [
      step('end', ['slow', 'wide'], { low: 1, typical: 1, high: 1 }),
      step('slow', ['begin'], { low: 100, typical: 200, high: 300 }),
      step('wide', ['begin'], { low: 10, typical: 150, high: 900 }),
      step('begin', ['not one of these'], { low: 5, typical: 5, high: 5 }),
    ];
    assert.deepEqual(usualTime(steps), { low: 106, typical: 206, high: 906 });
    assert.deepEqual(usualTime([]), { low: 0, typical: 0, high: 0 });
  });

  it('is for a whole plan what the plan says', () => {
    const { spec } = parseSpec(newSpecText('demo', 'eu-west-1'));
    assert.ok(spec);
    const plan = buildPlan(spec);
    const { low, typical, high } = usualTime(plan.steps);
    assert.equal(typical, plan.time.totalSeconds);
    assert.ok(low < typical && typical < high);
  });
});

describe('usual times in words', () => {
  const table: readonly (readonly [number, number, number, string])[] = [
    [2, 5, 20, 'less than a minute'],
    [20, 60, 90, 'about 1 minute (at most 2 minutes)'],
    [60, 120, 240, 'about 2 minutes (1 to 4 minutes)'],
    [480, 720, 1500, 'about 12 minutes (8 to 25 minutes)'],
    [840, 1620, 10_800, 'about 27 minutes (14 minutes to 3 hours)'],
    [7200, 9000, 12_600, 'about 2.5 hours (2 to 3.5 hours)'],
    [540, 540, 550, 'about 9 minutes'],
  ];
  for (const [low, typical, high, text] of table)
    it(text, () => assert.equal(usualTimeText({ low, typical, high }), text));

  it('never say none, nor a range that begins above its end', () => {
    const seconds = fc.tuple(fc.nat(20_000), fc.nat(20_000), fc.nat(20_000)).map(all => all.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(seconds, ([low = 0, typical = 0, high = 0]) => {
        const text = usualTimeText({ low, typical, high });
        assert.doesNotMatch(text, /(?:^|[ (])(?:0 |1 minutes|1 hours)|NaN|undefined/);
      }),
    );
  });
});
