import assert from 'node:assert/strict';
import type * as Eks from '@aws-sdk/client-eks';
import { describe, it } from 'mocha';
import { clusterObjects } from '../../src/sandbox/kubernetes/objectStore.ts';
import { ClusterBench, failureOf, minimalSpec, region } from './support/clusterRun.ts';

interface Node {
  readonly metadata: { readonly name: string; readonly labels?: Record<string, string> };
  readonly spec?: { readonly taints?: readonly { key: string; effect: string }[] };
}

interface Shape {
  readonly spec: string;
  /** What must be true of the cluster's nodes. */
  readonly holds: (nodes: readonly Node[]) => void;
}

const readyNodes = (nodes: readonly Node[], count: number) => assert.equal(nodes.length, count);

/** A cluster of each kind that the specs know, from the plan to an empty account. */
const shapes: Readonly<Record<string, Shape>> = {
  'several managed groups': {
    spec: `nodes:
  arm: { instanceTypes: [m7g.large], desiredSize: 1, minSize: 1 }
  rocket: { os: bottlerocket, desiredSize: 1, minSize: 1, labels: { team: blue }, repair: true }
  tainted: { desiredSize: 1, minSize: 1, taints: [{ key: gpu, value: 'true', effect: NoSchedule }] }
`,
    holds(nodes) {
      readyNodes(nodes, 3);
      assert.ok(nodes.some(({ metadata }) => metadata.labels?.['kubernetes.io/arch'] === 'arm64'));
      assert.ok(nodes.some(({ metadata }) => metadata.labels?.['team'] === 'blue'));
      assert.ok(nodes.some(({ spec }) => spec?.taints?.some(({ key }) => key === 'gpu')));
    },
  },
  'self-managed groups': {
    spec: `nodes:
  al: { kind: self-managed, desiredSize: 2, labels: { kind: own } }
  rocket: { kind: self-managed, os: bottlerocket, desiredSize: 1, minSize: 1, taints: [{ key: a, effect: NoExecute }] }
`,
    holds(nodes) {
      readyNodes(nodes, 3);
      assert.equal(nodes.filter(({ metadata }) => metadata.labels?.['kind'] === 'own').length, 2);
      assert.equal(nodes.filter(({ spec }) => spec?.taints?.some(({ key }) => key === 'a')).length, 1);
    },
  },
  'an image of one’s own': {
    spec: `nodes:
  own: { ami: ami-0123456789abcdef0, instanceTypes: [m5.large], architecture: x86_64, desiredSize: 1, minSize: 1 }
`,
    holds: nodes => readyNodes(nodes, 1),
  },
  'Fargate alone': {
    spec: `fargate:
  apps: { selectors: [{ namespace: apps }] }
`,
    holds: nodes =>
      assert.ok(nodes.length >= 2 && nodes.every(({ metadata }) => metadata.name.startsWith('fargate-ip-10-'))),
  },
  'Auto Mode': {
    spec: `autoMode: { nodePools: [general-purpose, system] }
`,
    holds: nodes => assert.ok(nodes.every(({ metadata }) => metadata.labels?.['karpenter.sh/nodepool'])),
  },
  IPv6: {
    spec: `network: { ipFamily: ipv6 }
nodes:
  default: { desiredSize: 1, minSize: 1 }
`,
    holds: nodes => readyNodes(nodes, 1),
  },
  'pods in a block of their own, callers from outside, a key, other controls': {
    spec: `network:
  podCidr: 100.64.0.0/16
  serviceCidr: 172.30.0.0/16
  apiAccess: { cidrs: [192.168.0.0/16] }
encryption: { key: new }
controlPlane: { zonalShift: true, support: standard }
deletionProtection: true
nodes:
  default: { desiredSize: 1, minSize: 1 }
`,
    holds: nodes => readyNodes(nodes, 1),
  },
};

describe('clusters of every kind on the simulated account', () => {
  for (const [name, { spec, holds }] of Object.entries(shapes))
    it(`${name}: made, then deleted without a trace`, async function () {
      this.timeout(120_000);
      const bench = await ClusterBench.open();
      try {
        const made = await bench.create(await bench.plan(minimalSpec + spec));
        assert.equal(made.outcome, 'done', JSON.stringify(failureOf(made), undefined, 2));
        const { account } = bench.account.sandbox;
        const objects = clusterObjects({ account, region, cluster: 'demo' });
        holds(objects.list('nodes'));
        const eks = await bench.account.session(region).client('eks');
        const described: Eks.Cluster | undefined = (
          await bench.account.run(
            import('@aws-sdk/client-eks').then(({ DescribeClusterCommand }) =>
              eks.send(new DescribeClusterCommand({ name: 'demo' })),
            ),
          )
        ).cluster;
        assert.equal(described?.status, 'ACTIVE');
        const gone = await bench.delete();
        assert.equal(gone.outcome, 'done', JSON.stringify(failureOf(gone), undefined, 2));
        await bench.account.pass(3600);
        const left = bench.account.state().resources.filter(({ type }) => type !== 'AWS::KMS::Key');
        assert.deepEqual(left, []);
      } finally {
        await bench.close();
      }
    });
});
