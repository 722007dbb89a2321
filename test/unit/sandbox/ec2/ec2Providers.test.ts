import * as Cfn from '@aws-sdk/client-cloudformation';
import * as Ec2 from '@aws-sdk/client-ec2';
import assert from 'node:assert/strict';
import { resourceProviders } from '../../../../src/sandbox/cloudformation/registry.ts';
import { virtualAccount } from '../../../sandbox/support/virtualAccount.ts';

type Resources = Record<string, { Type: string; Properties?: object; DependsOn?: string | string[] }>;
const ref = (Ref: string) => ({ Ref });
const att = (...path: [string, string]) => ({ 'Fn::GetAtt': path });

async function stackAccount() {
  const account = virtualAccount();
  const session = account.session('eu-west-1');
  const cfn = await session.client('cloudFormation');
  const StackName = 's';
  const submit = (Resources: Resources, Outputs: Record<string, object> = {}) => ({
    StackName,
    TemplateBody: JSON.stringify({ Resources, Outputs }),
    Capabilities: ['CAPABILITY_NAMED_IAM' as const],
    Tags: [{ Key: 'owner', Value: 'me' }],
  });
  const settled = async (status: string) => {
    await account.pass(1800);
    const { Stacks } = await cfn.send(new Cfn.DescribeStacksCommand({ StackName }));
    const { StackEvents } = await cfn.send(new Cfn.DescribeStackEventsCommand({ StackName }));
    const failures = StackEvents?.filter(
      event => event.ResourceStatus?.endsWith('FAILED') && event.LogicalResourceId !== StackName,
    );
    const reasons = failures?.map(event => `${event.LogicalResourceId}: ${event.ResourceStatusReason}`) ?? [];
    assert.equal(Stacks?.[0]?.StackStatus, status, reasons.join('\n'));
    const outputs: Record<string, string | undefined> = {};
    for (const { OutputKey = '', OutputValue } of Stacks[0].Outputs ?? []) outputs[OutputKey] = OutputValue;
    return { outputs, reasons };
  };
  const create = async (resources: Resources, outputs: Record<string, object> = {}, status = 'CREATE_COMPLETE') => {
    await cfn.send(new Cfn.CreateStackCommand({ ...submit(resources, outputs), DisableRollback: true }));
    return settled(status);
  };
  const update = async (resources: Resources, outputs: Record<string, object> = {}, status = 'UPDATE_COMPLETE') => {
    await cfn.send(new Cfn.UpdateStackCommand({ ...submit(resources, outputs), DisableRollback: true }));
    return settled(status);
  };
  const remove = async () => {
    await cfn.send(new Cfn.DeleteStackCommand({ StackName }));
    await account.pass(1800);
    assert.deepEqual(account.state().resources, []);
  };
  return { account, session, create, update, remove };
}

const vpc = {
  Type: 'AWS::EC2::VPC',
  Properties: { CidrBlock: '10.0.0.0/16', EnableDnsHostnames: 'true', EnableDnsSupport: true },
};
const subnet = (index: number, more: object = {}) => ({
  Type: 'AWS::EC2::Subnet',
  Properties: {
    VpcId: ref('Vpc'),
    CidrBlock: { 'Fn::Select': [index, { 'Fn::Cidr': [att('Vpc', 'CidrBlock'), 4, 8] }] },
    AvailabilityZone: { 'Fn::Select': [index, { 'Fn::GetAZs': '' }] },
    ...more,
  },
});
const https = (more: object) => ({ IpProtocol: 'tcp', FromPort: '443', ToPort: 443, ...more });

const network: Resources = {
  Vpc: vpc,
  SubnetA: subnet(0),
  SubnetB: subnet(1),
  Table: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: ref('Vpc') } },
  Link: {
    Type: 'AWS::EC2::SubnetRouteTableAssociation',
    Properties: { SubnetId: ref('SubnetA'), RouteTableId: ref('Table') },
  },
  Group: {
    Type: 'AWS::EC2::SecurityGroup',
    Properties: {
      GroupDescription: 'endpoints',
      VpcId: ref('Vpc'),
      SecurityGroupIngress: [https({ CidrIp: att('Vpc', 'CidrBlock') })],
      SecurityGroupEgress: [https({ CidrIp: '10.0.0.0/8' })],
    },
  },
  Rule: {
    Type: 'AWS::EC2::SecurityGroupIngress',
    Properties: https({ GroupId: ref('Group'), SourceSecurityGroupId: ref('Group') }),
  },
  Ec2: {
    Type: 'AWS::EC2::VPCEndpoint',
    Properties: {
      VpcId: ref('Vpc'),
      ServiceName: { 'Fn::Sub': 'com.amazonaws.${AWS::Region}.ec2' },
      VpcEndpointType: 'Interface',
      PrivateDnsEnabled: true,
      SubnetIds: [ref('SubnetA'), ref('SubnetB')],
      SecurityGroupIds: [ref('Group')],
    },
  },
  S3: {
    Type: 'AWS::EC2::VPCEndpoint',
    Properties: {
      VpcId: ref('Vpc'),
      ServiceName: { 'Fn::Sub': 'com.amazonaws.${AWS::Region}.s3' },
      RouteTableIds: [ref('Table')],
      PolicyDocument: { Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' }] },
    },
  },
};

describe('templates of networks on the simulated account', () => {
  it('come up with their attributes and tags, change in place, and go away', async () => {
    const { session, create, update, remove } = await stackAccount();
    const outputs = {
      Default: { Value: att('Vpc', 'DefaultSecurityGroup') },
      Zone: { Value: att('SubnetB', 'AvailabilityZone') },
      Dns: { Value: { 'Fn::Select': [0, att('Ec2', 'DnsEntries')] } },
      Group: { Value: att('Group', 'GroupId') },
    };
    const { outputs: values } = await create(network, outputs);
    assert.equal(values['Zone'], 'eu-west-1b');
    assert.match(values['Default'] ?? '', /^sg-0/);
    assert.match(values['Dns'] ?? '', /^Z\w+:vpce-0.*\.ec2\.eu-west-1\.vpce\.amazonaws\.com$/);
    const ec2 = await session.client('ec2');
    const { Vpcs } = await ec2.send(new Ec2.DescribeVpcsCommand({}));
    const keys = Vpcs?.[0]?.Tags?.map(tag => tag.Key).sort();
    assert.deepEqual(keys, [
      'aws:cloudformation:logical-id',
      'aws:cloudformation:stack-id',
      'aws:cloudformation:stack-name',
      'owner',
    ]);
    const permissions = async () => {
      const { SecurityGroups } = await ec2.send(
        new Ec2.DescribeSecurityGroupsCommand({ GroupIds: [values['Group'] ?? ''] }),
      );
      const [group] = SecurityGroups ?? [];
      return [group?.IpPermissions?.[0]?.IpRanges?.[0]?.CidrIp, group?.IpPermissionsEgress?.[0]?.IpProtocol];
    };
    assert.deepEqual(await permissions(), ['10.0.0.0/16', 'tcp']);
    const Properties = {
      ...network['Group']?.Properties,
      SecurityGroupIngress: [https({ CidrIp: '10.0.0.0/8' })],
      SecurityGroupEgress: [],
    };
    await update({ ...network, Group: { Type: 'AWS::EC2::SecurityGroup', Properties } }, outputs);
    assert.deepEqual(await permissions(), ['10.0.0.0/8', '-1']);
    await remove();
  });

  it('stop with EC2’s own sentence, and are mended by an update', async () => {
    const { create, update, remove } = await stackAccount();
    const noDns = { ...network, Vpc: { ...vpc, Properties: { CidrBlock: '10.0.0.0/16' } } };
    const { reasons } = await create(noDns, {}, 'CREATE_FAILED');
    assert.match(
      reasons[0] ?? '',
      /^Ec2: Resource handler returned message: "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for vpc-0[0-9a-f]{16} \(Service: Ec2, Status Code: 400, Request ID: /,
    );
    await update(network);
    await remove();
  });

  it('know gateways and launch templates, which are not updated in place: the sandbox says so', async () => {
    const { create, update, remove } = await stackAccount();
    const resources = (type: string): Resources => ({
      Vpc: vpc,
      Subnet: subnet(0, { MapPublicIpOnLaunch: true }),
      Gateway: { Type: 'AWS::EC2::InternetGateway' },
      Attachment: {
        Type: 'AWS::EC2::VPCGatewayAttachment',
        Properties: { VpcId: ref('Vpc'), InternetGatewayId: ref('Gateway') },
      },
      Table: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: ref('Vpc') } },
      Out: {
        Type: 'AWS::EC2::Route',
        Properties: { RouteTableId: ref('Table'), DestinationCidrBlock: '0.0.0.0/0', GatewayId: ref('Gateway') },
        DependsOn: 'Attachment',
      },
      Template: {
        Type: 'AWS::EC2::LaunchTemplate',
        Properties: { LaunchTemplateData: { InstanceType: type, ImageId: 'ami-0123456789abcdef0' } },
      },
    });
    const outputs = { Version: { Value: att('Template', 'LatestVersionNumber') } };
    assert.equal((await create(resources('t3.medium'), outputs)).outputs['Version'], '1');
    assert.equal((await update(resources('t3.large'), outputs)).outputs['Version'], '2', 'a new version');
    await remove();
  });

  it('move an endpoint out of a subnet in place', async () => {
    const { create, update } = await stackAccount();
    await create(network);
    const SubnetIds = [ref('SubnetA')];
    const one = { Type: 'AWS::EC2::VPCEndpoint', Properties: { ...network['Ec2']?.Properties, SubnetIds } };
    const outputs = { Interfaces: { Value: { 'Fn::Join': [',', att('Ec2', 'NetworkInterfaceIds')] } } };
    const after = await update({ ...network, Ec2: one }, outputs);
    assert.equal(after.outputs['Interfaces']?.split(',').length, 1);
  });
});

describe('templates of roles on the simulated account', () => {
  const trust = (service: string) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });
  const statement = (Action: string) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
  });
  const resources = (action: string, ...ManagedPolicyArns: string[]): Resources => ({
    Node: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: trust('ec2.amazonaws.com'),
        ManagedPolicyArns: ManagedPolicyArns.map(name => `arn:aws:iam::aws:policy/${name}`),
        Policies: [{ PolicyName: 'own', PolicyDocument: statement(action) }],
      },
    },
    Profile: { Type: 'AWS::IAM::InstanceProfile', Properties: { Roles: [ref('Node')] } },
    Inline: {
      Type: 'AWS::IAM::Policy',
      Properties: { PolicyName: 'inline', PolicyDocument: statement('s3:GetObject'), Roles: [ref('Node')] },
    },
    Oidc: {
      Type: 'AWS::IAM::OIDCProvider',
      Properties: { Url: 'https://oidc.eks.eu-west-1.amazonaws.com/id/ABC', ClientIdList: ['sts.amazonaws.com'] },
    },
  });
  const outputs = {
    Role: { Value: att('Node', 'Arn') },
    Profile: { Value: att('Profile', 'Arn') },
    Oidc: { Value: ref('Oidc') },
  };

  it('come up, change their policies in place, and go away', async () => {
    const { account, create, update, remove } = await stackAccount();
    const policies = () => {
      const role = account.state().resources.find(item => item.type === 'AWS::IAM::Role');
      return (role?.['policies'] as string[]).map(name => name.slice(name.lastIndexOf('/') + 1)).sort();
    };
    const { outputs: values } = await create(resources('s3:GetObject', 'AmazonEKSWorkerNodePolicy'), outputs);
    assert.match(values['Role'] ?? '', /^arn:aws:iam::000000000000:role\/s-Node-[A-Z0-9]+$/);
    assert.equal(values['Oidc'], 'arn:aws:iam::000000000000:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC');
    assert.deepEqual(policies(), ['AmazonEKSWorkerNodePolicy', 'inline', 'own']);
    await update(resources('s3:*', 'AmazonSSMManagedInstanceCore'), outputs);
    assert.deepEqual(policies(), ['AmazonSSMManagedInstanceCore', 'inline', 'own']);
    await remove();
  });

  it('leave nothing behind when a policy is not', async () => {
    const { account, create } = await stackAccount();
    const role = resources('s3:*', 'AmazonEKSNonsense')['Node'];
    assert.ok(role);
    const { reasons } = await create({ Node: role }, {}, 'CREATE_FAILED');
    assert.match(
      reasons[0] ?? '',
      /"Policy arn:aws:iam::aws:policy\/AmazonEKSNonsense does not exist or is not attachable\. \(Service: Iam, Status Code: 404, .*HandlerErrorCode: NotFound\)$/,
    );
    assert.deepEqual(
      account.state().resources.filter(item => item.type.startsWith('AWS::IAM')),
      [],
    );
  });
});

describe('the types that templates know', () => {
  for (const [type, provider] of Object.entries(resourceProviders).filter(([name]) =>
    /^AWS::(EC2|IAM|AutoScaling)::/.test(name),
  ))
    it(`${type} names each property once, and only its own as required or create-only`, () => {
      const all = [...provider.properties, ...(provider.unsupported ?? [])];
      assert.equal(new Set(all).size, all.length);
      for (const name of [...provider.required, ...provider.createOnly])
        assert.ok(provider.properties.includes(name), name);
    });
});
