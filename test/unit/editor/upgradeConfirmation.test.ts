import assert from 'node:assert/strict';
import { upgradeTime } from '../../../src/core/run/upgradeRun.ts';
import type { UpgradePlan } from '../../../src/core/upgrade/upgradePlan.ts';
import { upgradeConfirmation } from '../../../src/editor/commands/upgradeConfirmation.ts';

const plan: UpgradePlan = {
  cluster: 'payments',
  direction: 'up',
  from: '1.35',
  to: '1.36',
  steps: [
    {
      ...{ id: 'control-plane', kind: 'control-plane', name: 'payments', from: '1.35', to: '1.36', way: 'stack' },
      words: 'The control plane goes to 1.36.',
    },
    {
      ...{ id: 'nodes-default', kind: 'managed', name: 'default', from: '1.35', to: '1.36', way: 'api' },
      words: 'Node group default 1.35 → 1.36.',
    },
  ],
  refusals: [],
  warnings: ['A warning.'],
  notes: ['For 7 days it can be taken back: private-eks upgrade payments --rollback.'],
  insights: [],
  rollbackUntil: undefined,
};

describe('what is confirmed before an upgrade', () => {
  it('says account, steps in their order, how long they usually take, warnings and the file', () => {
    assert.equal(
      upgradeConfirmation({ ...plan, usualSeconds: upgradeTime(plan) }, 'Account 1.', 'payments.private-eks.yaml'),
      [
        'Account 1.',
        'In this order:\n1. The control plane goes to 1.36.\n2. Node group default 1.35 → 1.36.',
        'It usually takes about 25 minutes (13 minutes to 2.5 hours).',
        'A warning.',
        'For 7 days it can be taken back: Upgrade…, then Roll back.',
        'payments.private-eks.yaml gets version "1.36" when it is done.',
      ].join('\n\n'),
    );
  });

  it('begins with why it might not go', () => {
    const refusals = [{ code: 'not-ready', message: 'EKS says no.', fix: 'Go on with --force.', byForce: true }];
    assert.match(
      upgradeConfirmation({ ...plan, refusals }, 'Account 1.'),
      /^EKS says no\. Go on all the same\.\n\nAccount 1\./,
    );
  });
});
