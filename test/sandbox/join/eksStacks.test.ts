import assert from 'node:assert/strict';
import type * as Cfn from '@aws-sdk/client-cloudformation';
import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eksProviders } from '../../../src/sandbox/providers/eks.ts';
import { eksAccount, nodeEndpoints, type NetworkWish } from '../../unit/sandbox/eks/eksAccount.ts';

const trust = (Service: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
});
const role = (service: string, ...policies: string[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: trust(service),
    ManagedPolicyArns: policies.map(name => `arn:aws:iam::aws:policy/${name}`),
  },
});
const att = (id: string, name: string) => ({ 'Fn::GetAtt': [id, name] });
const addon = (AddonName: string, more: object = {}) => ({
  Type: 'AWS::EKS::Addon',
  Properties: { ClusterName: { Ref: 'Cluster' }, AddonName },
  ...more,
});

/** A cluster with its nodes in one stack, scalars as templates have them: some as text. */
function template(subnetIds: readonly string[], cluster: object = {}) {
  return {
    Resources: {
      ClusterRole: role('eks.amazonaws.com', 'AmazonEKSClusterPolicy'),
      NodeRole: role(
        'ec2.amazonaws.com',
        'AmazonEKSWorkerNodePolicy',
        'AmazonEC2ContainerRegistryPullOnly',
        'AmazonEKS_CNI_Policy',
      ),
      Cluster: {
        Type: 'AWS::EKS::Cluster',
        Properties: {
          Name: 'demo',
          Version: 1.35,
          RoleArn: att('ClusterRole', 'Arn'),
          ResourcesVpcConfig: {
            SubnetIds: subnetIds,
            EndpointPublicAccess: 'false',
            EndpointPrivateAccess: 'true',
          },
          AccessConfig: { AuthenticationMode: 'API', BootstrapClusterCreatorAdminPermissions: false },
          BootstrapSelfManagedAddons: false,
          Tags: [{ Key: 'owner', Value: 'me' }],
          ...cluster,
        },
      },
      Administrator: {
        Type: 'AWS::EKS::AccessEntry',
        Properties: {
          ClusterName: { Ref: 'Cluster' },
          PrincipalArn: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:user/practice' },
          AccessPolicies: [
            {
              PolicyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
              AccessScope: { Type: 'cluster' },
            },
          ],
        },
      },
      Cni: addon('vpc-cni'),
      Proxy: addon('kube-proxy'),
      Nodes: {
        Type: 'AWS::EKS::Nodegroup',
        DependsOn: ['Cni', 'Proxy'],
        Properties: {
          ClusterName: { Ref: 'Cluster' },
          NodegroupName: 'workers',
          NodeRole: att('NodeRole', 'Arn'),
          Subnets: subnetIds,
          ScalingConfig: { MinSize: '1', DesiredSize: '2', MaxSize: '3' },
          Labels: { Team: 'blue' },
        },
      },
      Dns: addon('coredns', { DependsOn: 'Nodes' }),
    },
    Outputs: {
      Cluster: { Value: { Ref: 'Cluster' } },
      Nodes: { Value: { Ref: 'Nodes' } },
      Dns: { Value: { Ref: 'Dns' } },
      Administrator: { Value: { Ref: 'Administrator' } },
      Endpoint: { Value: att('Cluster', 'Endpoint') },
      Issuer: { Value: att('Cluster', 'OpenIdConnectIssuerUrl') },
      Group: { Value: att('Cluster', 'ClusterSecurityGroupId') },
      NodesArn: { Value: att('Nodes', 'Arn') },
    },
  };
}

function stackBench(wish: NetworkWish = {}) {
  const made = eksAccount();
  const { subnetIds } = made.network(wish);
  const cfn = <Output extends object = object>(operation: string, input: object = {}) =>
    made.call<Output>('cloudformation', operation, { StackName: 'demo', ...input });
  const stack = () => cfn<Cfn.DescribeStacksOutput>('DescribeStacks').Stacks?.[0];
  const events = () => cfn<Cfn.DescribeStackEventsOutput>('DescribeStackEvents').StackEvents ?? [];
  const settle = () => {
    while (/IN_PROGRESS$/.test(stack()?.StackStatus ?? '')) made.pass(10);
    return stack()?.StackStatus;
  };
  const body = (value: object) => ({ TemplateBody: JSON.stringify(value), Capabilities: ['CAPABILITY_IAM'] });
  const create = (value: object) => {
    cfn('CreateStack', { ...body(value), DisableRollback: true });
    return settle();
  };
  const update = (value: object) => {
    cfn('UpdateStack', { ...body(value), DisableRollback: true });
    return settle();
  };
  const outputs = () => new Map(stack()?.Outputs?.map(output => [output.OutputKey, output.OutputValue ?? '']));
  const reason = (id: string, status: string) =>
    events().find(event => event.LogicalResourceId === id && event.ResourceStatus === status)?.ResourceStatusReason ??
    '';
  return { ...made, subnetIds, cfn, create, update, outputs, events, reason, settle, body };
}

describe('stacks of EKS resources', () => {
  it('come up in order, tell their references and attributes, and go away', () => {
    const bench = stackBench();
    assert.equal(bench.create(template(bench.subnetIds)), 'CREATE_COMPLETE');
    const outputs = bench.outputs();
    assert.equal(outputs.get('Cluster'), 'demo');
    assert.equal(outputs.get('Nodes'), 'demo/workers');
    assert.equal(outputs.get('Dns'), 'demo|coredns');
    assert.equal(outputs.get('Administrator'), 'arn:aws:iam::111122223333:user/practice|demo');
    const { endpoint, identity, resourcesVpcConfig, tags } = bench.describeCluster();
    assert.equal(outputs.get('Endpoint'), endpoint);
    assert.equal(outputs.get('Issuer'), identity?.oidc?.issuer);
    assert.equal(outputs.get('Group'), resourcesVpcConfig?.clusterSecurityGroupId);
    assert.equal(outputs.get('NodesArn'), bench.describeNodegroup().nodegroupArn);
    assert.deepEqual([tags?.['owner'], tags?.['aws:cloudformation:stack-name']], ['me', 'demo']);
    assert.deepEqual(bench.describeNodegroup().labels, { Team: 'blue' });
    bench.cfn('DeleteStack');
    const left = () => bench.account.resources().filter(({ type }) => type.startsWith('AWS::EKS::'));
    for (let waited = 0; waited < 3600 && left().length > 0; waited += 10) bench.pass(10);
    assert.deepEqual(left(), []);
  });

  it('are changed in place, one change of EKS after the other, and replaced where they must be', () => {
    const bench = stackBench();
    const { ClusterRole, Cluster } = template(bench.subnetIds).Resources;
    assert.equal(bench.create({ Resources: { ClusterRole, Cluster } }), 'CREATE_COMPLETE');
    const changed = template(bench.subnetIds, {
      DeletionProtection: 'true',
      Version: '1.36',
      Logging: { ClusterLogging: { EnabledTypes: [{ Type: 'audit' }] } },
      UpgradePolicy: { SupportType: 'STANDARD' },
      Tags: [{ Key: 'owner', Value: 'you' }],
    }).Resources.Cluster;
    const start = bench.account.now();
    assert.equal(bench.update({ Resources: { ClusterRole, Cluster: changed } }), 'UPDATE_COMPLETE');
    const minutes = (bench.account.now() - start) / 60_000;
    assert.ok(minutes > 9 && minutes < 16, `${minutes} min`);
    const now = bench.describeCluster();
    assert.deepEqual(
      [now.version, now.deletionProtection, now.upgradePolicy?.supportType, now.tags?.['owner'], now.status],
      ['1.36', true, 'STANDARD', 'you', 'ACTIVE'],
    );
    assert.deepEqual(now.logging?.clusterLogging?.[0], { types: ['audit'], enabled: true });
    const updates = bench.eks<{ updateIds: string[] }>('ListUpdates', { name: 'demo' }).updateIds;
    assert.equal(updates.length, 4);
  });

  it('say of an entry that the creator has already what AWS says', () => {
    const bench = stackBench();
    const { ClusterRole, Cluster, Administrator } = template(bench.subnetIds, {
      AccessConfig: { AuthenticationMode: 'API' },
    }).Resources;
    assert.equal(bench.create({ Resources: { ClusterRole, Cluster, Administrator } }), 'CREATE_FAILED');
    assert.match(
      bench.reason('Administrator', 'CREATE_FAILED'),
      /The specified access entry resource is already in use on this cluster\. \(Service: Eks, Status Code: 409,.*HandlerErrorCode: AlreadyExists\)$/,
    );
  });

  it('fail with nodes that do not join, in the words of AWS’s handler', () => {
    const bench = stackBench({ endpoints: nodeEndpoints.filter(service => service !== 'ec2') });
    assert.equal(bench.create(template(bench.subnetIds)), 'CREATE_FAILED');
    assert.match(
      bench.reason('Nodes', 'CREATE_FAILED'),
      /^Resource handler returned message: "\[Issue\(Code=NodeCreationFailure, Message=Instances failed to join the kubernetes cluster, ResourceIds=\[i-[0-9a-f]{17}, i-[0-9a-f]{17}\]\)\] \(Service: null, Status Code: 0, Request ID: null\)" \(RequestToken: [0-9a-f-]{36}, HandlerErrorCode: GeneralServiceException\)$/,
    );
    assert.equal(bench.describeNodegroup().status, 'CREATE_FAILED', 'it still owns the name');
    bench.cfn('DeleteStack');
    for (
      let waited = 0;
      waited < 3600 && bench.account.resources().some(({ type }) => type === 'AWS::EKS::Cluster');
      waited += 10
    )
      bench.pass(10);
    assert.ok(!bench.account.resources().some(({ type }) => type.startsWith('AWS::EKS::')));
  });

  it('fail with CoreDNS that never finds a node', () => {
    const bench = stackBench();
    const { Resources } = template(bench.subnetIds);
    const { ClusterRole, Cluster } = Resources;
    assert.equal(bench.create({ Resources: { ClusterRole, Cluster, Dns: addon('coredns') } }), 'CREATE_FAILED');
    assert.match(
      bench.reason('Dns', 'CREATE_FAILED'),
      /Issue\(Code=InsufficientNumberOfReplicas, Message=The add-on is unhealthy/,
    );
  });

  it('pass a refusal on in the usual envelope', () => {
    const bench = stackBench();
    const [one = ''] = bench.subnetIds;
    const { ClusterRole, Cluster } = template([one]).Resources;
    assert.equal(bench.create({ Resources: { ClusterRole, Cluster } }), 'CREATE_FAILED');
    assert.match(
      bench.reason('Cluster', 'CREATE_FAILED'),
      /^Resource handler returned message: "Subnets specified must be in at least two different AZs \(Service: Eks, Status Code: 400, Request ID: [0-9a-f-]{36}\).*HandlerErrorCode: InvalidRequest\)$/,
    );
  });

  it('take only properties that AWS’s schemas have', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'eks-schemas-'));
    const Resources = Object.fromEntries(
      Object.entries(eksProviders).map(([Type, { properties, unsupported = [] }]) => {
        const names = [...properties, ...unsupported.map(name => name.split('.')[0] ?? ''), 'NoSuchProperty'];
        return [Type.replaceAll(':', ''), { Type, Properties: Object.fromEntries(names.map(name => [name, {}])) }];
      }),
    );
    const file = path.join(folder, 'all.template.json');
    await writeFile(file, JSON.stringify({ Resources }));
    const engine = new RegoEngine();
    try {
      const { diagnostics } = engine.validateStandard(new TemplateFile(file));
      const unexpected = diagnostics.flatMap(({ message }) => /'(\w+)' was unexpected/.exec(message)?.[1] ?? []);
      assert.deepEqual(
        unexpected,
        Object.keys(eksProviders).map(() => 'NoSuchProperty'),
      );
    } finally {
      engine.free();
      await rm(folder, { recursive: true });
    }
  });
});
