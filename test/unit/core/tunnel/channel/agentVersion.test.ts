import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  clientVersions,
  isLaterVersion,
  isMultiplexing,
  understandsTerminateFlag,
} from '../../../../../src/core/tunnel/channel/agentVersion.ts';

describe('agent versions', () => {
  it('are compared number by number, four of them', () => {
    const version = fc.tuple(fc.nat(9999), fc.nat(9999), fc.nat(9999), fc.nat(9999));
    fc.assert(
      fc.property(version, version, (a, b) => {
        const weigh = (parts: number[]) => parts.reduce((sum, part) => sum * 10_000n + BigInt(part), 0n);
        assert.equal(isLaterVersion(a.join('.'), b.join('.')), weigh(a) > weigh(b));
      }),
    );
    assert.equal(isLaterVersion('3.0.1000.0', '3.0.196.0'), true);
    assert.equal(isLaterVersion('3.1', '3.0.196.0'), true);
  });

  it('that cannot be read prove nothing', () => {
    for (const version of ['', 'latest', '3.x.1.0', '1.2.3.4.5', '-1.0.0.0', '3..1.0', '99999999999.0.0.0']) {
      assert.equal(isLaterVersion(version, '0.0.0.0'), undefined, version);
      assert.equal(isMultiplexing(version), false);
    }
  });

  it('open and close the gates where AWS’s own programs do', () => {
    assert.deepEqual(['3.0.196.0', '3.0.196.1', '3.0.222.0'].map(isMultiplexing), [false, true, true]);
    assert.deepEqual(['2.3.722.0', '2.3.750.0'].map(understandsTerminateFlag), [false, true]);
    // Below it the agent ends a session after 30 idle seconds; from 1.1.70 on it multiplexes.
    assert.equal(isLaterVersion(clientVersions.multiplexed, '1.2.331.0'), true);
    assert.equal(isLaterVersion(clientVersions.basic, '1.1.70.0'), false);
  });
});
