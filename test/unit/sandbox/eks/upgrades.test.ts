import assert from 'node:assert/strict';
import type * as Eks from '@aws-sdk/client-eks';
import { describe, it } from 'mocha';
import { clusterObjects } from '../../../../src/sandbox/kubernetes/objectStore.ts';
import { refused } from './awsRefusal.ts';
import { eksAccount, region } from './eksAccount.ts';

const invalid = 'InvalidParameterException';
const demo = { clusterName: 'demo' };
const workers = { ...demo, nodegroupName: 'workers' };

function cluster(version = '1.34') {
  const made = eksAccount();
  const { subnetIds } = made.activeCluster(['vpc-cni', 'kube-proxy'], {}, { version });
  made.createNodes(subnetIds);
  made.pass(240);
  const upgrade = (to: string, more: object = {}) =>
    made.eks<Eks.UpdateClusterVersionResponse>('UpdateClusterVersion', { name: 'demo', version: to, ...more }).update;
  const settled = (update: Eks.Update | undefined, more: object = {}) => {
    const look = () =>
      made.eks<Eks.DescribeUpdateResponse>('DescribeUpdate', { name: 'demo', updateId: update?.id, ...more }).update;
    while (look()?.status === 'InProgress') made.pass(15);
    return look();
  };
  const nodes = () => clusterObjects({ account: made.account, region, cluster: 'demo' }).list('nodes');
  return { ...made, upgrade, settled, nodes };
}

const versionsOf = (nodes: readonly object[]) =>
  (nodes as { status: { nodeInfo: { kubeletVersion: string } } }[]).map(node =>
    node.status.nodeInfo.kubeletVersion.slice(0, 5),
  );

describe('EKS upgrades', () => {
  it('answer the same request again as the first time', () => {
    const { upgrade, eks } = cluster();
    const once = upgrade('1.35', { clientRequestToken: 'a' });
    assert.deepEqual(upgrade('1.35', { clientRequestToken: 'a' }), once);
    assert.equal(eks<Eks.ListUpdatesResponse>('ListUpdates', { name: 'demo' }).updateIds?.length, 1);
  });

  it('go up one minor at a time, in eight minutes and more, one update at a time', () => {
    const { upgrade, settled, eks, account, describeCluster } = cluster();
    refused(() => upgrade('1.36'), invalid, 'Unsupported Kubernetes minor version update from 1.34 to 1.36');
    refused(() => upgrade('1.33'), invalid, 'Unsupported Kubernetes minor version update from 1.34 to 1.33');
    const start = account.now();
    const update = upgrade('1.35');
    assert.deepEqual([update?.type, update?.status], ['VersionUpdate', 'InProgress']);
    assert.equal(describeCluster().status, 'UPDATING');
    refused(
      () => eks('UpdateClusterConfig', { name: 'demo', deletionProtection: true }),
      'ResourceInUseException',
      `Cannot DeletionProtectionUpdate because cluster demo currently has update ${update?.id} in progress`,
    );
    assert.equal(settled(update)?.status, 'Successful');
    const minutes = (account.now() - start) / 60_000;
    assert.ok(minutes >= 8 && minutes <= 11.5, `${minutes} min`);
    assert.deepEqual([describeCluster().version, describeCluster().status], ['1.35', 'ACTIVE']);
    assert.deepEqual(eks<Eks.ListUpdatesResponse>('ListUpdates', { name: 'demo' }).updateIds, [update?.id]);
  });

  it('roll back one minor within a week, nodes first', () => {
    const { upgrade, settled, eks, pass, describeCluster } = cluster();
    settled(upgrade('1.35'));
    const nodes = eks<Eks.UpdateNodegroupVersionResponse>('UpdateNodegroupVersion', { ...workers, version: '1.35' });
    assert.equal(settled(nodes.update, { nodegroupName: 'workers' })?.status, 'Successful');
    refused(() => upgrade('1.34'), 'InvalidRequestException', /^Nodegroups \[workers\] must be rolled back/);
    const back = eks<Eks.UpdateNodegroupVersionResponse>('UpdateNodegroupVersion', { ...workers, version: '1.34' });
    settled(back.update, { nodegroupName: 'workers' });
    const update = upgrade('1.34');
    assert.equal(update?.type, 'VersionRollback');
    settled(update);
    assert.equal(describeCluster().version, '1.34');
    settled(upgrade('1.35'));
    pass(8 * 86_400);
    refused(() => upgrade('1.34'), 'InvalidRequestException', /more than 7 days/);
  });

  it('exchange the nodes of a group, no more at a time than may be unavailable', () => {
    const { upgrade, settled, eks, nodes, describeNodegroup, pass } = cluster();
    const update = () =>
      eks<Eks.UpdateNodegroupVersionResponse>('UpdateNodegroupVersion', { ...workers, version: '1.35' }).update;
    refused(update, invalid, 'Nodegroup version 1.35 cannot be newer than cluster version 1.34');
    settled(upgrade('1.35'));
    const before = nodes().map(({ metadata }) => metadata.uid);
    const begun = update();
    refused(update, 'ResourceInUseException', 'Nodegroup workers is already being updated');
    let fewest = 2;
    for (let i = 0; i < 60 && describeNodegroup().status === 'UPDATING'; i++) {
      pass(15);
      fewest = Math.min(fewest, nodes().length);
    }
    assert.equal(settled(begun, { nodegroupName: 'workers' })?.status, 'Successful');
    assert.equal(fewest, 1);
    assert.deepEqual(versionsOf(nodes()), ['v1.35', 'v1.35']);
    assert.ok(before.every(uid => !nodes().some(({ metadata }) => metadata.uid === uid)));
    assert.match(describeNodegroup().releaseVersion ?? '', /^1\.35\./);
  });

  it('change scaling, labels and taints of a group and of its nodes', () => {
    const { settled, eks, nodes, describeNodegroup, pass } = cluster();
    const change = (input: object) =>
      settled(eks<Eks.UpdateNodegroupConfigResponse>('UpdateNodegroupConfig', { ...workers, ...input }).update, {
        nodegroupName: 'workers',
      });
    const effect = 'NO_SCHEDULE';
    change({
      scalingConfig: { minSize: 1, maxSize: 4, desiredSize: 3 },
      labels: { addOrUpdateLabels: { team: 'red' } },
    });
    change({ taints: { addOrUpdateTaints: [{ key: 'gpu', value: 'yes', effect }] } });
    pass(240);
    assert.equal(nodes().length, 3);
    assert.ok(nodes().every(({ metadata }) => metadata.labels?.['team'] === 'red'));
    assert.deepEqual((nodes()[0]?.['spec'] as { taints: object[] }).taints, [
      { key: 'gpu', value: 'yes', effect: 'NoSchedule' },
    ]);
    change({ scalingConfig: { desiredSize: 1 }, taints: { removeTaints: [{ key: 'gpu', value: 'yes', effect }] } });
    pass(240);
    assert.deepEqual([nodes().length, describeNodegroup().taints], [1, []]);
  });

  it('judge readiness, and what add-ons fit', () => {
    const { upgrade, settled, eks } = cluster();
    const insights = (category = 'UPGRADE_READINESS') =>
      new Map(
        eks<Eks.ListInsightsResponse>('ListInsights', { ...demo, filter: { categories: [category] } }).insights?.map(
          row => [row.name, row.insightStatus?.status],
        ),
      );
    assert.equal(insights('ROLLBACK_READINESS').size, 0, 'nothing to take back');
    assert.equal(insights().get('Kubelet version skew'), 'PASSING');
    assert.equal(insights().get('EKS add-on version compatibility'), 'WARNING', 'kube-proxy goes with its minor');
    settled(upgrade('1.35'));
    assert.equal(insights().get('Kubelet version skew'), 'PASSING', 'one behind is no matter');
    assert.ok(insights().has('Deprecated APIs removed in Kubernetes v1.36'));
    assert.equal(insights('ROLLBACK_READINESS').get('Kubelet version skew'), 'PASSING');
    const { addons = [] } = eks<Eks.DescribeAddonVersionsResponse>('DescribeAddonVersions', {
      addonName: 'kube-proxy',
      kubernetesVersion: '1.35',
    });
    const [newest] = addons[0]?.addonVersions ?? [];
    assert.deepEqual(newest?.compatibilities?.[0]?.defaultVersion, true);
    const { update } = eks<Eks.UpdateAddonResponse>('UpdateAddon', {
      ...demo,
      addonName: 'kube-proxy',
      addonVersion: newest?.addonVersion,
    });
    assert.equal(settled(update, { addonName: 'kube-proxy' })?.status, 'Successful');
    const { configurationSchema = '' } = eks<Eks.DescribeAddonConfigurationResponse>('DescribeAddonConfiguration', {
      addonName: 'kube-proxy',
      addonVersion: newest?.addonVersion,
    });
    assert.equal((JSON.parse(configurationSchema) as { additionalProperties: boolean }).additionalProperties, false);
  });
});
