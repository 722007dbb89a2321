import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Throttle } from '../../../src/editor/tree/throttle.ts';

describe('a throttle', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
  afterEach(() => mock.timers.reset());

  it('lets the first through at once, and of those that follow the last', () => {
    const throttle = new Throttle(1000);
    const done: number[] = [];
    for (let call = 1; call <= 5; call++) throttle.run('a', () => done.push(call));
    assert.deepEqual(done, [1]);
    mock.timers.tick(1000);
    assert.deepEqual(done, [1, 5]);
    mock.timers.tick(1000);
    throttle.run('a', () => done.push(6));
    assert.deepEqual(done, [1, 5, 6]);
  });

  it('keeps names apart, and nothing after its end', () => {
    const throttle = new Throttle(1000);
    const done: string[] = [];
    for (const name of ['a', 'b', 'a']) throttle.run(name, () => done.push(name));
    throttle.dispose();
    mock.timers.tick(5000);
    assert.deepEqual(done, ['a', 'b']);
  });
});
