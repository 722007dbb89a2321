import assert from 'node:assert/strict';
import { refused } from './refused.ts';
import { ThingAccount, thingsTemplate } from './thingAccount.ts';

const thing = { Type: 'AWS::Test::Thing' };
const withParameter = (declared: object): object => ({ Parameters: { P: declared }, Resources: { A: thing } });
const given = (value: string): object => ({ Parameters: [{ ParameterKey: 'P', ParameterValue: value }] });

type Case = readonly [template: string | object, message: string, input?: object];

const cases: Record<string, readonly Case[]> = {
  'the text': [
    ['{"Resources": ', 'ValidationError: Template format error: JSON not well-formed. (line 1, column 15)'],
    ['Resources: [', 'ValidationError: Template format error: YAML not well-formed. (line 1, column 13)'],
    ['A: !Nope x', 'ValidationError: Template format error: YAML not well-formed. (line 1, column 4)'],
    ['just text', 'ValidationError: Template format error: unsupported structure.'],
    ['{}', 'ValidationError: Template format error: At least one Resources member must be defined.'],
    [{ Resources: {} }, 'ValidationError: Template format error: At least one Resources member must be defined.'],
    [{ Resources: { A: thing }, Extra: 1 }, 'ValidationError: Invalid template property or properties [Extra]'],
    [
      'Resources: { A: { Type: AWS::Test::Thing } }\nOutputs: { O: { Value: } }',
      "ValidationError: [/Outputs/O/Value] 'null' values are not allowed in templates",
    ],
  ],
  resources: [
    [{ Resources: { A: 'x' } }, 'ValidationError: Template format error: Any Resources member must be an object.'],
    [
      { Resources: { A: {} } },
      'ValidationError: Template format error: [/Resources/A] Every Resources object must contain a Type member.',
    ],
    [{ Resources: { A: { ...thing, Invalid: 1 } } }, "ValidationError: Invalid template resource property 'Invalid'"],
    [{ Resources: { 'A-1': thing } }, 'ValidationError: Template format error: Resource name A-1 is non alphanumeric.'],
    [
      { Resources: { A: { Type: 'Nonsense' }, B: { Type: 'AWS.EC2.VPC' } } },
      'ValidationError: Template format error: Unrecognized resource types: [Nonsense, AWS.EC2.VPC]',
    ],
    [
      { Resources: { A: { Type: 'AWS::Lambda::Function' } } },
      'SandboxNotImplemented: SandboxNotImplemented: AWS::Lambda::Function',
    ],
    [{ Resources: { A: { Type: 'Custom::Mine' } } }, 'SandboxNotImplemented: SandboxNotImplemented: Custom::Mine'],
    [thingsTemplate({ A: { Extra: 1 } }), 'SandboxNotImplemented: SandboxNotImplemented: AWS::Test::Thing Extra'],
    [
      thingsTemplate({ A: { Nested: [{ Deep: 1 }] } }),
      'SandboxNotImplemented: SandboxNotImplemented: AWS::Test::Thing Nested.Deep',
    ],
    [
      { Transform: 'AWS::Serverless-2016-10-31', Resources: { A: thing } },
      'SandboxNotImplemented: SandboxNotImplemented: transform AWS::Serverless-2016-10-31',
    ],
    [
      thingsTemplate({ A: {} }, { Rules: { R: { Assertions: [] } } }),
      'SandboxNotImplemented: SandboxNotImplemented: template section Rules',
    ],
    [
      { Resources: { R: { Type: 'AWS::IAM::Role' } } },
      'InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_IAM]',
    ],
    [
      { Resources: { R: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'r' } } } },
      'InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_NAMED_IAM]',
      { Capabilities: ['CAPABILITY_IAM'] },
    ],
    [
      { Transform: 'AWS::LanguageExtensions', Resources: { A: thing } },
      'InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_AUTO_EXPAND]',
    ],
  ],
  'dynamic references': [
    [
      thingsTemplate({ A: { Name: '{{resolve:ssm:/golden/ami}}' } }),
      'SandboxNotImplemented: SandboxNotImplemented: dynamic reference resolve:ssm',
    ],
    [
      withParameter({ Type: 'String' }),
      'SandboxNotImplemented: SandboxNotImplemented: dynamic reference resolve:secretsmanager',
      given('{{resolve:secretsmanager:a}}'),
    ],
  ],
  references: [
    [
      thingsTemplate({ A: { Name: { Ref: 'X' } }, B: { Name: { 'Fn::Sub': '${Y}-${AWS::Region}' } } }),
      'ValidationError: Template format error: Unresolved resource dependencies [X, Y] in the Resources block of the template',
    ],
    [
      thingsTemplate({ A: { $with: { DependsOn: ['Z'] } } }),
      'ValidationError: Template format error: Unresolved resource dependencies [Z] in the Resources block of the template',
    ],
    [
      thingsTemplate({ A: { Name: { 'Fn::GetAtt': ['X', 'Arn'] } } }),
      'ValidationError: Template error: instance of Fn::GetAtt references undefined resource X',
    ],
    [
      thingsTemplate({ A: {} }, { Outputs: { O: { Value: { Ref: 'X' } } } }),
      'ValidationError: Template format error: Unresolved resource dependencies [X] in the Outputs block of the template',
    ],
    [
      thingsTemplate({ A: {} }, { Conditions: { C: { 'Fn::Equals': [{ Ref: 'A' }, 'a'] } } }),
      'ValidationError: Template format error: Unresolved dependencies [A]. Cannot reference resources in the Conditions block of the template',
    ],
    [
      thingsTemplate({ A: { $with: { Condition: 'X' } } }),
      'ValidationError: Template format error: Unresolved condition dependency X in the Resources block of the template',
    ],
    [
      thingsTemplate({ A: { Name: { Ref: 'B' } }, B: { Name: { Ref: 'A' } }, C: { Name: { Ref: 'A' } } }),
      'ValidationError: Circular dependency between resources: [A, B]',
    ],
    [
      thingsTemplate({ A: { $with: { DependsOn: 'A' } } }),
      'ValidationError: Circular dependency between resources: [A]',
    ],
    [
      thingsTemplate(
        { A: { $with: { Condition: 'Never' } }, B: { Name: { Ref: 'A' } } },
        { Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } } },
      ),
      'ValidationError: Template format error: Unresolved resource dependencies [A] in the Resources block of the template',
    ],
    [
      thingsTemplate({ A: {} }, { Outputs: { O: { Description: 'x' } } }),
      'ValidationError: Template format error: Every Outputs member must contain a Value object',
    ],
    [
      thingsTemplate({ A: {} }, { Mappings: { M: 'x' } }),
      'ValidationError: Template format error: Every Mappings member M must be a map',
    ],
    [
      thingsTemplate({ A: {} }, { Mappings: { M: { k: { a: { Ref: 'A' } } } } }),
      'ValidationError: Template format error: Every Mappings attribute must be a String or a List.',
    ],
  ],
  parameters: [
    [withParameter({ Type: 'String' }), 'ValidationError: Parameters: [P] must have values'],
    [
      withParameter({ Type: 'String' }),
      'ValidationError: Parameters: [Q] do not exist in the template',
      { Parameters: [{ ParameterKey: 'Q', ParameterValue: '' }] },
    ],
    [
      withParameter({ Type: 'Text' }),
      'ValidationError: Template format error: Unrecognized parameter type: Text',
      given('x'),
    ],
    [withParameter({ Type: 'Number' }), "ValidationError: Parameter 'P' must be a number.", given('x')],
    [withParameter({ Type: 'List<Number>' }), "ValidationError: Parameter 'P' must be a number.", given('1,b')],
    [
      withParameter({ Type: 'Number', MinValue: 3 }),
      "ValidationError: Parameter 'P' must be a number not less than 3",
      given('2'),
    ],
    [
      withParameter({ Type: 'Number', MaxValue: 3 }),
      "ValidationError: Parameter 'P' must be a number not greater than 3",
      given('4'),
    ],
    [
      withParameter({ Type: 'String', MinLength: 3 }),
      "ValidationError: Parameter 'P' must contain at least 3 characters",
      given('ab'),
    ],
    [
      withParameter({ Type: 'String', MaxLength: '3' }),
      "ValidationError: Parameter 'P' must contain at most 3 characters",
      given('abcd'),
    ],
    [
      withParameter({ Type: 'String', AllowedValues: ['a', 'b'] }),
      "ValidationError: Parameter 'P' must be one of AllowedValues",
      given('c'),
    ],
    [
      withParameter({ Type: 'String', AllowedPattern: '[a-z]+' }),
      "ValidationError: Parameter 'P' must match pattern [a-z]+",
      given('a1'),
    ],
    [
      withParameter({ Type: 'String', AllowedPattern: '[a-z]+', ConstraintDescription: 'letters only' }),
      "ValidationError: Parameter 'P' failed to satisfy constraint: letters only",
      given('a1'),
    ],
    [
      withParameter({ Type: 'AWS::EC2::AvailabilityZone::Name' }),
      'SandboxNotImplemented: SandboxNotImplemented: ssm:GetParameter',
      { Parameters: [{ ParameterKey: 'P', ParameterValue: '/a' }], $type: 'AWS::SSM::Parameter::Value<String>' },
    ],
    [
      withParameter({ Type: 'AWS::EC2::AvailabilityZone::Name' }),
      'SandboxNotImplemented: SandboxNotImplemented: ec2:DescribeVpcs',
      { Parameters: [{ ParameterKey: 'P', ParameterValue: 'vpc-1' }], $type: 'AWS::EC2::VPC::Id' },
    ],
  ],
};

describe('what CreateStack refuses of a template', () => {
  for (const [group, rows] of Object.entries(cases))
    describe(group, () => {
      for (const [template, message, { $type, ...input }] of rows.map(
        ([t, m, i = {}]) => [t, m, i as { $type?: string }] as const,
      ))
        it(message.replace(/^\w+: /, ''), () => {
          const world = new ThingAccount();
          const typed = $type === undefined ? template : withParameter({ Type: $type });
          assert.equal(
            refused(() => world.create('s', typed, input)),
            message,
          );
          assert.equal(
            refused(() => world.stack('s')),
            'ValidationError: Stack with id s does not exist',
          );
          assert.equal(world.account.nextJobAt(), undefined);
        });
    });

  it('refuses a body over 51,200 bytes, reads 1 MB by URL, and needs exactly one of the two', () => {
    const world = new ThingAccount();
    const template = (length: number): object => ({
      ...thingsTemplate({ A: {} }),
      Metadata: { Filler: 'x'.repeat(length) },
    });
    assert.match(
      refused(() => world.create('s', template(51_200))),
      /'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200$/,
    );
    const staged = world.stage('t.json', JSON.stringify(template(51_200)));
    const byUrl = (url: string, name: string): unknown =>
      world.call('CreateStack', { StackName: name, TemplateURL: url });
    byUrl(staged, 's');
    world.settle();
    assert.equal(world.stack('s').StackStatus, 'CREATE_COMPLETE');
    const tooBig = world.stage('u.json', JSON.stringify(template(1_000_000)));
    assert.equal(
      refused(() => byUrl(tooBig, 'u')),
      'ValidationError: Template may not exceed 1000000 bytes in size.',
    );
    assert.equal(
      refused(() => world.call('CreateStack', { StackName: 'v' })),
      'ValidationError: Either Template URL or Template Body must be specified.',
    );
  });

  it('does not mind unsupported properties and types where their condition is false', () => {
    const world = new ThingAccount();
    const Conditions = { Never: { 'Fn::Equals': ['a', 'b'] } };
    const choice = { 'Fn::If': ['Never', 'x', { Ref: 'AWS::NoValue' }] };
    const template = thingsTemplate({ A: { Extra: choice } }, { Conditions }) as { Resources: object };
    world.create('s', {
      ...template,
      Resources: { ...template.Resources, L: { Type: 'AWS::Lambda::Function', Condition: 'Never' } },
    });
    world.settle();
    assert.equal(world.stack('s').StackStatus, 'CREATE_COMPLETE');
  });

  for (const [member, value] of Object.entries({
    NotificationARNs: ['arn:aws:sns:us-east-1:111122223333:t'],
    RollbackConfiguration: { MonitoringTimeInMinutes: 5 },
    StackPolicyBody: '{}',
    ResourceTypes: ['AWS::EC2::*'],
    RetainExceptOnCreate: true,
    OnFailure: 'DELETE',
    TimeoutInMinutes: 1,
    RoleARN: 'arn:aws:iam::111122223333:role/r',
  }))
    it(`refuses the request's ${member}, which is not simulated`, () => {
      const world = new ThingAccount();
      const message = refused(() => world.create('s', thingsTemplate({ A: {} }), { [member]: value }));
      assert.equal(message, `SandboxNotImplemented: SandboxNotImplemented: cloudformation ${member}`);
    });

  for (const member of [{ CreationPolicy: {} }, { UpdatePolicy: {} }, { DeletionPolicy: 'Snapshot' }])
    it(`refuses a resource's ${JSON.stringify(member)}`, () => {
      const world = new ThingAccount();
      assert.match(
        refused(() => world.create('s', thingsTemplate({ A: { $with: member } }))),
        /^SandboxNotImplemented: .* of AWS::Test::Thing$/,
      );
    });

  it('refuses what a nested template needs and is not simulated before anything is made', () => {
    const world = new ThingAccount();
    const inner = world.stage('inner.yaml', 'Resources: { L: { Type: "AWS::Lambda::Function" } }');
    const middle = world.stage(
      'middle.yaml',
      `Resources: { S: { Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL: "${inner}" } } }`,
    );
    const key = middle.split('/').at(-1) ?? '';
    const url = { 'Fn::Sub': `https://staged.s3.amazonaws.com/\${Key}` };
    const template = {
      Parameters: { Key: { Type: 'String', Default: key } },
      Resources: { A: thing, N: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: url } } },
    };
    assert.equal(
      refused(() => world.create('s', template)),
      'SandboxNotImplemented: SandboxNotImplemented: AWS::Lambda::Function',
    );
    assert.deepEqual(world.things(), []);
  });

  it('validates without making anything', () => {
    const world = new ThingAccount();
    const TemplateBody = JSON.stringify({
      Description: 'd',
      Parameters: { P: { Type: 'List<Number>', Default: '1,2', NoEcho: true } },
      Resources: { R: { Type: 'AWS::IAM::Role' } },
    });
    assert.deepEqual(world.call('ValidateTemplate', { TemplateBody }), {
      Description: 'd',
      Version: '2010-09-09',
      Parameters: [
        {
          ParameterKey: 'P',
          ParameterType: 'List<Number>',
          DefaultValue: '1,2',
          NoEcho: true,
          Description: undefined,
          ParameterConstraints: { AllowedValues: undefined },
        },
      ],
      ResourceTypes: ['AWS::IAM::Role'],
      DeclaredTransforms: [],
      Capabilities: ['CAPABILITY_IAM'],
      CapabilitiesReason: 'The following resource(s) require capabilities: [AWS::IAM::Role]',
    });
  });
});
