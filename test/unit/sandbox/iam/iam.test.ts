import * as Iam from '@aws-sdk/client-iam';
import assert from 'node:assert/strict';
import { managedPolicyArns } from '../../../../src/sandbox/services/iam/managedPolicy.ts';
import { ensureLinkedRole } from '../../../../src/sandbox/services/iam/serviceLinkedRole.ts';
import { ec2Account, refuses } from '../ec2/ec2Account.ts';

const trust = (Principal: object, extra: object = {}) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...extra }],
  });
const eksTrust = trust({ Service: 'eks.amazonaws.com' });
const allow = (Action: string, Resource = '*') =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] });
const clusterPolicy = 'arn:aws:iam::aws:policy/AmazonEKSClusterPolicy';
const RoleName = 'cluster';

async function withRole() {
  const { account } = await ec2Account();
  const iam = await account.session().client('iam');
  const create = (input: Partial<Iam.CreateRoleRequest> = {}) =>
    iam.send(new Iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: eksTrust, ...input }));
  return { account, iam, create };
}

describe('simulated roles', () => {
  it('have an ARN with their path, a percent-encoded trust and one name each', async () => {
    const { iam, create } = await withRole();
    const { Role } = await create({ Path: '/team/a/', Tags: [{ Key: 'k', Value: 'v' }] });
    assert.equal(Role?.Arn, 'arn:aws:iam::000000000000:role/team/a/cluster');
    assert.match(Role?.RoleId ?? '', /^AROA[0-9A-Z]{17}$/);
    assert.equal(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''), eksTrust);
    await refuses(create(), 'EntityAlreadyExistsException', 'Role with name cluster already exists.');
    const got = await iam.send(new Iam.GetRoleCommand({ RoleName }));
    assert.deepEqual(got.Role?.Tags, [{ Key: 'k', Value: 'v' }]);
    await refuses(
      iam.send(new Iam.GetRoleCommand({ RoleName: 'nobody' })),
      'NoSuchEntityException',
      'The role with name nobody cannot be found.',
    );
    await iam.send(new Iam.UntagRoleCommand({ RoleName, TagKeys: ['k'] }));
    assert.deepEqual((await iam.send(new Iam.GetRoleCommand({ RoleName }))).Role?.Tags, []);
  });

  it('go only when nothing is attached any more', async () => {
    const { account, iam, create } = await withRole();
    await create();
    await iam.send(new Iam.AttachRolePolicyCommand({ RoleName, PolicyArn: clusterPolicy }));
    await iam.send(new Iam.PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: allow('s3:GetObject') }));
    const InstanceProfileName = 'profile';
    await iam.send(new Iam.CreateInstanceProfileCommand({ InstanceProfileName }));
    await iam.send(new Iam.AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
    const remove = () => iam.send(new Iam.DeleteRoleCommand({ RoleName }));
    await refuses(
      remove(),
      'DeleteConflictException',
      'Cannot delete entity, must remove roles from instance profile first.',
    );
    await refuses(
      iam.send(new Iam.DeleteInstanceProfileCommand({ InstanceProfileName })),
      'DeleteConflictException',
      'Cannot delete entity, must remove roles from instance profile first.',
    );
    const profile = await iam.send(new Iam.GetInstanceProfileCommand({ InstanceProfileName }));
    assert.equal(profile.InstanceProfile?.Roles?.[0]?.RoleName, RoleName);
    await iam.send(new Iam.RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName }));
    await iam.send(new Iam.DeleteInstanceProfileCommand({ InstanceProfileName }));
    await refuses(remove(), 'DeleteConflictException', 'Cannot delete entity, must detach all policies first.');
    await iam.send(new Iam.DetachRolePolicyCommand({ RoleName, PolicyArn: clusterPolicy }));
    await refuses(remove(), 'DeleteConflictException', 'Cannot delete entity, must delete policies first.');
    await iam.send(new Iam.DeleteRolePolicyCommand({ RoleName, PolicyName: 'p' }));
    await remove();
    assert.deepEqual(account.state().resources, []);
  });

  it('take AWS’s policies that are, ten at most', async () => {
    const { iam, create } = await withRole();
    await create();
    const attach = (PolicyArn: string) => iam.send(new Iam.AttachRolePolicyCommand({ RoleName, PolicyArn }));
    const nonsense = 'arn:aws:iam::aws:policy/AmazonEKSNonsense';
    await refuses(attach(nonsense), 'NoSuchEntityException', `Policy ${nonsense} does not exist or is not attachable.`);
    const [eleventh = '', ...ten] = [...managedPolicyArns].slice(0, 11);
    for (const arn of ten) await attach(arn);
    await refuses(attach(eleventh), 'LimitExceededException', 'Cannot exceed quota for PoliciesPerRole: 10');
  });

  for (const [name, document, message] of [
    ['no JSON', '{', 'This policy contains invalid Json'],
    [
      'no principal',
      JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole' }] }),
      'Missing required field Principal',
    ],
    ['a resource', trust({ Service: 'eks.amazonaws.com' }, { Resource: '*' }), 'Has prohibited field Resource'],
    [
      'a role that is not',
      trust({ AWS: 'arn:aws:iam::000000000000:role/nobody' }),
      'Invalid principal in policy: "AWS":"arn:aws:iam::000000000000:role/nobody"',
    ],
    [
      'another action',
      trust({ Service: 'eks.amazonaws.com' }, { Action: 's3:GetObject' }),
      'AssumeRole policy may only specify STS AssumeRole actions.',
    ],
  ] as const)
    it(`are refused for a trust with ${name}`, async () => {
      const { create } = await withRole();
      await refuses(create({ AssumeRolePolicyDocument: document }), 'MalformedPolicyDocumentException', message);
    });

  for (const [name, document, message] of [
    ['no JSON', '{', 'Syntax errors in policy.'],
    [
      'an unknown member',
      JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*', Who: 1 }] }),
      'Syntax errors in policy.',
    ],
    [
      'an action without a service',
      allow('GetObject'),
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    ],
    ['a bare resource', allow('s3:GetObject', 'bucket'), 'Resource bucket must be in ARN format or "*".'],
    ['a principal', trust({ AWS: '*' }, { Resource: '*' }), 'Policy document should not specify a principal.'],
  ] as const)
    it(`refuse an inline policy with ${name}`, async () => {
      const { iam, create } = await withRole();
      await create();
      const put = new Iam.PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: document });
      await refuses(iam.send(put), 'MalformedPolicyDocumentException', message);
    });

  it('of a service are made at its first use, and only it changes them', async () => {
    const { account, iam } = await withRole();
    const context = account.sandbox.account.serviceContext('eu-west-1', 'autoscaling.amazonaws.com');
    const arn = ensureLinkedRole(context, 'autoscaling.amazonaws.com');
    assert.equal(
      arn,
      'arn:aws:iam::000000000000:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
    );
    assert.equal(ensureLinkedRole(context, 'autoscaling.amazonaws.com'), arn);
    await refuses(
      iam.send(new Iam.DeleteRoleCommand({ RoleName: 'AWSServiceRoleForAutoScaling' })),
      'UnmodifiableEntityException',
      /only modifiable by AWS/,
    );
    assert.deepEqual(account.state().resources, []);
  });

  it('come in pages', async () => {
    const { iam, create } = await withRole();
    for (let i = 0; i < 5; i++) await create({ RoleName: `r${i}` });
    const sizes: number[] = [];
    for await (const page of Iam.paginateListRoles({ client: iam, pageSize: 2 }, {}))
      sizes.push(page.Roles?.length ?? 0);
    assert.deepEqual(sizes, [2, 2, 1]);
  });
});

describe('simulated providers and the user', () => {
  it('know an OIDC provider once, without a thumbprint', async () => {
    const { iam } = await withRole();
    const Url = 'https://oidc.eks.eu-west-1.amazonaws.com/id/ABC';
    const create = () =>
      iam.send(new Iam.CreateOpenIDConnectProviderCommand({ Url, ClientIDList: ['sts.amazonaws.com'] }));
    const arn = (await create()).OpenIDConnectProviderArn;
    assert.equal(arn, 'arn:aws:iam::000000000000:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC');
    await refuses(create(), 'EntityAlreadyExistsException', `Provider with url ${Url} already exists.`);
    const got = await iam.send(new Iam.GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }));
    assert.deepEqual(
      [got.Url, got.ClientIDList, got.ThumbprintList?.[0]?.length],
      [Url.slice(8), ['sts.amazonaws.com'], 40],
    );
    for (let i = 0; i < 2; i++)
      await iam.send(new Iam.DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }));
    await refuses(
      iam.send(new Iam.GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn })),
      'NoSuchEntityException',
      `OpenIDConnect Provider not found for arn ${arn}`,
    );
  });

  it('know the user that the account was made for', async () => {
    const { iam } = await withRole();
    assert.equal((await iam.send(new Iam.GetUserCommand({}))).User?.UserName, 'practice');
    await refuses(
      iam.send(new Iam.GetUserCommand({ UserName: 'x' })),
      'NoSuchEntityException',
      'The user with name x cannot be found.',
    );
  });
});
