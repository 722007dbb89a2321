import assert from 'node:assert/strict';
import { freeName } from '../../../../src/editor/commands/freeName.ts';

describe('the name of a new page', () => {
  const free = (name: string, ...taken: string[]) => freeName(name, async tried => taken.includes(tried));

  it('is the one asked for, or the first that nothing has, before its suffixes', async () => {
    assert.equal(await free('orders.private-eks.yaml'), 'orders.private-eks.yaml');
    assert.equal(await free('orders.private-eks.yaml', 'orders.private-eks.yaml'), 'orders-2.private-eks.yaml');
    assert.equal(await free('deploy', 'deploy', 'deploy-2'), 'deploy-3');
  });
});
