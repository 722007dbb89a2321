import assert from 'node:assert/strict';
import type { ChangePlan, StackChangePlan } from '../../../src/core/change/changePlan.ts';
import { changeCount, updateConfirmation } from '../../../src/editor/commands/updateConfirmation.ts';

const account = { label: 'prod', isSandbox: false };

function stack(id: StackChangePlan['id'], change: Partial<StackChangePlan>): StackChangePlan {
  const still = { stackId: undefined, resources: [], from: 'change-set', openParameters: [] } as const;
  return {
    id,
    name: `private-eks-payments-${id}`,
    action: 'none',
    before: undefined,
    after: undefined,
    ...still,
    ...change,
  };
}

function plan(change: Partial<ChangePlan>): ChangePlan {
  return {
    ...{ cluster: 'payments', region: 'eu-west-1', accountId: '111122223333', specHash: 'a' },
    ...{ stacks: [], api: [], oneWay: [], replaced: [], refusals: [], notes: [] },
    ...{ monthlyUsd: { before: 290, after: 302 }, ...change },
  };
}

const resource = (words: string): StackChangePlan['resources'][number] => ({
  ...{ logicalId: 'R', physicalId: 'r', type: 'AWS::Logs::LogGroup', action: 'modify', replacement: 'False' },
  ...{ properties: [], words },
});

const text = (change: Partial<ChangePlan>) => updateConfirmation(plan(change), account, 'payments.private-eks.yaml');

describe('what is confirmed before an update', () => {
  it('says account, region, file, each change and the money', () => {
    const words = text({
      stacks: [
        stack('network', {}),
        stack('logs', {
          action: 'update',
          resources: [resource('The log group R changes in place: RetentionInDays 90 → 30.')],
        }),
        stack('nodes-workers', { action: 'create' }),
      ],
    });
    assert.equal(
      words,
      [
        'Account 111122223333 (prod), region eu-west-1, as payments.private-eks.yaml says.',
        'Changes:\n• logs: the log group R changes in place: RetentionInDays 90 → 30.\n• nodes-workers is made.',
        'About 302 USD a month, 12 more than before.',
      ].join('\n\n'),
    );
  });

  it('begins with what is lost and what cannot be taken back', () => {
    const parts = text({
      refusals: [{ code: 'cluster-replaced', message: 'Everything in it is lost.', fix: 'Undo that.', byName: true }],
      oneWay: [{ stack: 'cluster', resource: 'payments', words: 'Encryption cannot be switched off.' }],
      stacks: [stack('cluster', { action: 'replace', reason: 'its name is taken' })],
    }).split('\n\n');
    assert.equal(parts[0], 'Everything in it is lost.');
    assert.equal(parts[2], 'Cannot be taken back:\n• cluster/payments: Encryption cannot be switched off.');
    assert.equal(parts[3], 'Changes:\n• cluster is deleted and made anew: its name is taken.');
  });

  it('shortens a long list of changes and never one of what cannot be taken back', () => {
    const many = Array.from({ length: 30 }, (_, index) => `thing ${index}`);
    const words = text({
      stacks: [stack('endpoints', { action: 'update', resources: many.map(resource) })],
      oneWay: many.map(name => ({ stack: 'endpoints', resource: name, words: 'is gone' })),
    });
    assert.match(words, /• and 21 more: Show Differences has them\./);
    for (const name of many) assert.ok(words.includes(`endpoints/${name}: is gone`), name);
  });

  it('compares no money where nothing is known of before', () => {
    assert.match(text({ monthlyUsd: { before: undefined, after: 302 } }), /About 302 USD a month\.$/);
    assert.match(text({ monthlyUsd: { before: 302.2, after: 302 } }), /, as before\.$/);
  });

  it('counts in one line', () => {
    const stacks = [stack('network', {}), stack('logs', { action: 'update' })];
    assert.equal(changeCount({ stacks, api: [] }), '1 stack');
    const api = [{ kind: 'associate-encryption', keyArn: undefined, words: '' }] as const;
    assert.equal(changeCount({ stacks, api }), '1 stack, 1 change by EKS’s API');
  });
});
