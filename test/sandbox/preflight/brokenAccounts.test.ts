import { CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { CreateSubnetCommand, CreateVpcCommand } from '@aws-sdk/client-ec2';
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import { CreateBucketCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import assert from 'node:assert/strict';
import type { Plan } from '../../../src/core/plan/plan.ts';
import { setServiceControlPolicy } from '../../../src/sandbox/services/iam/serviceControlPolicies.ts';
import { buckets } from '../../../src/sandbox/services/s3Tables.ts';
import { setQuota } from '../../../src/sandbox/services/serviceQuotas.ts';
import { ClusterBench, failureOf, minimalSpec, region } from '../support/clusterRun.ts';

const bucket = `private-eks-staging-000000000000-${region}`;
const staged = `${minimalSpec}staging: always\n`;
const withKey = (arn: string) => `${minimalSpec}encryption:\n  key: ${arn}\n`;
const withAdministrator = (arn: string) => `${minimalSpec}access:\n  administrators: ['${arn}']\n`;
const keyArn = (place: string, account: string) =>
  `arn:aws:kms:${place}:${account}:key/12345678-1234-1234-1234-123456789012`;

interface Broken {
  readonly what: string;
  readonly code: string;
  readonly says: RegExp;
  readonly spec?: string;
  /** Breaks the account; gives the spec where it names what was made. */
  readonly arrange?: (bench: ClusterBench) => Promise<string | void> | string | void;
  /** The plan is made before the account breaks. */
  readonly plan?: (plan: Plan) => Plan;
}

const admin = (bench: ClusterBench, place = region) => bench.account.session(place);
const quota = (name: string, value: number) => (bench: ClusterBench) =>
  setQuota(bench.account.sandbox.account, name, value);
const makeRole = async (bench: ClusterBench, RoleName: string, Service: string, Path = '/') => {
  const Statement = { Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  const iam = await admin(bench).client('iam');
  await bench.account.run(iam.send(new CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument })));
};
const forbid = (action: string | readonly string[], Condition?: object) => (bench: ClusterBench) => {
  const Statement = { Effect: 'Deny' as const, Action: action, Resource: '*', ...(Condition && { Condition }) };
  setServiceControlPolicy(bench.account.sandbox.account, 'guard', {
    Version: '2012-10-17',
    Statement: [Statement as never],
  });
};

const accounts: readonly Broken[] = [
  {
    what: 'another account than planned',
    code: 'other-account',
    says: /credentials are of account 000000000000 now; the plan was made for 111111111111/,
    plan: plan => ({ ...plan, account: plan.account && { ...plan.account, accountId: '111111111111' } }),
  },
  {
    what: 'a foreign stack of a planned name',
    code: 'stack-name-taken',
    says: /stack named private-eks-demo-logs exists and was not made for demo/,
    arrange: async bench => {
      const cloudFormation = await admin(bench).client('cloudFormation');
      const TemplateBody = JSON.stringify({ Resources: { Group: { Type: 'AWS::Logs::LogGroup' } } });
      const command = new CreateStackCommand({ StackName: 'private-eks-demo-logs', TemplateBody });
      await bench.account.run(cloudFormation.send(command));
      await bench.account.pass(120);
    },
  },
  {
    what: 'a log group of the cluster’s that nobody made by a stack',
    code: 'log-group-exists',
    says: /log group \/aws\/eks\/demo\/cluster exists/,
    arrange: async bench => {
      const logs = await admin(bench).client('logs');
      await bench.account.run(logs.send(new CreateLogGroupCommand({ logGroupName: '/aws/eks/demo/cluster' })));
    },
  },
  {
    what: 'an existing VPC without DNS names and without an S3 route',
    code: 'dns-hostnames-off',
    says: /vpc-\w+: enableDnsHostnames is false[\s\S]*And \d+ more|enableDnsHostnames is false/,
    arrange: async bench => {
      const ec2 = await admin(bench).client('ec2');
      const send = <T>(work: Promise<T>) => bench.account.run(work);
      const { Vpc } = await send(ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' })));
      const subnets: string[] = [];
      for (const [index, AvailabilityZoneId] of ['euw1-az1', 'euw1-az2'].entries()) {
        const CidrBlock = `10.9.${index}.0/24`;
        const command = new CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock, AvailabilityZoneId });
        subnets.push((await send(ec2.send(command))).Subnet?.SubnetId ?? '');
      }
      return `${minimalSpec}network:\n  vpc:\n    id: ${Vpc?.VpcId}\n    subnets: [${subnets.join(', ')}]\n`;
    },
  },
  {
    what: 'an instance type that is not there',
    code: 'instance-type-not-offered',
    says: /z1d\.large is not offered in eu-west-1/,
    spec: `${minimalSpec}nodes:\n  default:\n    instanceTypes: [z1d.large]\n`,
  },
  {
    what: 'no room for another VPC',
    code: 'quota-exceeded',
    says: /VPCs per region.*needs 1, 0 are allowed/,
    arrange: quota('vpc/L-F678F1CE', 0),
  },
  {
    what: 'VPCs as many as are allowed',
    code: 'quota-exceeded',
    says: /VPCs per region.*needs 1, 2 are allowed\. 2 are in use/,
    arrange: async bench => {
      setQuota(bench.account.sandbox.account, 'vpc/L-F678F1CE', 2);
      const ec2 = await admin(bench).client('ec2');
      for (const CidrBlock of ['10.1.0.0/16', '10.2.0.0/16'])
        await bench.account.run(ec2.send(new CreateVpcCommand({ CidrBlock })));
    },
  },
  {
    what: 'no room for another cluster',
    code: 'quota-exceeded',
    says: /EKS clusters per region/,
    arrange: quota('eks/L-1194D53C', 0),
  },
  {
    what: 'too few node groups',
    code: 'quota-exceeded',
    says: /managed node groups per cluster/,
    arrange: quota('eks/L-6D54EA21', 0),
  },
  {
    what: 'too few nodes in a group',
    code: 'quota-exceeded',
    says: /nodes per managed node group.*needs 4, 3 are allowed/,
    arrange: quota('eks/L-BD136A63', 3),
  },
  {
    what: 'too few interface endpoints',
    code: 'quota-exceeded',
    says: /interface endpoints per VPC/,
    arrange: quota('vpc/L-29B6F2EB', 2),
  },
  {
    what: 'too few gateway endpoints',
    code: 'quota-exceeded',
    says: /gateway endpoints per region/,
    arrange: quota('vpc/L-1B52E74A', 0),
  },
  {
    what: 'too few security groups',
    code: 'quota-exceeded',
    says: /security groups per region/,
    arrange: quota('vpc/L-E79EC296', 1),
  },
  {
    what: 'too few rules',
    code: 'quota-exceeded',
    says: /rules per security group/,
    arrange: quota('vpc/L-0EA8095F', 0),
  },
  {
    what: 'too few network interfaces',
    code: 'quota-exceeded',
    says: /network interfaces per region/,
    arrange: quota('vpc/L-DF5E4CA3', 9),
  },
  {
    what: 'too few vCPUs',
    code: 'quota-exceeded',
    says: /vCPUs of running on-demand standard.*needs 4, 3 are allowed/,
    arrange: quota('ec2/L-1216C47A', 3),
  },
  {
    what: 'too few spot vCPUs',
    code: 'quota-exceeded',
    says: /vCPUs of standard .* spot/,
    spec: `${minimalSpec}nodes:\n  default:\n    capacity: spot\n`,
    arrange: quota('ec2/L-34B43A08', 0),
  },
  {
    what: 'an organization that forbids clusters',
    code: 'permission-organization',
    says: /service control policy of the organization forbids eks:CreateCluster/,
    arrange: forbid('eks:CreateCluster'),
  },
  {
    what: 'an organization that forbids the region, by a condition that no simulation sees',
    code: 'permission-organization',
    says: /service control policy of the organization forbids ec2:CreateVpc/,
    arrange: forbid('ec2:Create*', { StringNotEquals: { 'aws:RequestedRegion': 'us-east-1' } }),
  },
  {
    what: 'a staging bucket of somebody else’s',
    code: 'staging-bucket-denied',
    says: /staging bucket .* may not be used/,
    spec: staged,
    arrange: bench =>
      void buckets(bench.account.sandbox.account).set(bucket, {
        name: bucket,
        region,
        created: 0,
        configurations: {},
        owner: '999999999999',
      }),
  },
  {
    what: 'a staging bucket in another region',
    code: 'staging-bucket-elsewhere',
    says: /lies in another region than eu-west-1/,
    spec: staged,
    arrange: bench =>
      void buckets(bench.account.sandbox.account).set(bucket, {
        name: bucket,
        region: 'us-east-1',
        created: 0,
        configurations: {},
      }),
  },
  {
    what: 'a key that is not',
    code: 'key-missing',
    says: /KMS does not know the key/,
    spec: withKey(keyArn(region, '000000000000')),
  },
  {
    what: 'a key that is going',
    code: 'key-not-enabled',
    says: /key is PendingDeletion/,
    arrange: async bench => {
      const kms = await admin(bench).client('kms');
      const { KeyMetadata } = await bench.account.run(kms.send(new CreateKeyCommand({})));
      await bench.account.run(kms.send(new ScheduleKeyDeletionCommand({ KeyId: KeyMetadata?.KeyId })));
      return withKey(KeyMetadata?.Arn ?? '');
    },
  },
  {
    what: 'an administrator that nobody has made',
    code: 'principal-missing',
    says: /There is no role platfrom in the account/,
    spec: withAdministrator('arn:aws:iam::000000000000:role/platfrom'),
  },
  {
    what: 'a user that nobody has made',
    code: 'principal-missing',
    says: /There is no user jane in the account/,
    spec: withAdministrator('arn:aws:iam::000000000000:user/jane'),
  },
  {
    what: 'an administrator of IAM Identity Center without its path',
    code: 'principal-other-path',
    says: /The role AWSReservedSSO_Admin_0123456789abcdef has another ARN than the spec names/,
    arrange: async bench => {
      const RoleName = 'AWSReservedSSO_Admin_0123456789abcdef';
      await makeRole(bench, RoleName, 'ec2.amazonaws.com', '/aws-reserved/sso.amazonaws.com/');
      return withAdministrator(`arn:aws:iam::000000000000:role/${RoleName}`);
    },
  },
  {
    what: 'a role for pods that trusts nodes alone',
    code: 'pod-role-trust',
    says: /trust policy of the role app does not let pods\.eks\.amazonaws\.com take it/,
    arrange: async bench => {
      await makeRole(bench, 'app', 'ec2.amazonaws.com');
      const identity = 'namespace: app\n      serviceAccount: app\n      roleArn: arn:aws:iam::000000000000:role/app';
      return `${minimalSpec}access:\n  podIdentities:\n    - ${identity}\n`;
    },
  },
];

/** Calls that make something; tried dry, they make nothing. */
const making = ({ operation, input }: { operation: string; input: unknown }) =>
  /^(Create|Put|Update|Run|Delete|Tag)/.test(operation) && (input as { DryRun?: boolean }).DryRun !== true;

describe('preflight in a broken account', function () {
  this.timeout(60_000);
  let bench: ClusterBench;
  beforeEach(async () => (bench = await ClusterBench.open()));
  afterEach(() => bench.close());

  for (const { what, code, says, spec = minimalSpec, arrange, plan: changed = (plan: Plan) => plan } of accounts)
    it(`${what}: ${code}, and nothing is made`, async () => {
      const text = (await arrange?.(bench)) ?? spec;
      const plan = changed(await bench.plan(text));
      const before = bench.account.state().resources;
      const from = bench.account.calls.length;
      const result = await bench.create(plan);
      assert.equal(result.outcome, 'failed');
      const cause = failureOf(result);
      const told = [cause?.what, ...(cause?.evidence ?? [])].join('\n');
      assert.equal(cause?.code, code, told);
      assert.match(told, says);
      assert.deepEqual(bench.account.calls.slice(from).filter(making), []);
      assert.deepEqual(bench.account.state().resources, before);
    });

  it('tells everything at once', async () => {
    setQuota(bench.account.sandbox.account, 'vpc/L-F678F1CE', 0);
    forbid('eks:CreateCluster')(bench);
    const result = await bench.create(await bench.plan(withKey(keyArn(region, '000000000000'))));
    const told = failureOf(result)?.evidence.join('\n') ?? '';
    for (const part of [/VPCs per region/, /forbids eks:CreateCluster/, /KMS does not know/]) assert.match(told, part);
    assert.match(failureOf(result)?.what ?? '', /And 2 more\.$/);
  });

  it('notes what is doubtful, and goes on', async () => {
    const s3 = await admin(bench).client('s3');
    const make = { Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: region } } as const;
    await bench.account.run(s3.send(new CreateBucketCommand(make)));
    const encrypted = { Null: { 's3:x-amz-server-side-encryption': 'true' } };
    const deny = {
      Sid: 'Encrypted',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${bucket}/*`,
      Condition: encrypted,
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [deny] });
    await bench.account.run(s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy })));
    setQuota(bench.account.sandbox.account, 'ec2/L-1216C47A', 5);
    const result = await bench.create(await bench.plan(staged));
    assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
    const notes = result.events.flatMap(event => (event.type === 'note' ? [`${event.level}: ${event.message}`] : []));
    assert.match(
      notes.join('\n'),
      /warning: The staging bucket .* has a policy of somebody else’s \(Encrypted\).*encryption header/,
    );
    assert.match(notes.join('\n'), /warning: Quota exceeded: vCPUs.*needs 8 when its groups have grown, 5 are allowed/);
  });
});
