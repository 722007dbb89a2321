import assert from 'node:assert/strict';
import { startCreate } from '../../../src/core/run/createRun.ts';
import { gatherClusterFacts } from '../../../src/core/import/gatherClusterFacts.ts';
import { specFromCluster, type ImportedSpec } from '../../../src/core/import/specFromCluster.ts';
import { parseSpec } from '../../../src/core/spec/parseSpec.ts';
import { NetworkBench } from '../network/soundVpc.ts';
import { ClusterBench, failureOf, minimalSpec, region } from '../support/clusterRun.ts';

/** Shapes that a sandbox makes; the import has to give each back. */
const shapes: readonly (readonly [string, string])[] = [
  ['defaults', ''],
  ['two zones by id, own block', 'network: {cidr: 10.9.0.0/20, zones: [euw1-az1, euw1-az3]}\n'],
  [
    'every choice of the control plane',
    'controlPlane: {support: standard, zonalShift: true}\nlogs: {types: [api, audit], retentionDays: 30}\ndeletionProtection: false\n',
  ],
  ['own key, tags, staged', 'encryption: {key: new}\ntags: {owner: platform, "on": "yes"}\nstaging: always\n'],
  [
    'features',
    'features: {irsa: true, ebs: true, loadBalancers: true, kms: true, containerLogs: true, karpenter: true, podIdentity: true}\n',
  ],
  [
    'drivers by the OIDC provider alone',
    'features: {podIdentity: false, irsa: true, ebs: true}\naddons: {aws-efs-csi-driver: {}}\n',
  ],
  ['drivers by Pod Identity', 'features: {ebs: true}\naddons: {aws-efs-csi-driver: {}}\n'],
  ['few features', 'features: {podIdentity: false, sessionManager: false}\n'],
  ['endpoints', 'endpoints: {policy: account, extra: [execute-api]}\n'],
  ['named people', 'access: {administrators: ["arn:aws:iam::000000000000:user/practice"]}\n'],
  [
    'groups',
    'nodes:\n  apps: {instanceTypes: [m7g.large, m6g.large], capacity: spot, labels: {team: a}, minSize: 1, desiredSize: 1, maxSize: 3, diskGiB: 100}\n  rocks: {os: bottlerocket, instanceTypes: [m6i.large], taints: [{key: dedicated, value: own, effect: NoExecute}], repair: true}\n',
  ],
  [
    'self-managed',
    'nodes:\n  apps: {kind: self-managed}\n  own: {kind: self-managed, instanceTypes: [m7i.large], labels: {team: a}, taints: [{key: dedicated, effect: NoSchedule}]}\n',
  ],
  [
    'self-managed Bottlerocket',
    'nodes:\n  apps: {}\n  rock_1: {kind: self-managed, os: bottlerocket, instanceTypes: [m7i.large, m6i.large], labels: {team: a}, taints: [{key: dedicated, value: own, effect: NoSchedule}]}\n',
  ],
  [
    'a proxy in another VPC',
    'proxy: {endpointService: com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0, port: 8080, noProxy: [.corp.example]}\n',
  ],
  [
    'a proxy that the VPC reaches',
    'nodes: {rock: {os: bottlerocket}, own: {kind: self-managed, os: bottlerocket, labels: {team: a}}}\nproxy: {url: "http://proxy.example.internal:3128"}\n',
  ],
  ['Fargate', 'fargate: {apps: {selectors: [{namespace: apps, labels: {on: fargate}}]}}\n'],
  ['Auto Mode', 'autoMode: {nodePools: [general-purpose]}\n'],
  [
    'add-ons',
    'addons: {metrics-server: {}, coredns: {configuration: {replicaCount: 3}}, vpc-cni: {version: v1.20.5-eksbuild.1}}\n',
  ],
  ['callers and pods', 'network: {podCidr: 100.64.0.0/16, apiAccess: {cidrs: [192.168.0.0/16]}}\n'],
];

describe('a cluster read back into a spec', function () {
  this.timeout(120_000);
  let bench: ClusterBench;
  beforeEach(async () => (bench = await ClusterBench.open()));
  afterEach(() => bench.close());

  async function imported(name = 'demo'): Promise<ImportedSpec> {
    const session = bench.account.session(region);
    return specFromCluster(await bench.account.run(gatherClusterFacts(session, name)));
  }

  for (const [name, lines] of shapes)
    it(`is the spec that made it: ${name}`, async () => {
      const { spec } = parseSpec(minimalSpec + lines);
      assert.ok(spec);
      const created = await bench.create(await bench.plan(minimalSpec + lines));
      assert.equal(created.outcome, 'done', JSON.stringify(failureOf(created)));
      const found = await imported();
      assert.deepEqual(parseSpec(found.text).spec, spec, found.text);
      assert.deepEqual(found.losses, []);
      assert.equal(found.proven, true);
      assert.match(found.text, /the very spec that made the cluster/);
    });

  it('is the spec that made it in a VPC of others’, whose endpoints it uses', async () => {
    const network = await NetworkBench.open();
    const { account } = network;
    const sound = await account.run(network.sound());
    const plan = await network.plan(sound, 'features:\n  irsa: true\n');
    const services = { stateHome: bench.stateHome, session: account.session(region), clock: account.clock, speed: 1 };
    const run = await account.run(startCreate(plan, services, { resume: false }));
    assert.ok(run.kind === 'own');
    assert.equal(await account.run(run.finished), 'done');
    const facts = await account.run(gatherClusterFacts(account.session(region), plan.spec.name));
    const found = specFromCluster(facts);
    assert.deepEqual(parseSpec(found.text).spec, plan.spec, found.text);
    assert.equal(found.proven, true);
    // Without the stacks' word, what others' endpoints mean is left open, and said.
    const foreign = specFromCluster({ ...facts, stacks: [] });
    assert.equal(foreign.proven, false);
    assert.match(foreign.losses.join('\n'), /not switched on: sessionManager/);
    assert.deepEqual(foreign.spec.network.vpc, plan.spec.network.vpc);
  });

  it('tells all that a spec cannot say, and writes a spec all the same', async () => {
    await bench.create(await bench.plan());
    const session = bench.account.session(region);
    const facts = await bench.account.run(gatherClusterFacts(session, 'demo'));
    const [node] = facts.nodegroups;
    assert.ok(node);
    const reader = 'arn:aws:iam::111122223333:role/reader';
    const view = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy';
    const found = specFromCluster({
      ...facts,
      cluster: {
        ...facts.cluster,
        tags: { ...facts.cluster.tags, owner: 'platform', unused: '' },
        accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' },
        resourcesVpcConfig: {
          ...facts.cluster.resourcesVpcConfig,
          endpointPublicAccess: true,
          publicAccessCidrs: ['0.0.0.0/0'],
        },
      },
      nodegroups: [
        {
          ...node,
          group: {
            ...node.group,
            amiType: 'WINDOWS_CORE_2022_x86_64',
            subnets: ['subnet-0a1b2c3d4e5f67890'],
            updateConfig: { maxUnavailablePercentage: 33 },
            remoteAccess: { ec2SshKey: 'ops' },
          },
          launch: { ...node.launch, MetadataOptions: { HttpPutResponseHopLimit: 2, HttpTokens: 'optional' } },
        },
      ],
      accessEntries: [
        ...facts.accessEntries,
        {
          entry: { principalArn: reader, type: 'STANDARD', kubernetesGroups: ['viewers'] },
          policies: [{ policyArn: view, accessScope: { type: 'namespace', namespaces: ['apps'] } }],
        },
      ],
      securityGroups: [{ GroupId: 'sg-0a1b2c3d4e5f67890' }],
      retentionDays: undefined,
      unknown: [{ look: 'iam:ListOpenIDConnectProviders', why: 'denied' }],
    });
    const told = found.losses.join('\n');
    for (const words of [
      /API endpoint is public \(0\.0\.0\.0\/0\)/,
      /aws-auth/,
      /tag unused: it has no value/,
      /image type WINDOWS_CORE/,
      /subnets of its own, subnet-0a1b2c3d4e5f67890/,
      /33 % of the nodes/,
      /SSH with the key ops/,
      /hop limit 2/,
      /reader: AmazonEKSViewPolicy for apps/,
      /Kubernetes groups viewers/,
      /sg-0a1b2c3d4e5f67890; say under network\.apiAccess/,
      /kept for ever/,
      /could not be looked at \(iam:ListOpenIDConnectProviders\)/,
    ])
      assert.match(told, words);
    for (const loss of found.losses) assert.ok(found.text.includes(`#   - ${loss}\n`), loss);
    assert.equal(parseSpec(found.text).spec?.name, 'demo');
    assert.deepEqual(parseSpec(found.text).spec?.tags, { owner: 'platform' });
  });

  it('names what is no cluster', async () => {
    await assert.rejects(imported('other'), { code: 'cluster-not-found' });
  });
});
