import assert from 'node:assert/strict';
import type { StackEvent } from '@aws-sdk/client-cloudformation';
import type { AccountSnapshot } from '../../../../src/sandbox/kernel/account.ts';
import { refused } from './refused.ts';
import { ThingAccount, thingsTemplate, type Thing } from './thingAccount.ts';

const REFUSED =
  'Resource handler returned message: "Size refused is not valid (Service: Ec2, Status Code: 400, Request ID: ID) (SDK Attempt Count: 1)" (RequestToken: ID, HandlerErrorCode: InvalidRequest)';
/** B and C wait for A; B is refused while C is being made. */
const failing = (size = 'refused'): object =>
  thingsTemplate({
    A: { Name: 'a' },
    B: { Name: { 'Fn::Sub': '${A}-b' }, Size: size },
    C: { Name: { 'Fn::Sub': '${A}-c' } },
  });

describe('creating a stack', () => {
  it('makes what nothing waits for at once, the rest after what it refers to', () => {
    const world = new ThingAccount();
    const start = world.account.now();
    world.create(
      's',
      thingsTemplate({
        A: { Name: 'a' },
        B: { Name: { 'Fn::Sub': '${A}-b' }, Size: { 'Fn::GetAtt': ['A', 'Size.Text'] } },
        C: { Name: 'c', $with: { DependsOn: 'B' } },
        D: { Name: 'd' },
      }),
    );
    assert.equal(world.stack('s').StackStatus, 'CREATE_IN_PROGRESS');
    world.settle();
    assert.deepEqual(world.story('s'), [
      's CREATE_IN_PROGRESS User Initiated',
      'A CREATE_IN_PROGRESS',
      'D CREATE_IN_PROGRESS',
      'A CREATE_IN_PROGRESS Resource creation Initiated',
      'D CREATE_IN_PROGRESS Resource creation Initiated',
      'A CREATE_COMPLETE',
      'B CREATE_IN_PROGRESS',
      'D CREATE_COMPLETE',
      'B CREATE_IN_PROGRESS Resource creation Initiated',
      'B CREATE_COMPLETE',
      'C CREATE_IN_PROGRESS',
      'C CREATE_IN_PROGRESS Resource creation Initiated',
      'C CREATE_COMPLETE',
      's CREATE_COMPLETE',
    ]);
    assert.equal((world.account.now() - start) / 1000, 95);
    assert.deepEqual(world.things(), ['a-b=1', 'a=1', 'c=1', 'd=1']);
  });

  it('tells each event with ids, time and properties', () => {
    const world = new ThingAccount();
    const id = world.create('s', thingsTemplate({ A: { Name: 'a' } }), { ClientRequestToken: 'token-1' });
    world.settle();
    const [, first, second] = world.events(id) as [StackEvent, StackEvent, StackEvent];
    assert.deepEqual(first, {
      StackId: id,
      StackName: 's',
      EventId: 'A-CREATE_IN_PROGRESS-2026-01-01T00:00:01.000Z',
      LogicalResourceId: 'A',
      PhysicalResourceId: '',
      ResourceType: 'AWS::Test::Thing',
      Timestamp: new Date('2026-01-01T00:00:01Z'),
      ResourceStatus: 'CREATE_IN_PROGRESS',
      ResourceStatusReason: undefined,
      ResourceProperties: '{"Name":"a"}',
      ClientRequestToken: 'token-1',
    });
    assert.equal(second.PhysicalResourceId, 'a');
  });

  it('tags what it makes and names what has no name', () => {
    const world = new ThingAccount();
    const id = world.create('my-stack', thingsTemplate({ Thing: {} }), { Tags: [{ Key: 'team', Value: 'x' }] });
    world.settle();
    const [thing] = world.account.table<Thing>('things').values();
    assert.match(thing?.name ?? '', /^my-stack-Thing-[0-9A-Z]{12}$/);
    assert.deepEqual(thing?.tags, [
      { Key: 'team', Value: 'x' },
      { Key: 'aws:cloudformation:stack-name', Value: 'my-stack' },
      { Key: 'aws:cloudformation:stack-id', Value: id },
      { Key: 'aws:cloudformation:logical-id', Value: 'Thing' },
    ]);
  });

  it('cuts generated names to what the type allows, the random part whole', () => {
    const world = new ThingAccount();
    world.create(`s${'x'.repeat(100)}`, thingsTemplate({ [`L${'y'.repeat(100)}`]: {} }));
    world.settle();
    const [thing] = world.account.table<Thing>('things').values();
    assert.match(thing?.name ?? '', /^sx{22}-Ly{22}-[0-9A-Z]{12}$/);
  });

  it('rolls back at the first failure and cancels what is under way', () => {
    const world = new ThingAccount();
    world.create('s', failing());
    world.settle();
    assert.deepEqual(world.story('s').slice(4), [
      'B CREATE_IN_PROGRESS',
      'C CREATE_IN_PROGRESS',
      `B CREATE_FAILED ${REFUSED}`,
      'C CREATE_FAILED Resource creation cancelled',
      's ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [B, C]. Rollback requested by user.',
      'B DELETE_COMPLETE',
      'C DELETE_COMPLETE',
      'A DELETE_IN_PROGRESS',
      'A DELETE_COMPLETE',
      's ROLLBACK_COMPLETE',
    ]);
    assert.deepEqual(world.things(), []);
    assert.match(
      refused(() => world.update('s', failing('1'))),
      /^ValidationError: Stack:arn:aws:cloudformation:us-east-1:111122223333:stack\/s\/[0-9a-f-]{36} is in ROLLBACK_COMPLETE state and can not be updated\.$/,
    );
    assert.equal(
      refused(() => world.create('s', failing())),
      'AlreadyExistsException: Stack [s] already exists',
    );
  });

  it('with DisableRollback lets other paths go on, keeps what is made, and can be updated with the flag again', () => {
    const world = new ThingAccount();
    world.create('s', failing(), { DisableRollback: true });
    world.settle();
    assert.equal(world.story('s').at(-1), 's CREATE_FAILED The following resource(s) failed to create: [B].');
    assert.equal(world.stack('s').StackStatusReason, 'The following resource(s) failed to create: [B]. ');
    assert.deepEqual(world.things(), ['a-c=1', 'a=1']);
    assert.equal(
      refused(() => world.update('s', failing('2'))),
      'ValidationError: This stack is currently in a non-terminal [CREATE_FAILED] state. To update the stack from this state, please use the disable-rollback parameter with update-stack API. To rollback to the last known good state, use the rollback-stack API',
    );
    world.update('s', failing('2'), { DisableRollback: true });
    world.settle();
    assert.equal(world.stack('s').StackStatus, 'UPDATE_COMPLETE');
    assert.deepEqual(world.things(), ['a-b=2', 'a-c=1', 'a=1']);
    assert.equal(world.story('s').filter(line => line.startsWith('A ')).length, 3);
  });

  it('fails a thing that does not come to be, deletes it in the rollback', () => {
    const world = new ThingAccount();
    world.create('s', thingsTemplate({ A: { Name: 'a', Size: 'unstable' } }));
    world.settle();
    assert.deepEqual(world.story('s').slice(3, 7), [
      'A CREATE_FAILED Resource handler returned message: "Exceeded attempts to wait" (RequestToken: ID, HandlerErrorCode: GeneralServiceException)',
      's ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [A]. Rollback requested by user.',
      'A DELETE_IN_PROGRESS',
      'A DELETE_COMPLETE',
    ]);
  });

  for (const [title, properties, reason] of [
    [
      'an extraneous property',
      { Bogus: 1 },
      'Properties validation failed for resource A with message: [#: extraneous key [Bogus] is not permitted]',
    ],
    [
      'a name that is taken',
      { Name: 'taken' },
      /"Thing taken already exists \(Service: Ec2, Status Code: 409, .*HandlerErrorCode: AlreadyExists\)$/,
    ],
    [
      'a function that fails',
      { Name: { 'Fn::Select': ['7', { 'Fn::GetAtt': ['B', 'Zones'] }] } },
      'Template error: Fn::Select cannot select nonexistent value at index 7',
    ],
    [
      'an attribute that is not there',
      { Name: { 'Fn::GetAtt': ['B', 'Nope'] } },
      'Template error: resource B does not support attribute type Nope in Fn::GetAtt',
    ],
  ] as const)
    it(`fails the resource for ${title}`, () => {
      const world = new ThingAccount();
      world.create('first', thingsTemplate({ T: { Name: 'taken' } }));
      world.create('s', thingsTemplate({ A: properties, B: {} }), { DisableRollback: true });
      world.settle();
      const failed =
        world.events('s').find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED')?.ResourceStatusReason ?? '';
      if (typeof reason === 'string') assert.equal(failed, reason);
      else assert.match(failed, reason);
    });

  it('answers a repeated ClientRequestToken with the same stack and refuses it for anything else', () => {
    const world = new ThingAccount();
    const template = thingsTemplate({ A: {} });
    const id = world.create('s', template, { ClientRequestToken: 't1' });
    assert.equal(world.create('s', template, { ClientRequestToken: 't1' }), id);
    assert.match(
      refused(() => world.create('other', template, { ClientRequestToken: 't1' })),
      /^TokenAlreadyExistsException: /,
    );
    assert.match(
      refused(() => world.call('DeleteStack', { StackName: 's', ClientRequestToken: 't1' })),
      /^TokenAlreadyExistsException: /,
    );
    world.settle();
    world.call('DeleteStack', { StackName: 's', ClientRequestToken: 't2' });
    world.settle();
    assert.notEqual(world.create('s', template, { ClientRequestToken: 't1' }), id);
  });

  it('checks names and tags', () => {
    const world = new ThingAccount();
    assert.equal(
      refused(() => world.create('*@da591fa3_$', thingsTemplate({ A: {} }))),
      "ValidationError: 1 validation error detected: Value '*@da591fa3_$' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*",
    );
    const tagged = (...Tags: { Key: string; Value: string }[]): string =>
      refused(() => world.create('s', thingsTemplate({ A: {} }), { Tags }));
    assert.match(tagged({ Key: 'aws:x', Value: '' }), /aws: prefixed tag key names are not allowed/);
    assert.match(
      tagged({ Key: 'k', Value: 'v'.repeat(257) }),
      /'tags.1.member.value' failed to satisfy constraint: Member must have length less than or equal to 256/,
    );
    assert.match(tagged({ Key: 'k', Value: '1' }, { Key: 'k', Value: '2' }), /Duplicate tag keys/);
  });

  it('hides NoEcho parameters', () => {
    const world = new ThingAccount();
    const template = {
      ...thingsTemplate({ A: { Name: { Ref: 'Secret' } } }),
      Parameters: { Secret: { Type: 'String', NoEcho: 'true' } },
    };
    world.create('s', template, { Parameters: [{ ParameterKey: 'Secret', ParameterValue: 'hush' }] });
    world.settle();
    assert.deepEqual(world.stack('s').Parameters, [{ ParameterKey: 'Secret', ParameterValue: '****' }]);
    assert.deepEqual(world.things(), ['hush=1']);
  });

  it('goes on after a restart at any moment as if there had been none', () => {
    const template = thingsTemplate({
      A: { Name: 'a' },
      B: { Name: { 'Fn::Sub': '${A}-b' }, Size: 'refused' },
      C: { Name: { Ref: 'D' } },
      D: { Name: 'd' },
    });
    const play = (restartAt: number): string[] => {
      let world = new ThingAccount();
      world.create('s', template);
      for (let jobs = 0, at = world.account.nextJobAt(); at !== undefined; jobs++, at = world.account.nextJobAt()) {
        if (jobs === restartAt)
          world = new ThingAccount(JSON.parse(JSON.stringify(world.account.snapshot())) as AccountSnapshot);
        world.account.advanceTo(at);
      }
      return [...world.story('s'), ...world.things()];
    };
    const whole = play(-1);
    assert.equal(whole.at(-1), 's ROLLBACK_COMPLETE');
    for (let moment = 0; moment < 12; moment++) assert.deepEqual(play(moment), whole, `restart at ${moment}`);
  });
});

describe('deleting a stack', () => {
  const chain = thingsTemplate({ A: { Name: 'a' }, B: { Name: { 'Fn::Sub': '${A}-b' } } });

  it('deletes in the opposite order, is found by its id afterwards, and gives its name free', () => {
    const world = new ThingAccount();
    const id = world.create('s', chain);
    world.settle();
    world.call('DeleteStack', { StackName: 's' });
    world.settle();
    assert.deepEqual(world.story(id).slice(-6), [
      's DELETE_IN_PROGRESS User Initiated',
      'B DELETE_IN_PROGRESS',
      'B DELETE_COMPLETE',
      'A DELETE_IN_PROGRESS',
      'A DELETE_COMPLETE',
      's DELETE_COMPLETE',
    ]);
    assert.equal(
      refused(() => world.stack('s')),
      'ValidationError: Stack with id s does not exist',
    );
    assert.equal(world.stack(id).StackStatus, 'DELETE_COMPLETE');
    assert.deepEqual(
      world.account.resources().filter(({ type }) => type === 'AWS::CloudFormation::Stack'),
      [],
    );
    assert.notEqual(world.create('s', chain), id);
  });

  it('of what does not exist is no error', () =>
    assert.deepEqual(new ThingAccount().call('DeleteStack', { StackName: 'nope' }), {}));

  it('stops a creation that is under way', () => {
    const world = new ThingAccount();
    const id = world.create('s', chain);
    world.pass(10);
    assert.deepEqual(world.things(), ['a=1']);
    world.call('DeleteStack', { StackName: 's' });
    world.settle();
    assert.equal(world.stack(id).StackStatus, 'DELETE_COMPLETE');
    assert.deepEqual(world.things(), []);
    assert.ok(!world.story(id).includes('A CREATE_COMPLETE'));
  });

  it('tells the properties also of what was cancelled half way', () => {
    const world = new ThingAccount();
    world.create(
      's',
      thingsTemplate({
        A: { Name: 'a', Size: '7' },
        B: { Size: 'refused', $with: { DependsOn: 'C' } },
        C: { Name: 'c' },
      }),
    );
    world.pass(20);
    world.call('DeleteStack', { StackName: 's' });
    world.settle();
    assert.deepEqual(world.account.table('deletions').get('a'), { Name: 'a', Size: '7' });
  });

  it('is refused while the stack is protected or being updated', () => {
    const world = new ThingAccount();
    world.create('s', chain, { EnableTerminationProtection: true });
    world.settle();
    assert.equal(
      refused(() => world.call('DeleteStack', { StackName: 's' })),
      'ValidationError: Stack [s] cannot be deleted while TerminationProtection is enabled',
    );
    world.call('UpdateTerminationProtection', { StackName: 's', EnableTerminationProtection: false });
    assert.equal(world.stack('s').EnableTerminationProtection, false);
    world.update('s', thingsTemplate({ A: { Name: 'a', Size: '2' } }));
    assert.match(
      refused(() => world.call('DeleteStack', { StackName: 's' })),
      /cannot be deleted while in status UPDATE_IN_PROGRESS$/,
    );
  });

  it('keeps what its policy says, RetainExceptOnCreate not in a rollback', () => {
    const world = new ThingAccount();
    const policies = (size: string): object =>
      thingsTemplate({
        A: { Name: 'a', $with: { DeletionPolicy: 'Retain' } },
        B: { Name: 'b', $with: { DeletionPolicy: 'RetainExceptOnCreate' } },
        C: { Name: 'c' },
        D: { Name: 'd', Size: size, $with: { DependsOn: ['A', 'B', 'C'] } },
      });
    world.create('s', policies('refused'));
    world.settle();
    assert.deepEqual(world.things(), ['a=1']);
    assert.ok(world.story('s').includes('A DELETE_SKIPPED'));
    world.account.table('things').delete('a');
    world.create('t', policies('1'));
    world.settle();
    world.call('DeleteStack', { StackName: 't' });
    world.settle();
    assert.deepEqual(world.things(), ['a=1', 'b=1']);
  });

  it('fails with what cannot be deleted, then goes on', () => {
    const world = new ThingAccount();
    const id = world.create(
      's',
      thingsTemplate({ A: { Name: 'a' }, B: { Name: { 'Fn::Sub': '${A}-b' }, Size: 'undeletable' }, C: { Name: 'c' } }),
    );
    world.settle();
    world.call('DeleteStack', { StackName: 's' });
    world.settle();
    assert.equal(world.stack('s').StackStatus, 'DELETE_FAILED');
    assert.equal(world.stack('s').StackStatusReason, 'The following resource(s) failed to delete: [B]. ');
    assert.deepEqual(world.things(), ['a-b=undeletable', 'a=1']);
    assert.match(
      world.story('s').find(line => line.startsWith('B DELETE_FAILED')) ?? '',
      /HandlerErrorCode: ResourceConflict\)$/,
    );
    assert.equal(
      refused(() => world.call('DeleteStack', { StackName: 's', RetainResources: ['C'] })),
      'ValidationError: The following resources to retain are not in a DELETE_FAILED state: [C]',
    );
    Object.assign(world.account.table<Thing>('things').get('a-b') ?? {}, { size: '1' });
    world.call('DeleteStack', { StackName: 's' });
    world.settle();
    assert.equal(world.stack(id).StackStatus, 'DELETE_COMPLETE');
    assert.deepEqual(world.things(), []);
  });
});
