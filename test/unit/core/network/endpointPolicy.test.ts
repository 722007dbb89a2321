import assert from 'node:assert/strict';
import { endpointPolicy } from '../../../../src/core/network/endpointPolicy.ts';
import { endpointPolicyVerdict } from '../../../../src/core/network/endpointPolicyVerdict.ts';
import { endpointNeeds } from '../../../../src/core/plan/endpointNeeds.ts';
import { accountId, region, specOf } from './facts.ts';

const everything = `features:\n${[
  ...['images', 'podIdentity', 'irsa', 'sessionManager', 'loadBalancers', 'autoscaling', 'containerLogs', 'metrics'],
  ...[
    'secrets',
    'karpenter',
    'ebs',
    'efs',
    'fsx',
    'kms',
    'xray',
    'prometheus',
    'externalDns',
    'eksApi',
    'oidcDiscovery',
  ],
]
  .map(name => `  ${name}: true\n`)
  .join('')}`;
const closed = specOf(`${everything}endpoints:\n  policy: account\n`);
const verdict = (service: string, ...statements: object[]) =>
  endpointPolicyVerdict(service, JSON.stringify({ Statement: statements }), { region, accountId }).verdict;
const open = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };

describe('a policy for this account alone', () => {
  it('lets pass what the cluster needs, by the rules that judge others’ policies', () => {
    const judged = endpointNeeds(closed).map(({ service }) => {
      const policy = endpointPolicy(service, closed, accountId);
      const text = policy && JSON.stringify(policy);
      return [service, endpointPolicyVerdict(service, text, { region, accountId }).verdict];
    });
    assert.equal(judged.length, 22);
    assert.deepEqual(
      judged.filter(([, is]) => is !== 'passes'),
      [],
    );
  });

  it('is not there where AWS’s default stays', () => {
    assert.equal(endpointPolicy('ec2', specOf()), undefined);
    assert.equal(endpointPolicy('oidc-eks', closed), undefined);
  });

  it('names the buckets of layers and packages, in the region’s partition', () => {
    const china = { ...closed, region: 'cn-north-1' };
    const [, aws] = endpointPolicy('s3', china)?.Statement ?? [];
    assert.ok(aws?.Resource.includes('arn:aws-cn:s3:::prod-cn-north-1-starport-layer-bucket/*'));
    assert.ok(aws?.Resource.includes('arn:aws-cn:s3:::al2023-repos-cn-north-1-*/*'));
  });
});

describe('a judgement of an endpoint’s policy', () => {
  it('knows the default, an unreadable one, and one without statements', () => {
    assert.equal(endpointPolicyVerdict('ec2', undefined, { region, accountId }).verdict, 'passes');
    assert.equal(endpointPolicyVerdict('ec2', '{', { region, accountId }).verdict, 'unknown');
    assert.equal(verdict('ec2', open), 'passes');
    assert.equal(verdict('ec2'), 'blocks');
  });

  it('matches actions without regard to case, and by NotAction and NotResource', () => {
    assert.equal(verdict('ec2', { ...open, Action: 'EC2:Describe*' }), 'passes');
    assert.equal(verdict('ec2', { ...open, Action: undefined, NotAction: 'ec2:DescribeInstances' }), 'blocks');
    const NotResource = 'arn:aws:s3:::prod-*/*';
    assert.equal(verdict('s3', { ...open, Resource: undefined, NotResource }), 'blocks');
  });

  it('takes own principals for enough, but not for AWS’s buckets and not for whoever has no credentials yet', () => {
    const own = { ...open, Condition: { StringEquals: { 'aws:PrincipalAccount': accountId } } };
    assert.equal(verdict('ec2', own), 'passes');
    assert.equal(verdict('s3', own), 'blocks');
    assert.equal(verdict('sts', own), 'blocks');
    const resources = { ...open, Condition: { StringEquals: { 'aws:ResourceAccount': accountId } } };
    assert.equal(verdict('sts', resources), 'passes');
    assert.equal(verdict('ec2', { ...open, Principal: { AWS: `arn:aws:iam::${accountId}:root` } }), 'passes');
  });

  it('does not guess at other conditions and principals', () => {
    const Condition = { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } };
    assert.equal(verdict('ec2', { ...open, Condition }), 'unknown');
    assert.equal(verdict('ec2', open, { ...open, Effect: 'Deny', Condition }), 'unknown');
    assert.equal(verdict('ec2', { ...open, Principal: { AWS: `arn:aws:iam::${accountId}:role/x` } }), 'unknown');
  });

  it('has a denial win', () => {
    assert.equal(verdict('ec2', open, { ...open, Effect: 'Deny', Action: 'ec2:*' }), 'blocks');
    assert.equal(verdict('ec2', open, { ...open, Effect: 'Deny', Action: 'ec2:RunInstances' }), 'passes');
  });
});
