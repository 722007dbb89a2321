import assert from 'node:assert/strict';
import { maxPodsOf } from '../../../../src/core/spec/instanceType.ts';
import { interfaceLimitsOf } from '../../../../src/core/spec/interfaceLimits.ts';

describe('what an instance type takes of a network', () => {
  /** As the VPC CNI's own list of pods has it (`misc/eni-max-pods.txt`). */
  const list: readonly (readonly [type: string, pods: number])[] = [
    ['t2.medium', 17],
    ['t2.2xlarge', 44],
    ['t3.nano', 4],
    ['t3.2xlarge', 58],
    ['t3a.small', 8],
    ['t3a.medium', 17],
    ['t4g.small', 11],
    ['c5.9xlarge', 234],
    ['c5n.18xlarge', 737],
    ['m5.large', 29],
    ['m5zn.3xlarge', 234],
    ['m5zn.12xlarge', 737],
    ['m6i.32xlarge', 737],
    ['m6idn.32xlarge', 394],
    ['c6in.32xlarge', 394],
    ['m7g.medium', 8],
    ['m7i-flex.2xlarge', 58],
    ['r7a.48xlarge', 737],
    ['c8g.12xlarge', 234],
    ['r8g.48xlarge', 737],
  ];

  it('is told by one table for addresses and for pods', () => {
    for (const [type, pods] of list) {
      assert.equal(maxPodsOf(type), pods, type);
      const { interfaces = 0, addresses = 0 } = interfaceLimitsOf(type) ?? {};
      assert.equal(interfaces * (addresses - 1) + 2, pods, type);
    }
  });

  it('is not guessed of families and sizes that nobody has looked up', () => {
    for (const type of [
      'm8i.large',
      'm8gd.large',
      'r8gn.xlarge',
      'g6.xlarge',
      'inf2.xlarge',
      'm7i.metal-24xl',
      'm4.large',
      'nonsense',
    ])
      assert.deepEqual([maxPodsOf(type), interfaceLimitsOf(type)], [undefined, undefined], type);
  });
});
