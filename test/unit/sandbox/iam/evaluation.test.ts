import assert from 'node:assert/strict';
import { evaluate } from '../../../../src/sandbox/services/iam/evaluation.ts';
import type { Conditions, Statement } from '../../../../src/sandbox/services/iam/policy.ts';

type Part = { readonly [K in keyof Statement]?: Statement[K] | undefined };
type Row = readonly [
  what: string,
  statement: Part | readonly Part[],
  request: readonly [action: string, resource: string, keys?: Record<string, string | readonly string[]>],
  decision: 'allow' | 'explicit-deny' | 'implicit-deny',
];

const account = '111122223333';
const instance = `arn:aws:ec2:us-east-1:${account}:instance/i-1`;
const group = `arn:aws:ec2:us-east-1:${account}:security-group/sg-1`;
const session = (id: string) => `arn:aws:ssm:us-east-1:${account}:session/${id}`;
const on = (Condition: Conditions): Part => ({ Condition });
const any = ['ec2:DescribeInstances', '*'] as const;
const withKeys = (keys: Record<string, string | readonly string[]>) => ['ec2:DescribeInstances', '*', keys] as const;
const where = (
  what: string,
  condition: Conditions,
  keys: Record<string, string | readonly string[]>,
  met: boolean,
): Row => [what, on(condition), withKeys(keys), met ? 'allow' : 'implicit-deny'];

/** After the IAM guide: policy evaluation logic, and the reference of the policy's elements. */
const rows: readonly Row[] = [
  // Effect
  ['nothing said is a denial', [], any, 'implicit-deny'],
  ['an Allow allows', {}, any, 'allow'],
  ['a Deny denies', { Effect: 'Deny' }, any, 'explicit-deny'],
  ['a Deny wins over an Allow before it', [{}, { Effect: 'Deny' }], any, 'explicit-deny'],
  ['a Deny wins over an Allow after it', [{ Effect: 'Deny' }, {}], any, 'explicit-deny'],
  ['a Deny of something else does not matter', [{}, { Effect: 'Deny', Action: 's3:*' }], any, 'allow'],
  ['one of two Allows is enough', [{ Action: 's3:*' }, {}], any, 'allow'],
  // Action
  ['the very action', { Action: 'ec2:DescribeInstances' }, any, 'allow'],
  ['another action', { Action: 'ec2:DescribeVpcs' }, any, 'implicit-deny'],
  ['actions are not case-sensitive', { Action: 'EC2:describeinstances' }, any, 'allow'],
  ['a star at the end', { Action: 'ec2:Describe*' }, any, 'allow'],
  ['a star in the middle', { Action: 'ec2:*Instances' }, any, 'allow'],
  ['a question mark is one character', { Action: 'ec2:DescribeInstance?' }, any, 'allow'],
  ['a question mark is not none', { Action: 'ec2:DescribeInstances?' }, any, 'implicit-deny'],
  ['all actions of a service', { Action: 'ec2:*' }, any, 'allow'],
  ['all actions of another service', { Action: 'ec2messages:*' }, any, 'implicit-deny'],
  ['one of a list', { Action: ['s3:*', 'ec2:DescribeInstances'] }, any, 'allow'],
  ['NotAction: all but these', { Action: undefined, NotAction: 'iam:*' }, any, 'allow'],
  ['NotAction: not these', { Action: undefined, NotAction: ['iam:*', 'ec2:*'] }, any, 'implicit-deny'],
  [
    'Deny with NotAction denies the rest',
    [{}, { Effect: 'Deny', Action: undefined, NotAction: 's3:*' }],
    any,
    'explicit-deny',
  ],
  // Resource
  ['the very resource', { Resource: instance }, ['ssm:StartSession', instance], 'allow'],
  ['another one', { Resource: `${instance}2` }, ['ssm:StartSession', instance], 'implicit-deny'],
  [
    'resources are case-sensitive',
    { Resource: instance.toUpperCase() },
    ['ssm:StartSession', instance],
    'implicit-deny',
  ],
  [
    'a star in the last segment',
    { Resource: `arn:aws:ec2:us-east-1:${account}:instance/*` },
    ['ssm:StartSession', instance],
    'allow',
  ],
  ['stars for region and account', { Resource: 'arn:aws:ec2:*:*:instance/*' }, ['ssm:StartSession', instance], 'allow'],
  ['an ARN is not a star', { Resource: instance }, any, 'implicit-deny'],
  [
    'a star at the end of a segment reaches beyond the colon',
    { Resource: 'arn:aws:ec2:*' },
    ['ssm:StartSession', instance],
    'allow',
  ],
  [
    'a star within a segment does not',
    { Resource: `arn:aws:e*2:us-east-1:${account}:instance/i-1` },
    ['ssm:StartSession', `arn:aws:e:2:us-east-1:${account}:instance/i-1`],
    'implicit-deny',
  ],
  [
    'a question mark is no colon',
    { Resource: 'arn:aws:ec2?us-east-1:111122223333:instance/i-1' },
    ['ssm:StartSession', instance],
    'implicit-deny',
  ],
  [
    'in the resource part anything goes',
    { Resource: 'arn:aws:ecs:us-east-1:111122223333:task-definition/a:*' },
    ['ecs:RunTask', 'arn:aws:ecs:us-east-1:111122223333:task-definition/a:7'],
    'allow',
  ],
  [
    'a family without its revision is another resource',
    { Resource: 'arn:aws:ecs:us-east-1:111122223333:task-definition/a:*' },
    ['ecs:RunTask', 'arn:aws:ecs:us-east-1:111122223333:task-definition/a'],
    'implicit-deny',
  ],
  [
    'what looks like a pattern elsewhere is literal',
    { Resource: 'arn:aws:s3:::a.b/(c)' },
    ['s3:GetObject', 'arn:aws:s3:::axb/(c)'],
    'implicit-deny',
  ],
  [
    'NotResource: all but these',
    { Resource: undefined, NotResource: group },
    ['ec2:DeleteSecurityGroup', instance],
    'allow',
  ],
  [
    'NotResource: not these',
    { Resource: undefined, NotResource: [group, instance] },
    ['ec2:DeleteSecurityGroup', instance],
    'implicit-deny',
  ],
  [
    'Deny with NotResource',
    [{}, { Effect: 'Deny', Resource: undefined, NotResource: group }],
    ['ec2:DeleteSecurityGroup', instance],
    'explicit-deny',
  ],
  // Variables
  [
    'a variable in a resource',
    { Resource: session('${aws:username}-*') },
    ['ssm:TerminateSession', session('jane-0a1b'), { 'aws:username': 'jane' }],
    'allow',
  ],
  [
    'somebody else’s',
    { Resource: session('${aws:username}-*') },
    ['ssm:TerminateSession', session('joe-0a1b'), { 'aws:username': 'jane' }],
    'implicit-deny',
  ],
  [
    'a role has no user name',
    { Resource: session('${aws:username}-*') },
    ['ssm:TerminateSession', session('jane-0a1b'), { 'aws:userid': 'AROA1:jane' }],
    'implicit-deny',
  ],
  [
    'nor does a Deny with it strike',
    [{}, { Effect: 'Deny', Resource: session('${aws:username}-*') }],
    ['ssm:TerminateSession', session('jane-1')],
    'allow',
  ],
  [
    'another pattern of the list may still fit',
    { Resource: [session('${aws:username}-*'), session('jane-*')] },
    ['ssm:TerminateSession', session('jane-1')],
    'allow',
  ],
  [
    'a default value',
    { Resource: "arn:aws:s3:::b/${aws:PrincipalTag/team, 'company-wide'}/*" },
    ['s3:GetObject', 'arn:aws:s3:::b/company-wide/x'],
    'allow',
  ],
  [
    'a value before its default',
    { Resource: "arn:aws:s3:::b/${aws:PrincipalTag/team, 'company-wide'}/*" },
    ['s3:GetObject', 'arn:aws:s3:::b/red/x', { 'aws:principaltag/team': 'red' }],
    'allow',
  ],
  [
    'wildcards in a value are literal',
    { Resource: session('${aws:username}-*') },
    ['ssm:TerminateSession', session('joe-0a1b'), { 'aws:username': '*' }],
    'implicit-deny',
  ],
  ['an escaped star is a star', { Resource: 'arn:aws:s3:::b/${*}' }, ['s3:GetObject', 'arn:aws:s3:::b/*'], 'allow'],
  ['and nothing else', { Resource: 'arn:aws:s3:::b/${*}' }, ['s3:GetObject', 'arn:aws:s3:::b/x'], 'implicit-deny'],
  [
    'names of variables are not case-sensitive',
    { Resource: session('${AWS:UserId}*') },
    ['ssm:TerminateSession', session('AROA1:jane'), { 'aws:userid': 'AROA1:jane' }],
    'allow',
  ],
  // Operators
  where(
    'StringEquals',
    { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } },
    { 'aws:requestedregion': 'us-east-1' },
    true,
  ),
  where(
    'one of its values',
    { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-east-1'] } },
    { 'aws:requestedregion': 'us-east-1' },
    true,
  ),
  where(
    'is case-sensitive',
    { StringEquals: { 'aws:RequestedRegion': 'US-EAST-1' } },
    { 'aws:requestedregion': 'us-east-1' },
    false,
  ),
  where(
    'knows no wildcards',
    { StringEquals: { 'aws:RequestedRegion': 'us-*' } },
    { 'aws:requestedregion': 'us-east-1' },
    false,
  ),
  where(
    'StringEqualsIgnoreCase',
    { StringEqualsIgnoreCase: { 'aws:RequestedRegion': 'US-EAST-1' } },
    { 'aws:requestedregion': 'us-east-1' },
    true,
  ),
  where('StringLike', { StringLike: { 'aws:RequestedRegion': 'us-*' } }, { 'aws:requestedregion': 'us-east-1' }, true),
  where(
    'StringLike with a variable',
    { StringLike: { 'ssm:resourceTag/aws:ssmmessages:session-id': '${aws:userid}*' } },
    { 'ssm:resourcetag/aws:ssmmessages:session-id': 'AROA1:jane', 'aws:userid': 'AROA1:jane' },
    true,
  ),
  where(
    'of somebody else',
    { StringLike: { 'ssm:resourceTag/aws:ssmmessages:session-id': '${aws:userid}*' } },
    { 'ssm:resourcetag/aws:ssmmessages:session-id': 'AROA1:joe', 'aws:userid': 'AROA1:jane' },
    false,
  ),
  where('a key that is not there is not met', { StringEquals: { 'aws:RequestTag/a': 'b' } }, {}, false),
  where(
    'StringNotEquals',
    { StringNotEquals: { 'aws:RequestedRegion': ['us-east-1', 'eu-west-1'] } },
    { 'aws:requestedregion': 'us-east-1' },
    false,
  ),
  where(
    'StringNotEquals of none',
    { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-west-2'] } },
    { 'aws:requestedregion': 'us-east-1' },
    true,
  ),
  where('a Not is met where the key is not there', { StringNotEquals: { 'aws:RequestTag/a': 'b' } }, {}, true),
  where(
    'StringNotLike',
    { StringNotLike: { 'aws:RequestedRegion': 'us-*' } },
    { 'aws:requestedregion': 'us-east-1' },
    false,
  ),
  where(
    'ArnEquals',
    { ArnEquals: { 'ecs:cluster': `arn:aws:ecs:us-east-1:${account}:cluster/a` } },
    { 'ecs:cluster': `arn:aws:ecs:us-east-1:${account}:cluster/a` },
    true,
  ),
  where(
    'ArnEquals takes wildcards, segment by segment',
    { ArnEquals: { 'ecs:cluster': `arn:aws:ecs:*:${account}:cluster/*` } },
    { 'ecs:cluster': `arn:aws:ecs:us-east-1:${account}:cluster/a` },
    true,
  ),
  where(
    'which do not reach beyond',
    { ArnLike: { 'ecs:cluster': 'arn:aws:ecs:*' } },
    { 'ecs:cluster': `arn:aws:ecs:us-east-1:${account}:cluster/a` },
    false,
  ),
  where(
    'ArnNotLike',
    { ArnNotLike: { 'ecs:cluster': `arn:aws:ecs:*:${account}:cluster/b` } },
    { 'ecs:cluster': `arn:aws:ecs:us-east-1:${account}:cluster/a` },
    true,
  ),
  where('Bool', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }, { 'aws:multifactorauthpresent': 'true' }, true),
  where(
    'Bool given as a boolean',
    { Bool: { 'aws:MultiFactorAuthPresent': true } },
    { 'aws:multifactorauthpresent': 'false' },
    false,
  ),
  where('Bool without the key', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }, {}, false),
  where('BoolIfExists without the key', { BoolIfExists: { 'ssm:SessionDocumentAccessCheck': 'true' } }, {}, true),
  where(
    'BoolIfExists with it',
    { BoolIfExists: { 'ssm:SessionDocumentAccessCheck': 'true' } },
    { 'ssm:sessiondocumentaccesscheck': 'false' },
    false,
  ),
  where('StringEqualsIfExists', { StringEqualsIfExists: { 'ec2:InstanceType': 't3.micro' } }, {}, true),
  where('Null true: not there', { Null: { 'aws:RequestTag/owner': 'true' } }, {}, true),
  where('Null true: there', { Null: { 'aws:RequestTag/owner': 'true' } }, { 'aws:requesttag/owner': 'me' }, false),
  where('Null false: there', { Null: { 'aws:RequestTag/owner': 'false' } }, { 'aws:requesttag/owner': 'me' }, true),
  where(
    'ForAnyValue: one is',
    { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a', 'b'] } },
    { 'aws:tagkeys': ['b', 'c'] },
    true,
  ),
  where(
    'ForAnyValue: none is',
    { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a', 'b'] } },
    { 'aws:tagkeys': ['c'] },
    false,
  ),
  where('ForAnyValue without the key', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'a' } }, {}, false),
  where(
    'ForAllValues: all are',
    { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } },
    { 'aws:tagkeys': ['a', 'b'] },
    true,
  ),
  where(
    'ForAllValues: one is not',
    { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } },
    { 'aws:tagkeys': ['a', 'c'] },
    false,
  ),
  where('ForAllValues without the key', { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'a' } }, {}, true),
  where(
    'ForAnyValue with a Not',
    { 'ForAnyValue:StringNotLike': { 'aws:CalledVia': 'a*' } },
    { 'aws:calledvia': ['ab', 'b'] },
    true,
  ),
  where(
    'keys of tags are not case-sensitive',
    { StringEquals: { 'aws:ResourceTag/Kubernetes.io/cluster/a': 'owned' } },
    { 'aws:resourcetag/kubernetes.io/cluster/a': 'owned' },
    true,
  ),
  where(
    'all keys of an operator',
    { StringEquals: { 'aws:ResourceTag/a': '1', 'aws:ResourceTag/b': '1' } },
    { 'aws:resourcetag/a': '1', 'aws:resourcetag/b': '2' },
    false,
  ),
  where(
    'all operators',
    { StringEquals: { 'aws:ResourceTag/a': '1' }, Bool: { 'aws:SecureTransport': 'true' } },
    { 'aws:resourcetag/a': '1', 'aws:securetransport': 'false' },
    false,
  ),
  where(
    'a variable without a value is not met',
    { StringEquals: { 'aws:ResourceTag/owner': '${aws:username}' } },
    { 'aws:resourcetag/owner': 'jane' },
    false,
  ),
  [
    'a Deny without MFA, by the guide',
    [{}, { Effect: 'Deny', ...on({ BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }) }],
    any,
    'explicit-deny',
  ],
  [
    'is lifted by MFA',
    [{}, { Effect: 'Deny', ...on({ BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }) }],
    withKeys({ 'aws:multifactorauthpresent': 'true' }),
    'allow',
  ],
  [
    'iam:PassedToService',
    { Action: 'iam:PassRole', ...on({ StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } }) },
    ['iam:PassRole', `arn:aws:iam::${account}:role/a`, { 'iam:passedtoservice': 'ec2.amazonaws.com' }],
    'implicit-deny',
  ],
];

/** What is undefined is left out. */
const statement = (one: Part): Statement =>
  JSON.parse(JSON.stringify({ Effect: 'Allow', Action: '*', Resource: '*', ...one })) as Statement;
const values = (keys: Record<string, string | readonly string[]> = {}) =>
  Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, [value].flat()]));

describe('evaluation of identity policies', () => {
  for (const [what, statements, [action, resource, keys], decision] of rows)
    it(what, () => {
      const Statement = [statements].flat().map(statement);
      const evaluation = evaluate([{ Version: '2012-10-17', Statement }], { action, resource, keys: values(keys) });
      assert.equal(evaluation.decision, decision);
      assert.equal(evaluation.by === undefined, decision === 'implicit-deny');
    });

  it('has at least sixty rows', () => {
    assert.ok(rows.length >= 60);
  });

  it('knows no variables in a policy of 2008', () => {
    const Statement = { Effect: 'Allow', Action: '*', Resource: session('${aws:username}') } as const;
    const request = { action: 'ssm:TerminateSession', resource: session('jane'), keys: { 'aws:username': ['jane'] } };
    assert.equal(evaluate([{ Version: '2008-10-17', Statement }], request).decision, 'implicit-deny');
    assert.equal(evaluate([{ Version: '2012-10-17', Statement }], request).decision, 'allow');
  });

  it('refuses an operator that it does not simulate', () => {
    const Statement = statement(on({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }));
    assert.throws(
      () => evaluate([{ Statement }], { action: 'a:b', resource: '*', keys: {} }),
      /condition operator IpAddress/,
    );
  });
});
