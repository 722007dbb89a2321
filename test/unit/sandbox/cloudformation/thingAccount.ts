import type { CreateStackInput, Stack, StackEvent } from '@aws-sdk/client-cloudformation';
import type { ProviderContext, ResourceProviders } from '../../../../src/sandbox/cloudformation/resourceProvider.ts';
import { cloudFormationProviders } from '../../../../src/sandbox/cloudformation/nestedStack.ts';
import {
  Account,
  type AccountSnapshot,
  type CallContext,
  type Service,
} from '../../../../src/sandbox/kernel/account.ts';
import { AwsError } from '../../../../src/sandbox/kernel/awsError.ts';
import { cloudFormationService } from '../../../../src/sandbox/services/cloudformation.ts';
import { s3 } from '../../../../src/sandbox/services/s3.ts';

/** One thing of the service that these tests make stacks of. */
export interface Thing {
  readonly name: string;
  size: string;
  tags: readonly { Key: string; Value: string }[];
}

interface ThingInput {
  readonly Name: string;
  readonly Size?: string;
  readonly Tags?: readonly { Key: string; Value: string }[];
}

const things = ({ account }: CallContext) => account.table<Thing>('things');

/** Refuses what its size says: `refused`, `undeletable`; a name is taken once. */
const thingService: Service = {
  name: 'ec2',
  operations: {
    CreateThing({ Name, Size = '1', Tags = [] }: ThingInput, context: CallContext) {
      if (things(context).get(Name)) throw new AwsError('ThingAlreadyExists', `Thing ${Name} already exists`, 409);
      if (Size === 'refused') throw new AwsError('InvalidParameterValue', 'Size refused is not valid');
      things(context).set(Name, { name: Name, size: Size, tags: Tags });
      return {};
    },
    UpdateThing({ Name, Size = '1', Tags = [] }: ThingInput, context: CallContext) {
      const thing = things(context).get(Name);
      if (!thing) throw new AwsError('ThingNotFound', `Thing ${Name} does not exist`);
      if (Size === 'refused') throw new AwsError('InvalidParameterValue', 'Size refused is not valid');
      Object.assign(thing, { size: Size, tags: Tags });
      return {};
    },
    DeleteThing({ Name, Properties }: ThingInput & { Properties: object }, context: CallContext) {
      context.account.table('deletions').set(Name, Properties);
      if (things(context).get(Name)?.size === 'undeletable')
        throw new AwsError('DependencyViolation', `Thing ${Name} has dependencies`);
      things(context).delete(Name);
      return {};
    },
    DescribeAvailabilityZones: () => ({ AvailabilityZones: ['a', 'b', 'c'].map(z => ({ ZoneName: `us-east-1${z}` })) }),
    DescribeSubnets: () => ({ Subnets: [] }),
  },
};

const nameOf = (properties: Readonly<Record<string, unknown>>, context: ProviderContext): string =>
  (properties['Name'] as string | undefined) ?? context.generatedName(60);

export const thingProviders: ResourceProviders = {
  ...cloudFormationProviders,
  'AWS::Test::Thing': {
    properties: ['Name', 'Size', 'Kind', 'Tags', 'Extra', 'Nested'],
    required: [],
    createOnly: ['Name', 'Kind'],
    unsupported: ['Extra', 'Nested.Deep'],
    seconds: { create: 30, update: 10, delete: 20 },
    create(properties, context) {
      const Name = nameOf(properties, context);
      context.call('ec2', 'CreateThing', { ...properties, Name, Tags: context.stackTags });
      return Name;
    },
    progress: (_id, { Size }) => (Size === 'unstable' ? { failed: 'Exceeded attempts to wait' } : 'done'),
    update: (Name, properties, _previous, context) =>
      void context.call('ec2', 'UpdateThing', { ...properties, Name, Tags: context.stackTags }),
    delete: (Name, properties, context) => void context.call('ec2', 'DeleteThing', { Name, Properties: properties }),
    read(id, _expected, context) {
      const thing = things(context).get(id);
      if (!thing) throw new AwsError('ThingNotFound', `Thing ${id} does not exist`);
      return { Name: thing.name, Size: thing.size };
    },
    attributes: (id, { Size = '1' }) => ({ Arn: `arn:thing/${id}`, 'Size.Text': String(Size), Zones: ['z1', 'z2'] }),
  },
  'AWS::IAM::Role': {
    properties: ['RoleName'],
    required: [],
    createOnly: ['RoleName'],
    create: (_properties, context) => context.generatedName(64),
    delete: () => undefined,
  },
};

/** An account that can make things by CloudFormation, and what tests ask of it. */
export class ThingAccount {
  account: Account;
  readonly services: readonly Service[] = [thingService, s3, cloudFormationService(thingProviders)];

  constructor(
    start: AccountSnapshot | { accountId: string; now: number } = {
      accountId: '111122223333',
      now: Date.UTC(2026, 0, 1),
    },
  ) {
    this.account = new Account(this.services, start);
  }

  get context(): CallContext {
    const arn = 'arn:aws:iam::111122223333:user/practice';
    return {
      account: this.account,
      region: 'us-east-1',
      principal: { accountId: '111122223333', arn, userId: 'AIDA' },
      requestId: 'r',
    };
  }

  call<Output extends object>(operation: string, input: object): Output {
    return this.account.call<Output>(this.context, 'cloudformation', operation, input);
  }

  /** Stages `text` and gives its address. */
  stage(key: string, text: string): string {
    if (!this.account.table('s3.buckets').get('staged'))
      this.account.call(this.context, 's3', 'CreateBucket', { Bucket: 'staged' });
    this.account.call(this.context, 's3', 'PutObject', { Bucket: 'staged', Key: key, Body: Buffer.from(text) });
    return `https://staged.s3.amazonaws.com/${key}`;
  }

  create(name: string, template: string | object, input: Partial<CreateStackInput> = {}): string {
    const TemplateBody = typeof template === 'string' ? template : JSON.stringify(template);
    return this.call<{ StackId: string }>('CreateStack', { StackName: name, TemplateBody, ...input }).StackId;
  }

  update(name: string, template: object, input: object = {}): void {
    this.call('UpdateStack', { StackName: name, TemplateBody: JSON.stringify(template), ...input });
  }

  pass(seconds: number): void {
    this.account.advanceTo(this.account.now() + seconds * 1000);
  }

  /** Lets time pass until nothing is left to happen. */
  settle(): void {
    for (let at = this.account.nextJobAt(); at !== undefined; at = this.account.nextJobAt()) this.account.advanceTo(at);
  }

  stack(name: string): Stack {
    const [stack] = this.call<{ Stacks: Stack[] }>('DescribeStacks', { StackName: name }).Stacks;
    if (!stack) throw new Error('no stack');
    return stack;
  }

  events(name: string): StackEvent[] {
    return this.call<{ StackEvents: StackEvent[] }>('DescribeStackEvents', {
      StackName: name,
    }).StackEvents.toReversed();
  }

  /** `LogicalId STATUS reason`, oldest first. */
  story(name: string): string[] {
    return this.events(name).map(({ LogicalResourceId, ResourceStatus, ResourceStatusReason = '' }) =>
      `${LogicalResourceId} ${ResourceStatus} ${ResourceStatusReason}`
        .trim()
        .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID'),
    );
  }

  things(): string[] {
    return this.account
      .table<Thing>('things')
      .values()
      .map(({ name, size }) => `${name}=${size}`)
      .sort();
  }
}

/** A template of things: logical id to properties and other members. */
export const thingsTemplate = (resources: Record<string, object>, rest: object = {}): object => ({
  Resources: Object.fromEntries(
    Object.entries(resources).map(([id, { $with = {}, ...Properties }]: [string, { $with?: object }]) => [
      id,
      { Type: 'AWS::Test::Thing', Properties, ...$with },
    ]),
  ),
  ...rest,
});
