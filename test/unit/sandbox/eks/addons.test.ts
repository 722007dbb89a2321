import assert from 'node:assert/strict';
import type * as Eks from '@aws-sdk/client-eks';
import { clusterObjects } from '../../../../src/sandbox/kubernetes/objectStore.ts';
import { refused } from './awsRefusal.ts';
import { eksAccount, region } from './eksAccount.ts';

const clusterName = 'demo';

describe('EKS add-ons', () => {
  it('of DaemonSets are active without nodes, and bring their objects', () => {
    const { account, activeCluster, describeAddon } = eksAccount();
    activeCluster(['vpc-cni', 'kube-proxy', 'eks-pod-identity-agent']);
    for (const name of ['vpc-cni', 'kube-proxy', 'eks-pod-identity-agent'])
      assert.equal(describeAddon(name).status, 'ACTIVE');
    const sets = clusterObjects({ account, region, cluster: clusterName }).list('daemonsets', 'kube-system');
    assert.deepEqual(
      sets.map(({ metadata }) => metadata.name),
      ['aws-node', 'eks-pod-identity-agent', 'kube-proxy'],
    );
  });

  it('of Deployments are degraded without nodes, and fail after twenty minutes', () => {
    const { activeCluster, describeAddon, pass } = eksAccount();
    activeCluster(['coredns']);
    const { status, health } = describeAddon('coredns');
    assert.equal(status, 'DEGRADED');
    assert.equal(health?.issues?.[0]?.code, 'InsufficientNumberOfReplicas');
    pass(1139);
    assert.equal(describeAddon('coredns').status, 'DEGRADED');
    pass(1);
    assert.equal(describeAddon('coredns').status, 'CREATE_FAILED');
  });

  it('of Deployments recover half a minute after the nodes are Ready', () => {
    const { activeCluster, createNodes, describeAddon, describeNodegroup, pass } = eksAccount();
    const { subnetIds } = activeCluster(['vpc-cni', 'kube-proxy', 'coredns']);
    createNodes(subnetIds);
    while (describeNodegroup().status === 'CREATING') pass(5);
    assert.equal(describeNodegroup().status, 'ACTIVE');
    pass(45);
    assert.deepEqual([describeAddon('coredns').status, describeAddon('coredns').health], ['ACTIVE', { issues: [] }]);
  });

  it('are refused in EKS’s words', () => {
    const { activeCluster, eks } = eksAccount();
    activeCluster(['vpc-cni']);
    const create = (addonName: string, more: object = {}) => eks('CreateAddon', { clusterName, addonName, ...more });
    const invalid = 'InvalidParameterException';
    refused(() => create('vpc-cni'), 'ResourceInUseException', 'Addon already exists.');
    refused(() => create('coredns', { addonVersion: 'v0' }), invalid, 'Addon version specified is not supported');
    refused(() => create('no-such-addon'), invalid, /not supported/);
    refused(() => create('adot'), 'SandboxNotImplemented', /adot/);
    refused(
      () => create('coredns', { configurationValues: '{"replicas":3}' }),
      invalid,
      'ConfigurationValue provided in request is not supported: Json schema validation failed with error: [$.replicas: is not defined in the schema and the schema does not allow additional properties]',
    );
    refused(
      () => create('coredns', { configurationValues: 'replicaCount: many' }),
      invalid,
      /string found, number expected/,
    );
    refused(
      () => eks('DescribeAddon', { clusterName, addonName: 'coredns' }),
      'ResourceNotFoundException',
      'No addon: coredns found in cluster: demo',
    );
  });

  it('are deleted with their objects', () => {
    const { account, activeCluster, eks, pass, describeAddon } = eksAccount();
    activeCluster(['vpc-cni', 'kube-proxy']);
    eks('DeleteAddon', { clusterName, addonName: 'kube-proxy' });
    assert.equal(describeAddon('kube-proxy').status, 'DELETING');
    pass(30);
    assert.deepEqual(eks<Eks.ListAddonsResponse>('ListAddons', { clusterName }).addons, ['vpc-cni']);
    const objects = clusterObjects({ account, region, cluster: clusterName });
    assert.deepEqual(
      objects.list('daemonsets').map(({ metadata }) => metadata.name),
      ['aws-node'],
    );
  });
});
