import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type CloudFormationClient,
  type CreateStackCommandInput,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { virtualAccount, type VirtualAccount } from '../support/virtualAccount.ts';

const read = (name: string): string => readFileSync(new URL(`${name}.yaml`, import.meta.url), 'utf8');
const parameters = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }));

/** An account in which foreign templates are tried, through the SDK's own client. */
class ForeignAccount {
  readonly account: VirtualAccount = virtualAccount();
  readonly client: Promise<CloudFormationClient> = this.account.session().client('cloudFormation');

  async create(name: string, template: string, input: Partial<CreateStackCommandInput> = {}): Promise<string> {
    const client = await this.client;
    const { StackId = '' } = await client.send(
      new CreateStackCommand({ StackName: name, TemplateBody: read(template), ...input }),
    );
    await this.settle(StackId);
    return StackId;
  }

  async delete(id: string): Promise<void> {
    await (await this.client).send(new DeleteStackCommand({ StackName: id }));
    await this.settle(id);
    assert.equal((await this.stack(id)).StackStatus, 'DELETE_COMPLETE');
  }

  async settle(id: string): Promise<void> {
    while (/_IN_PROGRESS$/.test((await this.stack(id)).StackStatus ?? '')) await this.account.pass(10);
  }

  async stack(id: string): Promise<Stack> {
    const { Stacks = [] } = await (await this.client).send(new DescribeStacksCommand({ StackName: id }));
    assert.ok(Stacks[0]);
    return Stacks[0];
  }

  async outputs(id: string): Promise<Record<string, string>> {
    const { Outputs = [] } = await this.stack(id);
    return Object.fromEntries(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  }

  async story(id: string): Promise<string[]> {
    const { StackEvents = [] } = await (await this.client).send(new DescribeStackEventsCommand({ StackName: id }));
    return StackEvents.toReversed().map(event =>
      `${event.LogicalResourceId} ${event.ResourceStatus} ${event.ResourceStatusReason ?? ''}`.trim(),
    );
  }

  count(type: string): number {
    return this.account.state().resources.filter(resource => resource.type === type).length;
  }

  /** Puts nested templates where their addresses say. */
  async stage(files: Readonly<Record<string, string>>): Promise<void> {
    const s3 = await this.account.session().client('s3');
    await s3.send(new CreateBucketCommand({ Bucket: 'templates' }));
    for (const [Key, file] of Object.entries(files))
      await s3.send(new PutObjectCommand({ Bucket: 'templates', Key, Body: read(file) }));
  }

  /** Runs `work` and holds that it leaves the account as it was. */
  async leavingNothing(work: () => Promise<void>): Promise<void> {
    const before = this.account.state().resources;
    await work();
    assert.deepEqual(this.account.state().resources, before);
  }
}

const CAPABILITIES: Partial<CreateStackCommandInput> = { Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_AUTO_EXPAND'] };

describe('foreign templates', () => {
  it('nested stacks pass outputs on', async () => {
    const foreign = new ForeignAccount();
    await foreign.stage({
      'infrastructure/vpc.yaml': 'nestedVpc',
      'infrastructure/security-groups.yaml': 'nestedSecurityGroups',
    });
    await foreign.leavingNothing(async () => {
      const id = await foreign.create('reference', 'nestedReference', {
        Parameters: parameters({ TemplateBucket: 'templates' }),
      });
      assert.equal((await foreign.stack(id)).StackStatus, 'CREATE_COMPLETE', (await foreign.story(id)).join('\n'));
      const { Network = '', SubnetCount = '' } = await foreign.outputs(id);
      assert.match(Network, /^vpc-[0-9a-f]{17}\/sg-[0-9a-f]{17}$/);
      assert.match(SubnetCount, /^subnet-[0-9a-f]{17}$/);
      assert.equal(foreign.count('AWS::CloudFormation::Stack'), 3);
      await foreign.delete(id);
    });
  });

  it('exports and imports', async () => {
    const foreign = new ForeignAccount();
    await foreign.leavingNothing(async () => {
      const network = await foreign.create('network', 'crossStackNetwork');
      const app = await foreign.create('app', 'crossStackConsumer');
      assert.equal((await foreign.stack(app)).StackStatus, 'CREATE_COMPLETE', (await foreign.story(app)).join('\n'));
      await (await foreign.client).send(new DeleteStackCommand({ StackName: network }));
      const { StackStatus, StackStatusReason } = await foreign.stack(network);
      assert.equal(
        `${StackStatus} ${StackStatusReason}`,
        'CREATE_COMPLETE Export network-VPCID cannot be deleted as it is in use by app',
      );
      await foreign.delete(app);
      await foreign.delete(network);
    });
  });

  it('Fn::ForEach with the other language extensions', async () => {
    const foreign = new ForeignAccount();
    await foreign.leavingNothing(async () => {
      const id = await foreign.create('loops', 'forEachEndpoints', CAPABILITIES);
      assert.equal((await foreign.stack(id)).StackStatus, 'CREATE_COMPLETE', (await foreign.story(id)).join('\n'));
      const { SubnetAppId, SubnetDataId, Plan = '' } = await foreign.outputs(id);
      assert.ok(SubnetAppId && SubnetDataId);
      assert.deepEqual((JSON.parse(Plan) as { services: string[] }).services, ['ec2', 'ecr.api', 'ecr.dkr']);
      assert.equal(foreign.count('AWS::EC2::VPCEndpoint'), 3);
      await foreign.delete(id);
    });
  });

  for (const zones of ['1', '2', '3'])
    it(`Fn::Cidr and conditions, ${zones} zones`, async () => {
      const foreign = new ForeignAccount();
      await foreign.leavingNothing(async () => {
        const id = await foreign.create('zones', 'cidrZones', {
          Parameters: parameters({ AvailabilityZoneCount: zones, VpcCidr: '10.9.0.0/16' }),
        });
        assert.equal((await foreign.stack(id)).StackStatus, 'CREATE_COMPLETE', (await foreign.story(id)).join('\n'));
        assert.equal((await foreign.outputs(id))['PrivateSubnetIds']?.split(',').length, Number(zones));
        await foreign.delete(id);
      });
    });

  it('refuses what the parameters of such a template do not allow', async () => {
    const foreign = new ForeignAccount();
    await assert.rejects(
      foreign.create('zones', 'cidrZones', { Parameters: parameters({ AvailabilityZoneCount: '4' }) }),
      {
        name: 'ValidationError',
        message:
          "Parameter 'AvailabilityZoneCount' failed to satisfy constraint: The number of availability zones. (Min: 1, Max: 3)",
      },
    );
  });

  for (const [environment, things] of [
    ['test', 3],
    ['prod', 5],
  ] as const)
    it(`conditions on roles, key and logs: ${environment}`, async () => {
      const foreign = new ForeignAccount();
      const before = foreign.account.state().resources.filter(({ type }) => type !== 'AWS::KMS::Key');
      const id = await foreign.create('env', 'conditionalRoles', {
        ...CAPABILITIES,
        Parameters: parameters({ EnvType: environment }),
      });
      assert.equal((await foreign.stack(id)).StackStatus, 'CREATE_COMPLETE', (await foreign.story(id)).join('\n'));
      assert.equal((await foreign.story(id)).filter(line => line.endsWith(' CREATE_COMPLETE')).length, things + 1);
      await foreign.delete(id);
      // A key is never gone at once: it waits for its deletion.
      assert.deepEqual(
        foreign.account.state().resources.filter(({ type }) => type !== 'AWS::KMS::Key'),
        before,
      );
    });

  it('one that fails rolls back whole', async () => {
    const foreign = new ForeignAccount();
    await foreign.leavingNothing(async () => {
      const overlap = parameters({ PrivateSubnet03Block: '192.168.64.0/20' });
      const id = await foreign.create('private', 'overlappingSubnets', { Parameters: overlap });
      assert.equal((await foreign.stack(id)).StackStatus, 'ROLLBACK_COMPLETE');
      const story = await foreign.story(id);
      assert.match(
        story.find(line => line.startsWith('PrivateSubnet03 CREATE_FAILED')) ?? '',
        /Resource handler returned message: "The CIDR '192\.168\.64\.0\/20' conflicts with another subnet \(Service: Ec2, Status Code: 400, Request ID: [0-9a-f-]+\)/,
      );
      assert.ok(
        story.some(line =>
          line.startsWith('private ROLLBACK_IN_PROGRESS The following resource(s) failed to create: ['),
        ),
      );
      await foreign.delete(id);
      const good = await foreign.create('private', 'overlappingSubnets');
      assert.equal((await foreign.stack(good)).StackStatus, 'CREATE_COMPLETE', (await foreign.story(good)).join('\n'));
      await foreign.delete(good);
    });
  });
});

describe('foreign templates with types that are not simulated', () => {
  for (const [template, type] of [
    ['notSimulatedNat', 'AWS::EC2::EIP'],
    ['notSimulatedLambda', 'AWS::Lambda::Function'],
    ['notSimulatedNested', 'AWS::ElasticLoadBalancingV2::TargetGroup'],
    ['notSimulatedCustomResource', 'Custom::AMIInfo'],
  ] as const)
    it(`${template} stops before anything is made`, async () => {
      const foreign = new ForeignAccount();
      await foreign.stage({ 'infrastructure/load-balancers.yaml': 'nestedLoadBalancers' });
      await foreign.leavingNothing(async () => {
        const input = {
          ...CAPABILITIES,
          ...(template === 'notSimulatedNested' ? { Parameters: parameters({ TemplateBucket: 'templates' }) } : {}),
        };
        await assert.rejects(foreign.create('foreign', template, input), {
          name: 'SandboxNotImplemented',
          message: `SandboxNotImplemented: ${type}`,
        });
        assert.equal(foreign.account.state().pending.length, 0);
      });
    });
});
