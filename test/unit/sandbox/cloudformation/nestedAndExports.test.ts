import assert from 'node:assert/strict';
import type { StackSummary } from '@aws-sdk/client-cloudformation';
import { refused } from './refused.ts';
import { ThingAccount, thingsTemplate } from './thingAccount.ts';

const inner = (size: unknown = { Ref: 'Size' }): string =>
  JSON.stringify({
    Parameters: { Size: { Type: 'String', Default: '1' }, Zones: { Type: 'CommaDelimitedList', Default: '' } },
    ...thingsTemplate({ In: { Name: 'in', Size: size } }),
    Outputs: {
      InnerArn: { Value: { 'Fn::GetAtt': ['In', 'Arn'] } },
      Zone: { Value: { 'Fn::Select': [0, { 'Fn::Split': [',', { 'Fn::Join': [',', { Ref: 'Zones' }] }] }] } },
    },
  });

const outer = (TemplateURL: string, Size: string, rest: object = {}): object => ({
  Resources: {
    Child: {
      Type: 'AWS::CloudFormation::Stack',
      Properties: { TemplateURL, Parameters: { Size, Zones: { 'Fn::GetAZs': '' } } },
    },
    After: { Type: 'AWS::Test::Thing', Properties: { Name: { 'Fn::Sub': 'after-${Child.Outputs.Zone}' } } },
    ...rest,
  },
  Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Child', 'Outputs.InnerArn'] } } },
});

const childOf = (world: ThingAccount, parent: string): string =>
  world
    .events(parent)
    .findLast(({ LogicalResourceId, PhysicalResourceId }) => LogicalResourceId === 'Child' && PhysicalResourceId)
    ?.PhysicalResourceId ?? '';

describe('nested stacks', () => {
  it('come up with their own events, pass outputs on, and go away with their parent', () => {
    const world = new ThingAccount();
    const id = world.create('p', outer(world.stage('in.json', inner()), '7'), { Tags: [{ Key: 'k', Value: 'v' }] });
    world.settle();
    const child = world.stack(childOf(world, 'p'));
    assert.match(child.StackName ?? '', /^p-Child-[0-9A-Z]{12}$/);
    assert.deepEqual(
      [child.ParentId, child.RootId, child.StackStatus, child.Tags],
      [id, id, 'CREATE_COMPLETE', [{ Key: 'k', Value: 'v' }]],
    );
    assert.deepEqual(world.stack('p').Outputs, [{ OutputKey: 'Arn', OutputValue: 'arn:thing/in' }]);
    assert.deepEqual(world.things(), ['after-us-east-1a=1', 'in=7']);
    assert.equal(world.story(child.StackId ?? '').length, 5);
    world.call('DeleteStack', { StackName: 'p' });
    world.settle();
    assert.equal(world.stack(child.StackId ?? '').StackStatus, 'DELETE_COMPLETE');
    assert.deepEqual(world.things(), []);
  });

  it('fail their parent with their own reason, and are rolled back with it', () => {
    const world = new ThingAccount();
    world.create('p', outer(world.stage('in.json', inner()), 'refused'));
    world.settle();
    const child = childOf(world, 'p');
    const [failed] = world.events('p').filter(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
    assert.equal(
      failed?.ResourceStatusReason,
      `Embedded stack ${child} was not successfully created: The following resource(s) failed to create: [In]. `,
    );
    assert.ok(world.story(child).some(line => line.startsWith('In CREATE_FAILED')));
    assert.equal(world.stack('p').StackStatus, 'ROLLBACK_COMPLETE');
    assert.equal(world.stack(child).StackStatus, 'DELETE_COMPLETE');
  });

  it('are updated in place, and back again when the parent fails', () => {
    const world = new ThingAccount();
    const url = world.stage('in.json', inner());
    world.create('p', outer(url, '1'));
    world.settle();
    world.update('p', outer(url, '2'));
    world.settle();
    assert.deepEqual(world.things(), ['after-us-east-1a=1', 'in=2']);
    const bad = { Bad: { Type: 'AWS::Test::Thing', DependsOn: 'After', Properties: { Size: 'refused' } } };
    world.update('p', outer(url, '3', bad));
    world.settle();
    assert.equal(world.stack('p').StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
    assert.equal(world.stack(childOf(world, 'p')).StackStatus, 'UPDATE_COMPLETE');
    assert.deepEqual(world.things(), ['after-us-east-1a=1', 'in=2']);
    world.update('p', outer(url, 'refused'));
    world.settle();
    assert.equal(world.stack('p').StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
    assert.deepEqual(world.things(), ['after-us-east-1a=1', 'in=2']);
  });

  it('need the capabilities of what is in them', () => {
    const world = new ThingAccount();
    const url = world.stage('role.json', JSON.stringify({ Resources: { R: { Type: 'AWS::IAM::Role' } } }));
    const template = { Resources: { Child: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: url } } } };
    world.create('p', template, { DisableRollback: true });
    world.create('q', template, { Capabilities: ['CAPABILITY_IAM'] });
    world.settle();
    assert.match(world.story('p').join('\n'), /Child CREATE_FAILED .*Requires capabilities : \[CAPABILITY_IAM\]/);
    assert.equal(world.stack('q').StackStatus, 'CREATE_COMPLETE');
  });

  it('whose template is not there fail', () => {
    const world = new ThingAccount();
    world.stage('other', '');
    world.create('p', outer('https://staged.s3.amazonaws.com/none.json', '1'), { DisableRollback: true });
    world.settle();
    assert.match(world.story('p').join('\n'), /Child CREATE_FAILED .*S3 error:/);
  });
});

describe('exports', () => {
  const exporter = (value: string, name = 'shared'): object =>
    thingsTemplate({ A: { Name: 'a' } }, { Outputs: { O: { Value: value, Export: { Name: name } } } });
  const importer = thingsTemplate(
    { I: { Name: { 'Fn::Sub': ['${V}-i', { V: { 'Fn::ImportValue': { 'Fn::Sub': '${P}' } } }] } } },
    { Parameters: { P: { Type: 'String', Default: 'shared' } } },
  );

  function both(): ThingAccount {
    const world = new ThingAccount();
    world.create('from', exporter('v1'));
    world.settle();
    world.create('to', importer);
    world.settle();
    return world;
  }

  it('are seen by name', () => {
    const world = both();
    assert.deepEqual(world.things(), ['a=1', 'v1-i=1']);
    assert.deepEqual(world.call('ListExports', {}), {
      Exports: [{ ExportingStackId: world.stack('from').StackId, Name: 'shared', Value: 'v1' }],
    });
  });

  it('in use can be neither deleted nor changed', () => {
    const world = both();
    world.call('DeleteStack', { StackName: 'from' });
    world.settle();
    assert.equal(world.stack('from').StackStatus, 'CREATE_COMPLETE');
    assert.equal(world.stack('from').StackStatusReason, 'Export shared cannot be deleted as it is in use by to');
    world.update('from', exporter('v2'));
    world.settle();
    assert.ok(
      world
        .story('from')
        .includes('from UPDATE_ROLLBACK_IN_PROGRESS Export shared cannot be updated as it is in use by to'),
    );
    world.update('from', exporter('v1', 'renamed'));
    world.settle();
    assert.ok(
      world
        .story('from')
        .includes('from UPDATE_ROLLBACK_IN_PROGRESS Export shared cannot be deleted as it is in use by to'),
    );
    world.call('DeleteStack', { StackName: 'to' });
    world.settle();
    world.call('DeleteStack', { StackName: 'from' });
    world.settle();
    assert.deepEqual(world.things(), []);
  });

  it('of one name are made once, and must be there to be imported', () => {
    const world = both();
    world.create('again', { ...exporter('x'), Resources: { B: { Type: 'AWS::Test::Thing' } } });
    world.create('lost', importer, { Parameters: [{ ParameterKey: 'P', ParameterValue: 'unheard' }] });
    world.settle();
    assert.ok(
      world
        .story('again')
        .includes(
          'again ROLLBACK_IN_PROGRESS Export with name shared is already exported by stack from. Rollback requested by user.',
        ),
    );
    assert.match(world.story('lost').join('\n'), /I CREATE_FAILED No export named unheard found/);
  });
});

describe('what tells of stacks', () => {
  it('pages events newest first, a hundred at a time, also while new ones come', () => {
    const world = new ThingAccount();
    world.create('s', thingsTemplate(Object.fromEntries(Array.from({ length: 45 }, (_, i) => [`T${i}`, {}]))));
    world.settle();
    interface Page {
      StackEvents: { EventId: string }[];
      NextToken?: string;
    }
    const first = world.call<Page>('DescribeStackEvents', { StackName: 's' });
    assert.equal(first.StackEvents.length, 100);
    world.call('DeleteStack', { StackName: 's' });
    const second = world.call<Page>('DescribeStackEvents', { StackName: 's', NextToken: first.NextToken });
    assert.equal(second.StackEvents.length, 37);
    assert.equal(second.NextToken, undefined);
    assert.equal(new Set([...first.StackEvents, ...second.StackEvents].map(({ EventId }) => EventId)).size, 137);
    assert.match(
      refused(() => world.call('DescribeStackEvents', { StackName: 's', NextToken: 'junk' })),
      /^ValidationError: /,
    );
    assert.equal(
      refused(() => world.call('DescribeStackEvents', { StackName: 'none' })),
      'ValidationError: Stack [none] does not exist',
    );
  });

  it('lists stacks by status, deleted ones too', () => {
    const world = new ThingAccount();
    for (const name of ['a', 'b']) world.create(name, thingsTemplate({ T: {} }));
    world.settle();
    world.call('DeleteStack', { StackName: 'a' });
    world.settle();
    const list = (...StackStatusFilter: string[]): string[] =>
      world
        .call<{ StackSummaries: StackSummary[] }>('ListStacks', { StackStatusFilter })
        .StackSummaries.map(({ StackName = '', StackStatus }) => `${StackName} ${StackStatus}`);
    assert.deepEqual(list(), ['b CREATE_COMPLETE', 'a DELETE_COMPLETE']);
    assert.deepEqual(list('DELETE_COMPLETE'), ['a DELETE_COMPLETE']);
    assert.equal(world.call<{ Stacks: object[] }>('DescribeStacks', {}).Stacks.length, 1);
    const [resource] = world.account.resources().filter(({ type }) => type === 'AWS::CloudFormation::Stack');
    assert.equal(resource?.['name'], 'b');
  });

  it('shows resources and templates', () => {
    const world = new ThingAccount();
    const template = {
      Transform: 'AWS::LanguageExtensions',
      Resources: {
        'Fn::ForEach::X': [
          'N',
          ['b', 'a'],
          { 'T${N}': { Type: 'AWS::Test::Thing', Properties: { Name: { Ref: 'N' } } } },
        ],
      },
    };
    world.create('s', template, { Capabilities: ['CAPABILITY_AUTO_EXPAND'] });
    world.settle();
    interface Resource {
      LogicalResourceId: string;
      PhysicalResourceId: string;
      ResourceStatus: string;
    }
    const { StackResourceSummaries } = world.call<{ StackResourceSummaries: Resource[] }>('ListStackResources', {
      StackName: 's',
    });
    assert.deepEqual(
      StackResourceSummaries.map(({ LogicalResourceId, PhysicalResourceId, ResourceStatus }) => [
        LogicalResourceId,
        PhysicalResourceId,
        ResourceStatus,
      ]),
      [
        ['Ta', 'a', 'CREATE_COMPLETE'],
        ['Tb', 'b', 'CREATE_COMPLETE'],
      ],
    );
    const body = (TemplateStage: string): { Resources: object } =>
      JSON.parse(
        world.call<{ TemplateBody: string }>('GetTemplate', { StackName: 's', TemplateStage }).TemplateBody,
      ) as { Resources: object };
    assert.deepEqual(Object.keys(body('Original').Resources), ['Fn::ForEach::X']);
    assert.deepEqual(Object.keys(body('Processed').Resources), ['Tb', 'Ta']);
  });
});
