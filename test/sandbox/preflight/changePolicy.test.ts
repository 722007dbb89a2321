import assert from 'node:assert/strict';
import type { PolicyDocument } from '../../../src/core/access/policyDocument.ts';
import { runPolicy } from '../../../src/core/access/runPolicy.ts';
import { cancelStackUpdate, continueRollback, rollBackStack } from '../../../src/core/aws/recoverStack.ts';
import { readChangePlan } from '../../../src/core/change/readChangePlan.ts';
import { readDrift } from '../../../src/core/drift/readDrift.ts';
import { deleteOutlook } from '../../../src/core/leftovers/deleteOutlook.ts';
import { enabledRegions } from '../../../src/core/leftovers/enabledRegions.ts';
import { findLeftovers } from '../../../src/core/leftovers/findLeftovers.ts';
import type { RunHandle } from '../../../src/core/run/runProcess.ts';
import { startUpdate } from '../../../src/core/run/updateRun.ts';
import { startUpgrade } from '../../../src/core/run/upgradeRun.ts';
import { readUpgradeFacts } from '../../../src/core/upgrade/readUpgradeFacts.ts';
import { upgradePlan } from '../../../src/core/upgrade/upgradePlan.ts';
import { ClusterBench, failureOf, minimalSpec, type RunResult } from '../support/clusterRun.ts';
import { classicBalancer, karpenterTags, launchNode, leaveThings, nodeProfile } from '../support/controllers.ts';
import { Operator, operatorsOwn } from './operator.ts';

const older = `${minimalSpec}version: "1.35"\n`;
const wider = `${older}nodes:\n  default: { maxSize: 6 }\n`;
const stack = 'private-eks-demo-network';

const without = (documents: readonly PolicyDocument[], gone: string): PolicyDocument[] =>
  documents.map(({ Statement, ...document }) => ({
    ...document,
    Statement: Statement.map(one => ({ ...one, Action: one.Action.filter(action => action !== gone) })).filter(
      ({ Action }) => Action.length > 0,
    ),
  }));

describe('the policy for a run, in a cluster’s later life', function () {
  this.timeout(240_000);
  let bench: ClusterBench;
  let all: PolicyDocument[];
  let operator: Operator;
  beforeEach(async () => {
    bench = await ClusterBench.open();
    all = runPolicy(operatorsOwn(await bench.plan(older)));
    operator = await Operator.with(bench, all);
    const created = await operator.create(await operator.plan(older));
    assert.equal(created.outcome, 'done', JSON.stringify(failureOf(created)));
  });
  afterEach(() => bench.close());

  const services = () => ({ ...bench.services(), session: operator.session });
  const result = async (handle: RunHandle): Promise<RunResult> => {
    if (handle.kind !== 'own') throw new Error('another process runs it');
    return bench.result(handle);
  };
  const changes = async () => {
    const plan = await operator.plan(wider);
    return { plan, changes: await bench.account.run(readChangePlan(plan, operator.session, bench.account.clock)) };
  };
  const update = async () => {
    const made = await changes();
    return result(await bench.account.run(startUpdate(made.changes, made.plan, services(), { replace: undefined })));
  };
  const facts = () => bench.account.run(readUpgradeFacts(operator.session, 'demo', { direction: 'up', to: '1.36' }));
  const upgrade = async () => {
    const wish = { direction: 'up', to: '1.36', force: false, now: bench.account.clock.now() } as const;
    return result(
      await bench.account.run(startUpgrade(upgradePlan(await facts(), wish), services(), { force: false })),
    );
  };
  const drift = () => bench.account.run(readDrift(operator.session, 'demo', bench.account.clock));
  const leftovers = () => bench.account.run(findLeftovers(operator.session, { home: true }));
  const outlook = () => bench.account.run(deleteOutlook(operator.session, 'demo', { withVolumes: false }));
  const done = (name: string, run: RunResult) =>
    assert.equal(run.outcome, 'done', `${name}: ${JSON.stringify(failureOf(run))}`);

  it('is enough to update, upgrade, look over and delete the default cluster, with what its controllers made', async () => {
    done('update', await update());
    assert.equal((await drift()).drifted, false);
    done('upgrade', await upgrade());
    const place = await leaveThings(bench);
    await launchNode(bench, place.subnetId, { tags: karpenterTags('demo') });
    await classicBalancer(bench, place, 'a0123456789abcdef', 'demo');
    await nodeProfile(bench, 'demo_4067990795380418201', karpenterTags('demo'));
    assert.deepEqual((await leftovers()).unknown, []);
    assert.deepEqual((await outlook()).unknown, []);
    assert.ok((await bench.account.run(enabledRegions(operator.session))).length > 1);
    done('delete', await operator.delete());
    const types = bench.account
      .state()
      .resources.filter(({ type }) => type !== 'AWS::IAM::Role')
      .map(({ type }) => type);
    assert.deepEqual(types, ['AWS::EC2::Volume']);
  });

  it('lacks the one action that is taken away, and what needs it names it', async () => {
    const told = async (work: () => Promise<unknown>): Promise<string> => {
      try {
        const found = await work();
        const run = found as Partial<RunResult>;
        return JSON.stringify(run.events ? (failureOf(run as RunResult) ?? 'done') : (found as object));
      } catch (error) {
        return String(error);
      }
    };
    const recover = (way: (session: Operator['session'], token: string) => Promise<unknown>) => (): Promise<unknown> =>
      bench.account.run(way(operator.session, 'token-1'));
    const needing: readonly (readonly [action: string, work: () => Promise<unknown>])[] = [
      ['cloudformation:CreateChangeSet', changes],
      ['cloudformation:DescribeChangeSet', changes],
      ['cloudformation:BatchDescribeTypeConfigurations', drift],
      ['cloudformation:DetectStackDrift', drift],
      ['cloudformation:DetectStackResourceDrift', drift],
      ['cloudformation:DescribeStackDriftDetectionStatus', drift],
      ['cloudformation:DescribeStackResourceDrifts', drift],
      ['cloudformation:RollbackStack', recover((session, token) => rollBackStack(session, stack, token))],
      [
        'cloudformation:ContinueUpdateRollback',
        recover((session, token) => continueRollback(session, stack, [], token)),
      ],
      ['cloudformation:CancelUpdateStack', recover((session, token) => cancelStackUpdate(session, stack, token))],
      ['eks:ListNodegroups', facts],
      ['eks:ListFargateProfiles', facts],
      ['eks:ListInsights', facts],
      ['eks:ListUpdates', facts],
      ['eks:DescribeAddonVersions', facts],
      ['kms:ListKeys', leftovers],
      ['logs:ListTagsForResource', leftovers],
      ['autoscaling:DescribeAutoScalingGroups', leftovers],
      ['iam:GetRole', leftovers],
      ['ec2:DescribeSnapshots', outlook],
      ['route53:ListHostedZonesByVPC', outlook],
      ['ec2:DescribeRegions', () => bench.account.run(enabledRegions(operator.session))],
      ['cloudformation:ExecuteChangeSet', update],
      ['eks:UpdateNodegroupConfig', update],
      ['eks:UpdateClusterVersion', upgrade],
      ['eks:UpdateAddon', upgrade],
      ['eks:UpdateNodegroupVersion', upgrade],
      ['eks:DescribeUpdate', facts],
    ];
    const unnamed: string[] = [];
    for (const [action, work] of needing) {
      assert.ok(
        all.some(({ Statement }) => Statement.some(({ Action }) => Action.includes(action))),
        action,
      );
      await Operator.give(bench, without(all, action));
      const words = await told(work);
      if (!words.includes(`no permission for ${action}`) && !words.includes(`not authorized to perform: ${action}`))
        unnamed.push(`${action}: ${words.slice(0, 400)}`);
    }
    assert.deepEqual(unnamed, []);
    await Operator.give(bench, all);
    done('upgrade', await upgrade());
  });
});
