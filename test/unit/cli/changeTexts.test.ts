import assert from 'node:assert/strict';
import { changeText, costText } from '../../../src/cli/changeText.ts';
import { driftText } from '../../../src/cli/commands/drift.ts';
import { upgradeText } from '../../../src/cli/upgradeText.ts';
import type { ChangePlan } from '../../../src/core/change/changePlan.ts';
import type { UpgradePlan } from '../../../src/core/upgrade/upgradePlan.ts';

const plan: ChangePlan = {
  cluster: 'demo',
  region: 'eu-west-1',
  accountId: '000000000000',
  specHash: 'h',
  stacks: [
    {
      id: 'nodes-default',
      name: 'private-eks-demo-nodes-default',
      action: 'update',
      stackId: 'arn',
      resources: [
        {
          logicalId: 'NodeGroup',
          physicalId: 'demo/default',
          type: 'AWS::EKS::Nodegroup',
          action: 'modify',
          replacement: 'False',
          properties: [],
          words: 'The node group NodeGroup changes in place: ScalingConfig.MaxSize 4 → 6.',
        },
      ],
      from: 'change-set',
      openParameters: [],
      before: {},
      after: undefined,
    },
  ],
  api: [],
  oneWay: [{ stack: 'cluster', resource: 'Cluster', words: 'It cannot be taken back.' }],
  replaced: ['nodes-x: made anew'],
  refusals: [{ code: 'x', message: 'No.', fix: 'Undo it.', byName: true }],
  notes: ['Mind the gap.'],
  monthlyUsd: { before: 100, after: 130 },
};

describe('what change commands print', () => {
  it('a change plan: stacks, replacements, what cannot be taken back, refusals, cost', () => {
    const text = changeText(plan);
    for (const part of [
      '~ private-eks-demo-nodes-default  changes\n    The node group NodeGroup changes in place: ScalingConfig.MaxSize 4 → 6.',
      'about 130 USD a month, 30 more than before',
      'Replaced:\n  nodes-x: made anew',
      'Cannot be taken back:\n  cluster/Cluster: It cannot be taken back.',
      'Know:\n  Mind the gap.',
      'Refused:\n  No. Undo it.',
    ])
      assert.ok(text.includes(part), `${part}\n---\n${text}`);
    assert.match(changeText({ ...plan, stacks: [] }), /Nothing to change/);
    const usual = { low: 120, typical: 300, high: 900 };
    assert.match(
      changeText(plan, usual),
      /^demo .*\nabout 130 USD a month, 30 more than before\nusually about 5 minutes \(2 to 15 minutes\)\n\n~/,
    );
    assert.doesNotMatch(text, /usually/);
  });

  it('why a stack is made anew, and how much is made; that one changes in its outputs alone', () => {
    const [stack] = plan.stacks;
    assert.ok(stack);
    const types = { path: '/Properties/InstanceTypes/0', before: 'a', after: 'b', recreation: 'Always' } as const;
    const template = {
      AWSTemplateFormatVersion: '2010-09-09',
      Description: '',
      Resources: { A: { Type: 'X' } },
    } as const;
    const anew = {
      ...stack,
      action: 'replace',
      reason: 'its name is taken',
      after: template,
      resources: [
        {
          logicalId: 'NodeGroup',
          physicalId: 'demo/default',
          type: 'AWS::EKS::Nodegroup',
          action: 'modify',
          replacement: 'True',
          properties: [types],
          words: 'The node group is replaced.',
        },
      ],
    } as const;
    const text = changeText({ ...plan, stacks: [anew, { ...stack, resources: [] }] });
    assert.ok(
      text.includes(
        '± private-eks-demo-nodes-default  is deleted and made anew: its name is taken (1 resource)\n    The node group is replaced.\n      InstanceTypes.0 a → b\n',
      ),
      text,
    );
    assert.match(text, /~ private-eks-demo-nodes-default {2}changes\n {4}Only its outputs or texts/);
  });

  it('cost, with the difference where one is known', () => {
    assert.equal(costText({ before: undefined, after: 99.6 }), 'about 100 USD a month');
    assert.equal(costText({ before: 100, after: 100 }), 'about 100 USD a month, as before');
    assert.equal(costText({ before: 100, after: 60 }), 'about 60 USD a month, 40 less than before');
  });

  it('an upgrade: steps, warnings, and what --force would override', () => {
    const plan: UpgradePlan = {
      cluster: 'demo',
      direction: 'up',
      from: '1.35',
      to: '1.36',
      steps: [],
      refusals: [{ code: 'insight-error', message: 'Not ready.', fix: 'Mend it.', byForce: true }],
      warnings: ['Old API.'],
      notes: [],
      insights: [
        {
          name: 'Kubelet version skew',
          status: 'PASSING',
          reason: '',
          recommendation: undefined,
          deprecations: [],
          resources: [],
        },
      ],
      rollbackUntil: undefined,
    };
    const text = upgradeText(plan);
    const usual = { low: 780, typical: 1500, high: 9000 };
    assert.ok(upgradeText(plan, usual).includes('\nusually about 25 minutes (13 minutes to 2.5 hours)\n'));
    assert.match(
      text,
      /^demo: Kubernetes 1\.35 → 1\.36\n\nReadiness, by EKS’s insights:\n {2}PASSING {2}Kubelet version skew\n\nWarnings/,
    );
    assert.match(text, /Warnings:\n {2}Old API\.\n\nRefused:\n {2}Not ready\. Mend it\. \(--force overrides\)/);
  });

  it('drift: what changed, what could not be looked at, and what is not counted', () => {
    const resource = {
      logicalId: 'A',
      physicalId: 'sg-1',
      type: 'AWS::EC2::SecurityGroup',
      deleted: true,
      differences: [],
    };
    const text = driftText({
      cluster: 'demo',
      drifted: true,
      stacks: [{ name: 's', notChecked: 'it moves', resources: [resource] }],
      findings: [],
      quiet: [{ resource: 'demo/default', path: '/ScalingConfig/DesiredSize', reason: 'an autoscaler' }],
    });
    assert.match(text, /s: not looked at: it moves\n {2}s: EC2 SecurityGroup sg-1 is gone\./);
    const unseen = driftText({
      cluster: 'demo',
      drifted: false,
      stacks: [{ name: 's', notChecked: 'it moves', resources: [] }],
      findings: [],
      quiet: [],
    });
    assert.equal(unseen, 'demo: not known: not all could be looked at\n  s: not looked at: it moves\n');
    assert.match(text, /Not counted:\n {2}demo\/default\/ScalingConfig\/DesiredSize: an autoscaler/);
  });
});
