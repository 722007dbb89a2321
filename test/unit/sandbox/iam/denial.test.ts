import { CreateRoleCommand } from '@aws-sdk/client-iam';
import assert from 'node:assert/strict';
import { denial } from '../../../../src/sandbox/services/iam/authorize.ts';
import { issueCredential } from '../../../../src/sandbox/kernel/credential.ts';
import { virtualAccount } from '../../../sandbox/support/virtualAccount.ts';

const caller = 'arn:aws:sts::111122223333:assumed-role/operator/jane';
const user = `User: ${caller} is not authorized to perform:`;
const group = 'arn:aws:ec2:us-east-1:111122223333:security-group/sg-1';
const document = 'arn:aws:ssm:us-east-1::document/AWS-StartPortForwardingSessionToRemoteHost';

/** As AWS's own are quoted in public. */
const rows = [
  [
    'ssm',
    'ssm:StartSession',
    document,
    'AccessDeniedException',
    400,
    `${user} ssm:StartSession on resource: ${document} because no identity-based policy allows the ssm:StartSession action`,
  ],
  [
    'ec2',
    'ec2:DescribeInstances',
    '*',
    'UnauthorizedOperation',
    403,
    `You are not authorized to perform this operation. ${user} ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action`,
  ],
  [
    'ecs',
    'ecs:RegisterTaskDefinition',
    '*',
    'AccessDeniedException',
    400,
    `${user} ecs:RegisterTaskDefinition on resource: * because no identity-based policy allows the ecs:RegisterTaskDefinition action`,
  ],
  [
    'eks',
    'eks:ListClusters',
    'arn:aws:eks:us-east-1:111122223333:cluster/*',
    'AccessDeniedException',
    403,
    `${user} eks:ListClusters on resource: arn:aws:eks:us-east-1:111122223333:cluster/* because no identity-based policy allows the eks:ListClusters action`,
  ],
  [
    'cloudformation',
    'cloudformation:DescribeStacks',
    'arn:aws:cloudformation:us-east-1:111122223333:stack/x/*',
    'AccessDenied',
    403,
    `${user} cloudformation:DescribeStacks on resource: arn:aws:cloudformation:us-east-1:111122223333:stack/x/* because no identity-based policy allows the cloudformation:DescribeStacks action`,
  ],
] as const;

describe('a denial', () => {
  for (const [service, action, resource, code, status, message] of rows)
    it(`is in ${service}’s own words`, () => {
      const error = denial(service, caller, { action, resource }, { decision: 'implicit-deny' });
      assert.deepEqual([error.code, error.status, error.message], [code, status, message]);
    });

  it('names an explicit deny, and on EC2 gives something to decode', () => {
    const asked = { action: 'ec2:DeleteSecurityGroup', resource: group };
    const { message } = denial('ec2', caller, asked, { decision: 'explicit-deny' });
    assert.match(
      message,
      /security-group\/sg-1 with an explicit deny in an identity-based policy\. Encoded authorization failure message: \S+$/,
    );
  });

  it('is told of a policy whose text is not known instead of being guessed', async () => {
    const account = virtualAccount();
    const iam = await account.session().client('iam');
    const Statement = [{ Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole' }];
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new CreateRoleCommand({ RoleName: 'reader', AssumeRolePolicyDocument }));
    const { AttachRolePolicyCommand, ListRolesCommand } = await import('@aws-sdk/client-iam');
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'reader', PolicyArn }));
    const arn = 'arn:aws:sts::000000000000:assumed-role/reader/me';
    const principal = { accountId: '000000000000', arn, userId: 'AROAX:me' };
    const {
      accessKeyId,
      secretAccessKey,
      sessionToken = '',
    } = issueCredential(account.sandbox.account, principal, {
      expiresAt: Date.now() + 60_000,
    });
    const reader = await account.session('us-east-1', { accessKeyId, secretAccessKey, sessionToken }).client('iam');
    await assert.rejects(reader.send(new ListRolesCommand({})), {
      name: 'SandboxNotImplemented',
      message: /the text of arn:aws:iam::aws:policy\/ReadOnlyAccess/,
    });
  });
});
