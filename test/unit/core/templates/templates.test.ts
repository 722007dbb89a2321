import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CelEngine, TemplateFile } from '@aws/cloudformation-validate';
import { parse } from 'yaml';
import type { PlannedStack, StackId } from '../../../../src/core/plan/plan.ts';
import { templateYaml } from '../../../../src/core/plan/planFiles.ts';
import { plannedStacks } from '../../../../src/core/plan/stacks.ts';
import type { Template, TemplateValue } from '../../../../src/core/templates/template.ts';
import { specGrid, specOf } from './specGrid.ts';

/** Properties of a resource as plain JSON, to look into. */
interface Json {
  readonly [key: string]: Json;
}
function properties(stacks: readonly PlannedStack[], id: StackId, logicalId: string): Json {
  const resource = stacks.find(stack => stack.id === id)?.template.Resources[logicalId];
  assert.ok(resource, `${id} has ${logicalId}`);
  return resource.Properties as unknown as Json;
}

describe('every template of every example and of a grid of specs', () => {
  const engine = new CelEngine();
  const folder = mkdtempSync(join(tmpdir(), 'private-eks-templates-'));
  after(() => {
    engine.free();
    rmSync(folder, { recursive: true });
  });

  it('is seen through by the validator: a planted mistake is found', () => {
    const file = join(folder, 'wrong.yaml');
    const [stack] = plannedStacks(specOf('')).filter(({ id }) => id === 'cluster');
    assert.ok(stack);
    const wrong = templateYaml(stack.template).replace('EndpointPublicAccess: false', 'EndpointPublicAcces: false');
    writeFileSync(file, wrong);
    assert.ok(engine.validateStandard(new TemplateFile(file)).diagnostics.some(({ severity }) => severity === 'FATAL'));
  });

  for (const [name, spec] of specGrid()) {
    it(`${name}: is clean under AWS's own schemas and rules`, () => {
      for (const { id, template } of plannedStacks(spec)) {
        const file = join(folder, `${id}.yaml`);
        writeFileSync(file, templateYaml(template));
        // I9001 remarks of every create-only property that it is one; that is no fault.
        const { status, diagnostics } = engine.validateStandard(new TemplateFile(file), {
          exclude: { ids: ['I9001'] },
        });
        assert.equal(status, 'OK');
        assert.deepEqual(
          diagnostics.map(({ ruleId, message, propertyPath }) => `${id}: ${ruleId} ${message} ${propertyPath}`),
          [],
        );
      }
    });

    it(`${name}: says the same in YAML as in JSON, exports nothing and names no partition`, () => {
      for (const { template } of plannedStacks(spec)) {
        const text = templateYaml(template);
        assert.deepEqual(parse(text, { version: '1.1' }), JSON.parse(JSON.stringify(template)));
        // EC2 and others take descriptions in ASCII alone, and CloudFormation gives nothing else back.
        if (JSON.stringify(spec).match(/^[\0-\x7f]*$/)) assert.match(text, /^[\0-\x7f]*$/);
        assert.doesNotMatch(text, /Export:|Fn::ImportValue|arn:aws:(?!iam::\d|s3:::|kms:)|amazonaws\.com\.cn/);
      }
    });

    it(`${name}: gets every parameter that it has, from a stack made before it`, () => {
      const stacks = plannedStacks(spec);
      const made = new Map<StackId, Template>();
      for (const { id, template, parameters } of stacks) {
        assert.deepEqual(Object.keys(parameters).sort(), Object.keys(template.Parameters ?? {}).sort());
        for (const source of Object.values(parameters)) {
          if (source.from === 'output')
            assert.ok(made.get(source.stack)?.Outputs?.[source.output], `${id} ${source.output}`);
        }
        assert.deepEqual(unresolved(template), []);
        made.set(id, template);
      }
    });
  }
});

/** References of a template to something that it does not have. */
function unresolved(template: Template): string[] {
  const known = ['AWS::AccountId', ...Object.keys(template.Parameters ?? {}), ...Object.keys(template.Resources)];
  const walk = (value: TemplateValue): string[] => {
    if (typeof value !== 'object') return [];
    if (Array.isArray(value)) return (value as TemplateValue[]).flatMap(walk);
    return Object.entries(value as Record<string, TemplateValue>).flatMap(([key, inner]) => {
      if (key === 'Ref') return typeof inner === 'string' ? [inner] : [];
      if (key === 'Fn::GetAtt') return Array.isArray(inner) && typeof inner[0] === 'string' ? [inner[0]] : [];
      return walk(inner);
    });
  };
  return walk(template as unknown as TemplateValue).filter(name => !known.includes(name));
}

describe('the cluster that the templates make', () => {
  const stacks = plannedStacks(specOf('encryption: {key: new}\nfeatures: {irsa: true}\n'));

  it('is private from the first second and has no administrator but its access entries', () => {
    const cluster = properties(stacks, 'cluster', 'Cluster');
    assert.deepEqual(cluster.ResourcesVpcConfig, {
      SubnetIds: { Ref: 'SubnetIds' },
      EndpointPublicAccess: false,
      EndpointPrivateAccess: true,
    });
    assert.deepEqual(cluster.AccessConfig, {
      AuthenticationMode: 'API',
      BootstrapClusterCreatorAdminPermissions: false,
    });
    assert.equal(cluster.BootstrapSelfManagedAddons, false);
    assert.equal(cluster.DeletionProtection, true);
    assert.deepEqual(cluster.EncryptionConfig, [{ Resources: ['secrets'], Provider: { KeyArn: { Ref: 'KeyArn' } } }]);
    const entry = properties(stacks, 'identity', 'Administrator');
    assert.deepEqual(entry.PrincipalArn, { Ref: 'AdminPrincipalArn' });
  });

  it('lives in a VPC with no way out: no gateway, no route, no address from outside', () => {
    const network = stacks.find(({ id }) => id === 'network')?.template.Resources ?? {};
    assert.deepEqual([...new Set(Object.values(network).map(({ Type }) => Type))].sort(), [
      'AWS::EC2::RouteTable',
      'AWS::EC2::Subnet',
      'AWS::EC2::SubnetRouteTableAssociation',
      'AWS::EC2::VPC',
    ]);
    const subnet = properties(stacks, 'network', 'PrivateSubnet2');
    assert.equal(subnet.MapPublicIpOnLaunch, false);
    assert.deepEqual(subnet.AvailabilityZoneId, { 'Fn::Select': [1, { Ref: 'ZoneIds' }] });
    assert.ok(JSON.stringify(subnet.Tags).includes('"kubernetes.io/role/internal-elb","Value":"1"'));
  });

  it('reaches its endpoints on 443 from the VPC, and S3 from every route table', () => {
    const group = properties(stacks, 'endpoints', 'EndpointSecurityGroup');
    assert.deepEqual(group.SecurityGroupIngress, [
      {
        IpProtocol: 'tcp',
        FromPort: 443,
        ToPort: 443,
        CidrIp: { 'Fn::Select': [0, { Ref: 'VpcCidrs' }] },
        Description: 'HTTPS from the VPC',
      },
    ]);
    assert.deepEqual(properties(stacks, 'endpoints', 'S3Endpoint').RouteTableIds, { Ref: 'RouteTableIds' });
    assert.equal(properties(stacks, 'endpoints', 'EcrDkrEndpoint').PrivateDnsEnabled, true);
  });

  it('keeps its key when the stack goes, and lets nobody decrypt by IAM alone', () => {
    const key = stacks.find(({ id }) => id === 'key')?.template.Resources.Key;
    assert.equal(key?.DeletionPolicy, 'RetainExceptOnCreate');
    assert.equal(key.Properties?.EnableKeyRotation, true);
    const policy = JSON.stringify(key.Properties?.KeyPolicy);
    assert.doesNotMatch(policy, /"kms:\*"/);
    assert.equal(policy.match(/kms:Decrypt/g)?.length, 1);
  });

  it('gives nodes an encrypted disk and a metadata service that pods cannot reach', () => {
    const data = properties(stacks, 'nodes-default', 'LaunchTemplate').LaunchTemplateData;
    assert.deepEqual(data?.MetadataOptions, {
      HttpEndpoint: 'enabled',
      HttpTokens: 'required',
      HttpPutResponseHopLimit: 1,
    });
    assert.match(JSON.stringify(data?.BlockDeviceMappings), /"VolumeType":"gp3".*"Encrypted":true/);
    const group = properties(stacks, 'nodes-default', 'NodeGroup');
    assert.equal(group.AmiType, 'AL2023_x86_64_STANDARD');
    assert.equal('DiskSize' in group, false);
  });

  it('gives the node role Session Manager only where it is asked for', () => {
    const policies = (lines: string) =>
      JSON.stringify(properties(plannedStacks(specOf(lines)), 'permissions', 'NodeRole').ManagedPolicyArns);
    assert.match(policies(''), /AmazonSSMManagedInstanceCore/);
    const without = policies('features: {sessionManager: false}\n');
    assert.doesNotMatch(without, /AmazonSSM/);
    assert.match(without, /AmazonEKSWorkerNodePolicy.*AmazonEC2ContainerRegistryPullOnly.*AmazonEKS_CNI_Policy/);
  });

  it('has its log group kept as long as asked, and none when nothing is logged', () => {
    assert.equal(properties(stacks, 'logs', 'LogGroup').LogGroupName, '/aws/eks/payments/cluster');
    const silent = plannedStacks(specOf('logs: {types: []}\n'));
    assert.ok(!silent.some(({ id }) => id === 'logs'));
    assert.equal('Logging' in properties(silent, 'cluster', 'Cluster'), false);
  });

  it('names China’s endpoint services as China does', () => {
    const china = plannedStacks(specOf('', 'apiVersion: private-eks/v1\nkind: Cluster\nname: a\nregion: cn-north-1\n'));
    assert.deepEqual(properties(china, 'endpoints', 'Ec2Endpoint').ServiceName, {
      'Fn::Sub': 'cn.com.amazonaws.${AWS::Region}.ec2',
    });
    assert.deepEqual(properties(china, 'endpoints', 'S3Endpoint').ServiceName, {
      'Fn::Sub': 'com.amazonaws.${AWS::Region}.s3',
    });
  });
});
