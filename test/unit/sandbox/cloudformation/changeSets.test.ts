import assert from 'node:assert/strict';
import type { DescribeChangeSetOutput, StackResourceDrift } from '@aws-sdk/client-cloudformation';
import { describe, it } from 'mocha';
import { ThingAccount, thingsTemplate } from './thingAccount.ts';

/** The error that AWS sends. */
const refused = (code: string, message: string | RegExp) => ({ code, message });

const withSet = (account: ThingAccount, template: object, input: object = {}) => {
  account.call('CreateChangeSet', {
    StackName: 's',
    ChangeSetName: 'c',
    TemplateBody: JSON.stringify(template),
    ...input,
  });
  account.settle();
  return account.call<DescribeChangeSetOutput>('DescribeChangeSet', {
    StackName: 's',
    ChangeSetName: 'c',
    IncludePropertyValues: true,
  });
};

/** `Action Logical Replacement: path before→after …`. */
const told = ({ Changes = [] }: DescribeChangeSetOutput) =>
  Changes.map(({ ResourceChange: { Action, LogicalResourceId, Replacement = '-', Details = [] } = {} }) =>
    [
      `${Action} ${LogicalResourceId} ${Replacement}`,
      ...Details.map(
        ({ Target, Evaluation, ChangeSource, CausingEntity = '' }) =>
          `${Target?.Path ?? Target?.Attribute} ${Target?.BeforeValue ?? ''}→${Target?.AfterValue ?? ''} ${Target?.RequiresRecreation} ${Evaluation} ${ChangeSource} ${CausingEntity}`,
      ),
    ].map(line => line.trim()),
  );

describe('sandbox: change sets', () => {
  it('tells what an update adds, changes, replaces and removes, and does it', () => {
    const account = new ThingAccount();
    const first = { A: { Name: 'a', Size: '1' }, B: { Name: 'b' }, C: { Name: 'c', Size: { Ref: 'A' } } };
    account.create('s', thingsTemplate(first));
    account.settle();
    const second = { A: { Name: 'a2', Size: '2' }, C: { Name: 'c', Size: { Ref: 'A' } }, D: { Name: 'd' } };
    const set = withSet(account, thingsTemplate(second));
    assert.equal(set.Status, 'CREATE_COMPLETE');
    assert.equal(set.ExecutionStatus, 'AVAILABLE');
    assert.deepEqual(told(set), [
      [
        'Modify A True',
        '/Properties/Name a→a2 Always Static DirectModification',
        '/Properties/Size 1→2 Never Static DirectModification',
      ],
      ['Remove B -'],
      ['Modify C False', '/Properties/Size → Never Dynamic ResourceReference A'],
      ['Add D -'],
    ]);
    account.call('ExecuteChangeSet', { StackName: 's', ChangeSetName: 'c' });
    account.settle();
    assert.equal(account.stack('s').StackStatus, 'UPDATE_COMPLETE');
    assert.deepEqual(account.things(), ['a2=2', 'c=a2', 'd=1']);
  });

  it('names the parameter that caused a change', () => {
    const account = new ThingAccount();
    const Parameters = { Size: { Type: 'String' } };
    const template = thingsTemplate({ A: { Name: 'a', Size: { Ref: 'Size' } } }, { Parameters });
    account.create('s', template, { Parameters: [{ ParameterKey: 'Size', ParameterValue: '1' }] });
    account.settle();
    const set = withSet(account, template, { Parameters: [{ ParameterKey: 'Size', ParameterValue: '2' }] });
    assert.deepEqual(told(set), [['Modify A False', '/Properties/Size 1→2 Never Static ParameterReference Size']]);
  });

  it('fails when nothing changes, and cannot be executed then', () => {
    const account = new ThingAccount();
    const template = thingsTemplate({ A: { Name: 'a' } });
    account.create('s', template);
    account.settle();
    const set = withSet(account, template);
    assert.equal(set.Status, 'FAILED');
    assert.match(set.StatusReason ?? '', /^The submitted information didn't contain changes\./);
    const execute = () => account.call('ExecuteChangeSet', { StackName: 's', ChangeSetName: 'c' });
    assert.throws(execute, refused('InvalidChangeSetStatus', /cannot be executed in its current status of \[FAILED\]/));
  });

  it('makes a stack in review, which is created when the set is executed', () => {
    const account = new ThingAccount();
    const set = withSet(account, thingsTemplate({ A: { Name: 'a' } }), { ChangeSetType: 'CREATE' });
    assert.deepEqual(told(set), [['Add A -']]);
    assert.equal(account.stack('s').StackStatus, 'REVIEW_IN_PROGRESS');
    account.call('ExecuteChangeSet', { ChangeSetName: set.ChangeSetId });
    account.settle();
    assert.equal(account.stack('s').StackStatus, 'CREATE_COMPLETE');
    const again = () =>
      withSet(account, thingsTemplate({ A: { Name: 'a' } }), { ChangeSetType: 'CREATE', ChangeSetName: 'd' });
    assert.throws(
      again,
      refused('ValidationError', 'Stack [s] already exists and cannot be created again with the changeSet [d].'),
    );
  });

  it('goes stale when the stack changes by another way, and is refused under a taken or unknown name', () => {
    const account = new ThingAccount();
    account.create('s', thingsTemplate({ A: { Name: 'a' } }));
    account.settle();
    withSet(account, thingsTemplate({ A: { Name: 'a', Size: '2' } }));
    const twice = () => withSet(account, thingsTemplate({ A: { Name: 'a', Size: '3' } }));
    assert.throws(twice, refused('AlreadyExistsException', 'ChangeSet [c] already exists'));
    account.update('s', thingsTemplate({ A: { Name: 'a', Size: '3' } }));
    account.settle();
    const execute = () => account.call('ExecuteChangeSet', { StackName: 's', ChangeSetName: 'c' });
    assert.throws(execute, refused('InvalidChangeSetStatus', /status of \[OBSOLETE\]/));
    account.call('DeleteChangeSet', { StackName: 's', ChangeSetName: 'c' });
    assert.throws(execute, refused('ChangeSetNotFound', 'ChangeSet [c] does not exist'));
  });

  it('refuses another type under a logical id', () => {
    const account = new ThingAccount();
    account.create('s', thingsTemplate({ A: { Name: 'a' } }));
    account.settle();
    assert.throws(
      () => account.update('s', { Resources: { A: { Type: 'AWS::IAM::Role' } } }, { Capabilities: ['CAPABILITY_IAM'] }),
      refused('ValidationError', /^Update of resource type is not permitted\. .*: \[A\]$/),
    );
  });
});

describe('sandbox: stuck stacks and drift', () => {
  it('leaves behind what cannot be deleted, by name or by force, once a deletion has failed', () => {
    for (const how of [{ RetainResources: ['A'] }, { DeletionMode: 'FORCE_DELETE_STACK' }]) {
      const account = new ThingAccount();
      account.create('s', thingsTemplate({ A: { Name: 'a', Size: 'undeletable' }, B: { Name: 'b' } }));
      account.settle();
      const deletion = () => account.call('DeleteStack', { StackName: 's', ...how });
      assert.throws(deletion, refused('ValidationError', /only when the stack is in the DELETE_FAILED state\.$/));
      account.call('DeleteStack', { StackName: 's' });
      account.settle();
      assert.equal(account.stack('s').StackStatus, 'DELETE_FAILED');
      deletion();
      account.settle();
      assert.throws(() => account.stack('s'), refused('ValidationError', 'Stack with id s does not exist'));
      assert.deepEqual(account.things(), ['a=undeletable']);
    }
  });

  it('rolls a failed update back when asked to, and cancels one under way', () => {
    const account = new ThingAccount();
    account.create('s', thingsTemplate({ A: { Name: 'a' } }));
    account.settle();
    account.update('s', thingsTemplate({ A: { Name: 'a', Size: 'refused' } }), { DisableRollback: true });
    account.settle();
    assert.equal(account.stack('s').StackStatus, 'UPDATE_FAILED');
    account.call('RollbackStack', { StackName: 's' });
    account.settle();
    assert.equal(account.stack('s').StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
    account.update('s', thingsTemplate({ A: { Name: 'a', Size: '7' } }));
    account.pass(3);
    account.call('CancelUpdateStack', { StackName: 's' });
    account.settle();
    assert.equal(account.stack('s').StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
    assert.deepEqual(account.things(), ['a=1']);
  });

  it('finds what was changed or removed behind the back of the stack', () => {
    const account = new ThingAccount();
    account.create('s', thingsTemplate({ A: { Name: 'a', Size: '1' }, B: { Name: 'b' }, C: { Name: 'c' } }));
    account.settle();
    account.account.call(account.context, 'ec2', 'UpdateThing', { Name: 'a', Size: '5' });
    account.account.call(account.context, 'ec2', 'DeleteThing', { Name: 'b', Properties: {} });
    const detection = account.call<{ StackDriftDetectionId: string }>('DetectStackDrift', { StackName: 's' });
    account.settle();
    const status = account.call<Record<string, unknown>>('DescribeStackDriftDetectionStatus', { ...detection });
    assert.equal(status['StackDriftStatus'], 'DRIFTED');
    assert.equal(status['DriftedStackResourceCount'], 2);
    const { StackResourceDrifts } = account.call<{ StackResourceDrifts: StackResourceDrift[] }>(
      'DescribeStackResourceDrifts',
      { StackName: 's' },
    );
    assert.deepEqual(
      StackResourceDrifts.map(row => [row.LogicalResourceId, row.StackResourceDriftStatus, row.PropertyDifferences]),
      [
        [
          'A',
          'MODIFIED',
          [{ PropertyPath: '/Size', ExpectedValue: '1', ActualValue: '5', DifferenceType: 'NOT_EQUAL' }],
        ],
        ['B', 'DELETED', []],
        ['C', 'IN_SYNC', []],
      ],
    );
    assert.equal(account.stack('s').DriftInformation?.StackDriftStatus, 'DRIFTED');
  });
});
