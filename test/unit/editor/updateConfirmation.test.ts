import assert from 'node:assert/strict';
import type { StackChangePlan } from '../../../src/core/change/changePlan.ts';
import { finding } from '../../../src/core/preflight/preflightFinding.ts';
import {
  changeCount,
  updateConfirmation,
  updateStopped,
  type LookedChange,
} from '../../../src/editor/commands/updateConfirmation.ts';

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

function plan(change: Partial<LookedChange>): LookedChange {
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

const text = (change: Partial<LookedChange>) => updateConfirmation(plan(change), account, 'payments.private-eks.yaml');

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

  it('says how long it usually takes, and what the look beforehand found', () => {
    const parts = text({
      preflight: [
        finding('warning', 'quota-near', 'Little room is left for VPC endpoints.', 'Ask for more.'),
        finding('unknown', 'not-looked-at', 'Not known: the quotas.', 'See: private-eks update -f a.yaml --dry-run'),
      ],
      usualSeconds: { low: 120, typical: 300, high: 900 },
    }).split('\n\n');
    assert.deepEqual(parts.slice(1), [
      'The look beforehand says:\n• Little room is left for VPC endpoints. Ask for more.\n• Not known: the quotas. See: Update…',
      'About 302 USD a month, 12 more than before.',
      'It usually takes about 5 minutes (2 to 15 minutes).',
    ]);
    const many = Array.from({ length: 9 }, (_, index) => finding('warning', 'w', `Warning ${index}.`, 'Look.'));
    assert.match(text({ preflight: many }), /• Warning 3\. Look\.\n• and 5 more: the run tells them\./);
  });

  it('is not asked when the look beforehand found what would stop it: each error is told with its field and what to do', () => {
    assert.equal(
      updateStopped([
        finding('error', 'instance-type-not-offered', 'Type z1d.large is not offered here.', 'Choose another.', {
          specPath: 'nodes.more.instanceTypes',
        }),
        finding('error', 'quota-exceeded', 'The quota allows 5.', 'Ask for a higher one.'),
      ]),
      [
        '• Type z1d.large is not offered here.\n   At nodes.more.instanceTypes: Choose another.',
        '• The quota allows 5.\n   Ask for a higher one.',
        'Nothing was changed.',
      ].join('\n\n'),
    );
  });

  it('counts in one line', () => {
    const stacks = [stack('network', {}), stack('logs', { action: 'update' })];
    assert.equal(changeCount({ stacks, api: [] }), '1 stack');
    const api = [{ kind: 'associate-encryption', keyArn: undefined, words: '' }] as const;
    assert.equal(changeCount({ stacks, api }), '1 stack, 1 change by EKS’s API');
  });
});
