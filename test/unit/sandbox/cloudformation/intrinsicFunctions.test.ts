import assert from 'node:assert/strict';
import { conditionHolds } from '../../../../src/sandbox/cloudformation/conditions.ts';
import { expandForEach } from '../../../../src/sandbox/cloudformation/forEach.ts';
import { evaluate, NO_VALUE, type Scope } from '../../../../src/sandbox/cloudformation/intrinsics.ts';
import { bindParameters } from '../../../../src/sandbox/cloudformation/parameters.ts';
import { stackScope } from '../../../../src/sandbox/cloudformation/stackScope.ts';
import { readTemplateText, type Template } from '../../../../src/sandbox/cloudformation/template.ts';
import { parseTemplate } from '../../../../src/sandbox/cloudformation/templateStructure.ts';
import { ThingAccount } from './thingAccount.ts';

// Expected values are those of the examples in AWS's own reference of each function, or follow from its text.
const TEMPLATE = `
Parameters:
  Environment: { Type: String, Default: prod }
  Domain: { Type: String, Default: example.com }
  Port: { Type: Number, Default: 8080 }
  Nothing: { Type: String, Default: '' }
  DbSubnetIpBlocks: { Type: CommaDelimitedList, Default: '10.0.48.0/24, 10.0.112.0/24, 10.0.176.0/24' }
  NoItems: { Type: CommaDelimitedList, Default: '' }
  Ports: { Type: List<Number>, Default: '80,443' }
  IpBlock: { Type: String, Default: 192.168.0.0/24 }
  AccountSubnets: { Type: String, Default: AccountSubnetIDs }
Mappings:
  RegionMap:
    us-east-1: { HVM64: ami-0ff8a91507f77f867, HVMG2: ami-0a584ac55a7631c0c }
    us-west-1: { HVM64: ami-0bdb828fd58c52235, HVMG2: ami-066ee5fd4a9ef77f1 }
  Sizes:
    prod: { Instances: [m5.large, m5.xlarge], Count: 3, Secure: true }
Conditions:
  IsProduction: !Equals [!Ref Environment, prod]
  IsTest: !Equals [!Ref Environment, test]
  NotTest: !Not [!Condition IsTest]
  Both: !And [!Condition IsProduction, !Condition NotTest]
  Neither: !And [!Condition IsProduction, !Condition IsTest]
  Either: !Or [!Condition IsTest, !Condition IsProduction]
  None: !Or [!Condition IsTest, !Equals [a, b]]
  Nested: !Or [!And [!Condition IsTest, !Condition Both], !Not [!Equals [!Ref Port, 80]]]
  PortIsText: !Equals [!Ref Port, '8080']
  TrueIsText: !Equals [true, 'true']
  CaseMatters: !Equals [Prod, prod]
  ListsEqual: !Equals [!Ref Ports, ['80', '443']]
  Mapped: !Equals [!FindInMap [RegionMap, !Ref 'AWS::Region', HVM64], ami-0ff8a91507f77f867]
  Joined: !Equals [!Join ['', [!Ref Environment, '!']], 'prod!']
  HasDomain: !Not [!Equals [!Ref Domain, '']]
Resources:
  Vpc: { Type: 'AWS::Test::Thing' }
`;
const EXTENDED = `Transform: AWS::LanguageExtensions\n${TEMPLATE}`;

function scopeOf(text: string): Scope {
  const world = new ThingAccount();
  const exporting = {
    Resources: { A: { Type: 'AWS::Test::Thing' } },
    Outputs: { S: { Value: 'subnet-1,subnet-2,subnet-3', Export: { Name: 'AccountSubnetIDs' } } },
  };
  world.create('exporter', exporting);
  world.settle();
  const { context } = world;
  const template = parseTemplate(text);
  const parameters = bindParameters(template, [], [], context);
  const stack = { id: 'arn:aws:cloudformation:us-east-1:111122223333:stack/demo/1', name: 'demo', region: 'us-east-1' };
  const known: Record<string, Record<string, unknown>> = {
    Vpc: { CidrBlock: '10.0.0.0/16', 'Outputs.Id': 'vpc-9', CidrBlockAssociations: ['assoc-1', 'assoc-2'] },
  };
  const unknown = (what: string): never => {
    throw new Error(`unknown ${what}`);
  };
  return stackScope(
    context,
    stack,
    { template, parameters },
    {
      ref: id => (known[id] ? 'vpc-1' : unknown(id)),
      getAtt: (id, attribute) => known[id]?.[attribute] ?? unknown(`${id}.${attribute}`),
    },
  );
}

const plain = scopeOf(TEMPLATE);
const extended = scopeOf(EXTENDED);

type Row = readonly [expression: string, expected: unknown];
const error = (message: string): { message: string } => ({ message });

const tables: Record<string, readonly Row[]> = {
  Ref: [
    ['!Ref Environment', 'prod'],
    ['!Ref Port', '8080'],
    ['!Ref Nothing', ''],
    ['!Ref Vpc', 'vpc-1'],
    ['!Ref DbSubnetIpBlocks', ['10.0.48.0/24', '10.0.112.0/24', '10.0.176.0/24']],
    ['!Ref NoItems', []],
    ['!Ref Ports', ['80', '443']],
    ['!Ref AWS::Region', 'us-east-1'],
    ['!Ref AWS::AccountId', '111122223333'],
    ['!Ref AWS::StackName', 'demo'],
    ['!Ref AWS::StackId', 'arn:aws:cloudformation:us-east-1:111122223333:stack/demo/1'],
    ['!Ref AWS::Partition', 'aws'],
    ['!Ref AWS::URLSuffix', 'amazonaws.com'],
    ['!Ref AWS::NotificationARNs', []],
    ['{Ref: Environment}', 'prod'],
    ['{Ref: Environment, Other: 1}', { Ref: 'Environment', Other: 1 }],
    ['{Ref: [Environment]}', error('Template error: All References must be of type string')],
  ],
  'AWS::NoValue': [
    ['{A: 1, B: !Ref AWS::NoValue}', { A: 1 }],
    ['[a, !Ref AWS::NoValue, b]', ['a', 'b']],
    ['{A: {B: !If [IsTest, x, !Ref AWS::NoValue]}}', { A: {} }],
    ['!Join ["-", [a, !Ref AWS::NoValue, c]]', 'a-c'],
  ],
  'Fn::GetAtt': [
    ['!GetAtt Vpc.CidrBlock', '10.0.0.0/16'],
    ['{Fn::GetAtt: [Vpc, CidrBlock]}', '10.0.0.0/16'],
    ['{Fn::GetAtt: Vpc.CidrBlock}', '10.0.0.0/16'],
    ['!GetAtt Vpc.Outputs.Id', 'vpc-9'],
    ['!GetAtt Vpc.CidrBlockAssociations', ['assoc-1', 'assoc-2']],
    ['{Fn::GetAtt: [Vpc, !Sub "Cidr${Block}"]}', Error],
    [
      '{Fn::GetAtt: [Vpc]}',
      error(
        'Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
      ),
    ],
    [
      '{Fn::GetAtt: [Vpc, ""]}',
      error(
        'Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
      ),
    ],
    [
      '{Fn::GetAtt: [a, b, c]}',
      error(
        'Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
      ),
    ],
  ],
  'Fn::Sub': [
    ['!Sub "www.${Domain}"', 'www.example.com'],
    ['!Sub "arn:aws:ec2:${AWS::Region}:${AWS::AccountId}:vpc/${Vpc}"', 'arn:aws:ec2:us-east-1:111122223333:vpc/vpc-1'],
    ['!Sub ["www.${Sub}", {Sub: !Ref Domain}]', 'www.example.com'],
    ['!Sub ["${Environment}-${Own}", {Own: mine}]', 'prod-mine'],
    ['!Sub ["${Environment}", {Environment: shadowed}]', 'shadowed'],
    ['!Sub "${!Literal}"', '${Literal}'],
    ['!Sub "${Vpc.CidrBlock}"', '10.0.0.0/16'],
    ['!Sub "${Vpc.Outputs.Id}"', 'vpc-9'],
    ['!Sub "no variables"', 'no variables'],
    ['!Sub "$5 and {braces} ${Port}"', '$5 and {braces} 8080'],
    ['!Sub "${Environment}${Environment}"', 'prodprod'],
    ['!Sub ["${A}", {A: !Join ["", [x, y]]}]', 'xy'],
    ['!Sub "${Ports}"', error('Template error: variable Ports in Fn::Sub expression does not resolve to a string')],
    [
      '!Sub "${AWS::NoValue}"',
      error('Template error: variable AWS::NoValue in Fn::Sub expression does not resolve to a string'),
    ],
    [
      '!Sub "${not valid}"',
      error(
        'Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons',
      ),
    ],
    [
      '!Sub [a]',
      error(
        "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string",
      ),
    ],
    [
      '!Sub [[a], {}]',
      error(
        "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string",
      ),
    ],
  ],
  'Fn::Join': [
    ['!Join [":", [a, b, c]]', 'a:b:c'],
    [
      '!Join ["", ["arn:", !Ref AWS::Partition, ":s3:::elasticbeanstalk-*-", !Ref AWS::AccountId]]',
      'arn:aws:s3:::elasticbeanstalk-*-111122223333',
    ],
    ['!Join [",", !Ref DbSubnetIpBlocks]', '10.0.48.0/24,10.0.112.0/24,10.0.176.0/24'],
    ['!Join ["-", []]', ''],
    ['!Join ["-", [one]]', 'one'],
    ['!Join ["", [1, true]]', '1true'],
    ['!Join ["/", !GetAZs ""]', 'us-east-1a/us-east-1b/us-east-1c'],
    [
      '!Join [",", !Ref Environment]',
      error(
        'Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.',
      ),
    ],
    [
      '!Join [","]',
      error(
        'Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.',
      ),
    ],
    [
      '!Join [",", [[a]]]',
      error(
        'Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.',
      ),
    ],
  ],
  'Fn::Select': [
    ['!Select ["1", ["apples", "grapes", "oranges", "mangoes"]]', 'grapes'],
    ['!Select [0, !Ref DbSubnetIpBlocks]', '10.0.48.0/24'],
    ['!Select [0, !GetAZs ""]', 'us-east-1a'],
    ['!Select [!FindInMap [Sizes, prod, Count], [a, b, c, d]]', 'd'],
    ['!Select [1, [a, {B: c}]]', { B: 'c' }],
    ['!Select [3, [a, b, c]]', error('Template error: Fn::Select cannot select nonexistent value at index 3')],
    ['!Select [0, []]', error('Template error: Fn::Select cannot select nonexistent value at index 0')],
    ['!Select [-1, [a]]', error('Template error: Fn::Select cannot select nonexistent value at index -1')],
    [
      '!Select [one, [a, b]]',
      error('Template error: Fn::Select requires a list argument with a valid index value as its first element'),
    ],
    [
      '!Select []',
      error('Template error: Fn::Select requires a list argument with a valid index value as its first element'),
    ],
    [
      '!Select [0]',
      error('Template error: Fn::Select requires a list argument with two elements: an integer index and a list'),
    ],
    [
      '!Select [0, text]',
      error('Template error: Fn::Select requires a list argument with two elements: an integer index and a list'),
    ],
  ],
  'Fn::Split': [
    ['!Split ["|", "a|b|c"]', ['a', 'b', 'c']],
    ['!Split ["|", "a||c|"]', ['a', '', 'c', '']],
    ['!Select [2, !Split [",", !ImportValue AccountSubnetIDs]]', 'subnet-3'],
    ['!Split [",", nothing]', ['nothing']],
    ['!Split ["::", "a::b"]', ['a', 'b']],
    [
      '!Split ["", abc]',
      error(
        'Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.',
      ),
    ],
    [
      '!Split [","]',
      error(
        'Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.',
      ),
    ],
    [
      '!Split [",", [a]]',
      error(
        'Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.',
      ),
    ],
  ],
  'Fn::FindInMap': [
    ['!FindInMap [RegionMap, us-east-1, HVM64]', 'ami-0ff8a91507f77f867'],
    ['!FindInMap [RegionMap, !Ref AWS::Region, HVMG2]', 'ami-0a584ac55a7631c0c'],
    ['!FindInMap [Sizes, !Ref Environment, Instances]', ['m5.large', 'm5.xlarge']],
    ['!FindInMap [Sizes, prod, Secure]', true],
    [
      '!FindInMap [RegionMap, eu-west-1, HVM64]',
      error('Template error: Unable to get mapping for RegionMap::eu-west-1::HVM64'),
    ],
    [
      '!FindInMap [RegionMap, us-east-1, ARM]',
      error('Template error: Unable to get mapping for RegionMap::us-east-1::ARM'),
    ],
    [
      '!FindInMap [Missing, a, b]',
      error("Template error: Mapping named 'Missing' is not present in the 'Mappings' section of template."),
    ],
    [
      '!FindInMap [RegionMap, a]',
      error(
        'Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value',
      ),
    ],
    [
      '!FindInMap [RegionMap, a, b, {DefaultValue: c}]',
      error(
        'Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value',
      ),
    ],
  ],
  'Fn::If': [
    ['!If [IsProduction, m5.large, t3.micro]', 'm5.large'],
    ['!If [IsTest, m5.large, t3.micro]', 't3.micro'],
    ['!If [IsTest, a, !If [NotTest, b, c]]', 'b'],
    ['!If [IsTest, !Select [9, []], safe]', 'safe'],
    ['{Tags: !If [IsProduction, [{Key: a, Value: b}], []]}', { Tags: [{ Key: 'a', Value: 'b' }] }],
    ['!If [IsProduction, a]', error('Template error: Fn::If requires a list argument with three elements')],
    [
      '!If [[IsProduction], a, b]',
      error('Template error: Fn::If requires a list argument with the first element being a condition'),
    ],
    [
      '!If [Unheard, a, b]',
      error('Template format error: Unresolved condition dependency Unheard in the Conditions block of the template'),
    ],
  ],
  'Fn::Base64': [
    ['!Base64 AWS CloudFormation', 'QVdTIENsb3VkRm9ybWF0aW9u'],
    ['!Base64 ""', ''],
    ['{Fn::Base64: !Sub "env=${Environment}"}', 'ZW52PXByb2Q='],
    ['!Base64 "ü"', 'w7w='],
    ['{Fn::Base64: [a]}', error('Template error: every Fn::Base64 object must have a String-typed value.')],
  ],
  'Fn::Cidr': [
    [
      '!Cidr ["192.168.0.0/24", 6, 5]',
      [
        '192.168.0.0/27',
        '192.168.0.32/27',
        '192.168.0.64/27',
        '192.168.0.96/27',
        '192.168.0.128/27',
        '192.168.0.160/27',
      ],
    ],
    ['!Select [0, !Cidr [!Ref IpBlock, 1, 8]]', '192.168.0.0/24'],
    ['!Cidr [10.0.0.0/16, "2", "8"]', ['10.0.0.0/24', '10.0.1.0/24']],
    ['!Select [255, !Cidr [!GetAtt Vpc.CidrBlock, 256, 8]]', '10.0.255.0/24'],
    ['!Cidr [10.0.5.77/16, 1, 12]', ['10.0.0.0/20']],
    ['!Cidr ["2001:db8:1:ab00::/56", 2, 64]', ['2001:db8:1:ab00::/64', '2001:db8:1:ab01::/64']],
    [
      '!Cidr ["2001:db8::/48", 2, 64]',
      error('SandboxNotImplemented: Fn::Cidr of an IPv6 block other than a /56 into /64'),
    ],
    [
      '!Cidr [10.0.0.0/24, 3, 7]',
      error('Template error: Fn::Cidr cannot fit 3 blocks with 7 subnet bits into 10.0.0.0/24'),
    ],
    ['!Cidr [10.0.0.0/24, 257, 1]', Error],
    ['!Cidr [10.0.0.0/24, 0, 1]', Error],
    ['!Cidr [10.0.0.256/24, 1, 4]', Error],
    ['!Cidr [10.0.0.0, 1, 4]', Error],
    [
      '!Cidr [10.0.0.0/24, 1]',
      error(
        'Template error: every Fn::Cidr object requires three parameters, the ip block, the count and the cidr bits',
      ),
    ],
  ],
  'Fn::GetAZs': [
    ['!GetAZs ""', ['us-east-1a', 'us-east-1b', 'us-east-1c']],
    ['!GetAZs {Ref: AWS::Region}', ['us-east-1a', 'us-east-1b', 'us-east-1c']],
    ['{Fn::GetAZs: us-east-1}', ['us-east-1a', 'us-east-1b', 'us-east-1c']],
    ['{Fn::GetAZs: [a]}', error('Template error: every Fn::GetAZs object must have a String-typed value.')],
  ],
  'Fn::ImportValue': [
    ['!ImportValue AccountSubnetIDs', 'subnet-1,subnet-2,subnet-3'],
    ['{Fn::ImportValue: !Ref AccountSubnets}', 'subnet-1,subnet-2,subnet-3'],
    ['{Fn::ImportValue: !Sub "Account${X}"}', Error],
    ['!ImportValue Unheard', error('No export named Unheard found')],
  ],
  'what is no function': [
    ['{Fn::Nope: 1}', Error],
    ['{Fn::Length: [1, 2]}', Error],
    ['{Fn::ToJsonString: {a: 1}}', Error],
    [
      '{Statement: [{Condition: {StringEquals: {a: b}}}]}',
      { Statement: [{ Condition: { StringEquals: { a: 'b' } } }] },
    ],
    ['{a: 1, b: [true, "x"]}', { a: 1, b: [true, 'x'] }],
  ],
};

const extensionTable: readonly Row[] = [
  ['{Fn::Length: [1, 2, 3]}', 3],
  ['{Fn::Length: !Ref DbSubnetIpBlocks}', 3],
  ['{Fn::Length: !Split ["|", "a|b|c"]}', 3],
  ['{Fn::Length: []}', 0],
  ['{Fn::Length: text}', error('Transform AWS::LanguageExtensions failed with: Fn::Length layout is incorrect.')],
  ['{Fn::ToJsonString: {key1: value1, key2: !Ref Environment}}', '{"key1":"value1","key2":"prod"}'],
  ['{Fn::ToJsonString: [{key1: value1}, !Ref Ports]}', '[{"key1":"value1"},["80","443"]]'],
  ['{Fn::ToJsonString: {key1: !Ref AWS::NoValue, key2: 2}}', '{"key2":2}'],
  [
    '{Fn::ToJsonString: text}',
    error('Transform AWS::LanguageExtensions failed with: Fn::ToJsonString layout is incorrect.'),
  ],
  ['!FindInMap [RegionMap, eu-west-1, HVM64, {DefaultValue: ami-none}]', 'ami-none'],
  ['!FindInMap [Missing, a, b, {DefaultValue: !Ref Environment}]', 'prod'],
  ['!FindInMap [RegionMap, us-east-1, HVM64, {DefaultValue: ami-none}]', 'ami-0ff8a91507f77f867'],
  ['!FindInMap [RegionMap, !Join ["-", [us, west, 1]], HVM64]', 'ami-0bdb828fd58c52235'],
  ['{Ref: !Sub "Environ${Ment}"}', Error],
  ['{Ref: !Join ["", [Environ, ment]]}', 'prod'],
];

const conditions: readonly (readonly [string, boolean])[] = [
  ['IsProduction', true],
  ['IsTest', false],
  ['NotTest', true],
  ['Both', true],
  ['Neither', false],
  ['Either', true],
  ['None', false],
  ['Nested', true],
  ['PortIsText', true],
  ['TrueIsText', true],
  ['CaseMatters', false],
  ['ListsEqual', true],
  ['Mapped', true],
  ['Joined', true],
  ['HasDomain', true],
];

const badConditions: readonly (readonly [string, string])[] = [
  [
    '!And [!Equals [a, a]]',
    'Template error: every Fn::And object requires a list of at least 2 and at most 10 boolean parameters.',
  ],
  ['!Or []', 'Template error: every Fn::Or object requires a list of at least 2 and at most 10 boolean parameters.'],
  ['!Not [!Equals [a, b], !Equals [a, b]]', 'Template error: Fn::Not requires a list argument with one element'],
  ['!Equals [a]', 'Template error: Fn::Equals requires a list argument with two elements'],
  [
    '!Condition Unheard',
    'Template format error: Unresolved condition dependency Unheard in the Conditions block of the template',
  ],
  ['!Condition Broken', 'Template error: Found circular condition dependency between: [Broken, Broken]'],
  ['!Ref Environment', 'Template error: Ref is not a condition function'],
];

const read = (expression: string): unknown => readTemplateText(`V: ${expression}`)['V'];

function check([expression, expected]: Row, scope: Scope): void {
  if (expected === Error) assert.throws(() => evaluate(read(expression), scope));
  else if (typeof expected === 'object' && expected !== null && 'message' in expected)
    assert.throws(() => evaluate(read(expression), scope), expected);
  else assert.deepEqual(evaluate(read(expression), scope), expected);
}

describe('intrinsic functions', () => {
  for (const [name, rows] of Object.entries(tables))
    describe(name, () => {
      for (const row of rows) it(row[0], () => check(row, plain));
    });

  describe('with AWS::LanguageExtensions', () => {
    for (const row of extensionTable) it(row[0], () => check(row, extended));
  });

  describe('conditions', () => {
    for (const [name, expected] of conditions)
      it(`${name} is ${expected}`, () => assert.equal(conditionHolds(name, plain), expected));
    for (const [expression, message] of badConditions)
      it(expression, () => {
        const template = { ...plain.template, Conditions: { Broken: read(expression) } };
        assert.throws(() => conditionHolds('Broken', { ...plain, template }), { message });
      });
  });

  it('Ref of AWS::NoValue is no value', () => assert.equal(evaluate({ Ref: 'AWS::NoValue' }, plain), NO_VALUE));

  it('has the 120 rows that were asked for', () => {
    const count =
      Object.values(tables).flat().length + extensionTable.length + conditions.length + badConditions.length;
    assert.ok(count >= 120, String(count));
  });
});

describe('Fn::ForEach', () => {
  const expandText = (text: string): Template => {
    const template = parseTemplate(`Transform: AWS::LanguageExtensions\n${text}`);
    return expandForEach(template, { ...extended, template: { ...extended.template, ...template } });
  };
  const resources = (text: string): unknown => expandText(`Resources:\n${text}`).Resources;

  it('replicates a resource for each item, in key and values', () => {
    const text = `
  Fn::ForEach::Topics:
    - TopicName
    - [Success, Failure]
    - 'SnsTopic\${TopicName}':
        Type: AWS::SNS::Topic
        Properties: { TopicName: !Ref TopicName, DisplayName: !Sub 'x-\${TopicName}', FifoTopic: true }`;
    const topic = (name: string): object => ({
      Type: 'AWS::SNS::Topic',
      Properties: { TopicName: name, DisplayName: { 'Fn::Sub': `x-${name}` }, FifoTopic: true },
    });
    assert.deepEqual(resources(text), { SnsTopicSuccess: topic('Success'), SnsTopicFailure: topic('Failure') });
  });

  it('takes its items from a parameter and leaves other members alone', () => {
    const text = `
  Other: { Type: 'AWS::Test::Thing' }
  Fn::ForEach::P: [Port, !Ref Ports, { 'P\${Port}': { Type: 'AWS::Test::Thing', DependsOn: 'P\${Port}' } }]`;
    assert.deepEqual(resources(`${text}`), {
      Other: { Type: 'AWS::Test::Thing' },
      P80: { Type: 'AWS::Test::Thing', DependsOn: 'P80' },
      P443: { Type: 'AWS::Test::Thing', DependsOn: 'P443' },
    });
  });

  it('nests, and works inside properties', () => {
    const text = `
  Fn::ForEach::Outer:
    - X
    - [A, B]
    - Fn::ForEach::Inner:
        - Y
        - ['1', '2']
        - 'R\${X}\${Y}':
            Type: AWS::Test::Thing
            Properties: { Fn::ForEach::Props: [K, [Size, Kind], { '\${K}': '\${K}-\${Y}' }] }`;
    const expanded = resources(text) as Record<string, { Properties: unknown }>;
    assert.deepEqual(Object.keys(expanded), ['RA1', 'RA2', 'RB1', 'RB2']);
    assert.deepEqual(expanded['RB2']?.Properties, { Size: 'Size-2', Kind: 'Kind-2' });
  });

  it('strips what is not alphanumeric with &{}', () => {
    const text = `
  Fn::ForEach::Ips: [Ip, [10.0.0.1, 10.0.0.2], { 'Ip&{Ip}': { Type: 'AWS::Test::Thing', Properties: { Name: !Ref Ip } } }]`;
    assert.deepEqual(Object.keys(resources(text) as object), ['Ip10001', 'Ip10002']);
  });

  it('expands outputs and conditions', () => {
    const template = expandText(`
Resources: { A: { Type: 'AWS::Test::Thing' } }
Conditions: { Fn::ForEach::C: [E, [x, y], { 'Is\${E}': !Equals [!Ref Environment, !Ref E] }] }
Outputs: { Fn::ForEach::O: [E, [x, y], { 'Out\${E}': { Value: !Ref E } }] }`);
    assert.deepEqual(template.Outputs, { Outx: { Value: 'x' }, Outy: { Value: 'y' } });
    assert.deepEqual(Object.keys(template.Conditions), ['Isx', 'Isy']);
  });

  const message = 'Transform AWS::LanguageExtensions failed with: Fn::ForEach layout is incorrect.';
  for (const bad of ['[X, [a]]', '[X, [{ a: 1 }], {}]', '[1, [a], {}]', 'text'])
    it(`refuses ${bad}`, () => assert.throws(() => resources(`\n  Fn::ForEach::Bad: ${bad}`), { message }));

  it('refuses two members of one name', () =>
    assert.throws(
      () => resources(`\n  Fn::ForEach::Bad: [X, [a, b], { Same: { Type: 'AWS::Test::Thing' } }]`),
      /duplicate key Same/,
    ));
});
