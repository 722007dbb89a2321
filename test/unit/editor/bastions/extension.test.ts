import assert from 'node:assert/strict';
import type { Bastion } from '../../../../src/core/tunnel/bastion/bastion.ts';
import { extensionConsent, extensionOutcome } from '../../../../src/editor/bastions/extension.ts';

const hour = 3_600_000;
const bastion: Bastion = {
  ...{ vpcId: 'vpc-1', taskArn: 'arn/1', state: 'ready', target: 'ecs:1', owner: 'ann', subnetId: undefined },
  ...{ createdAt: 0, expiresAt: 2 * hour, hourlyUsd: 0.0123 },
};
const time = (at: number) => `${at / hour}h`;

describe('extending a bastion', () => {
  it('says how much longer, until when, by which means and at what cost', () => {
    const common = { bastion, now: hour, ttlMinutes: 480, hourlyUsd: 0.0123, isSandbox: false };
    const text = extensionConsent({ ...common, idle: ['payments'], busy: ['orders'] }, time);
    assert.match(text, /ends at 2h, in 1 h\. Extended, there is a bastion until 9h: 7 h longer/);
    assert.match(text, /new task is started and takes over\. About 0\.0123 USD an hour .* for both while both run\./);
    assert.match(text, /Your tunnel to payments carries nothing now, and moves at once/);
    assert.match(text, /Your tunnel to orders is in use: it moves when the old task ends/);
    assert.doesNotMatch(text, /sandbox/);
    assert.match(extensionConsent({ ...common, idle: [], busy: [], isSandbox: true }, time), /sandbox costs nothing/);
  });

  it('tells what became of the old one', () => {
    const next = { ...bastion, taskArn: 'arn/2', expiresAt: 9 * hour };
    assert.equal(extensionOutcome(next, [], time), 'There is a bastion until 9h.');
    assert.equal(
      extensionOutcome(next, [{ bastion, stopped: true, why: 'nobody else used it' }], time),
      'There is a bastion until 9h. The old one is stopped.',
    );
    assert.match(
      extensionOutcome(next, [{ bastion, stopped: false, why: '1 other session goes through it' }], time),
      /The old one runs on until 2h, at its price: 1 other session goes through it\./,
    );
  });
});
