import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startSandbox, type RunningSandbox } from '../../src/sandbox/shell/startSandbox.ts';
import { skipBecause } from '../skipBecause.ts';

const run = promisify(execFile);

/** The `aws` command is written by other people against AWS itself: it needs nothing but a profile. */
describe('the aws command against the sandbox', () => {
  let sandbox: RunningSandbox;
  let home: string;

  before(async function () {
    this.timeout(20_000);
    const version = await run('aws', ['--version']).catch(() => undefined);
    if (!version) skipBecause(this, 'no aws command on PATH');
    sandbox = await startSandbox({ region: 'eu-west-1' });
    home = mkdtempSync(path.join(os.tmpdir(), 'private-eks-aws-'));
    const { endpoint, accessKeyId, secretAccessKey } = sandbox;
    writeFileSync(
      path.join(home, 'config'),
      `[profile sandbox]\nregion = eu-west-1\nendpoint_url = ${endpoint}\noutput = json\ncli_pager =\nmax_attempts = 1\n`,
    );
    const keys = `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}`;
    writeFileSync(path.join(home, 'credentials'), `[sandbox]\n${keys}\n[wrong-key]\n${keys.replace('AKIA', 'AKIB')}\n`);
  });
  after(async () => {
    await sandbox?.close();
    if (home) rmSync(home, { recursive: true });
  });

  const environment = () => {
    const { PATH, HOME } = process.env;
    const files = {
      AWS_CONFIG_FILE: path.join(home, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: path.join(home, 'credentials'),
    };
    return { PATH, HOME, ...files, AWS_PROFILE: 'sandbox', AWS_EC2_METADATA_DISABLED: 'true', NO_PROXY: '127.0.0.1' };
  };
  const aws = async (...args: string[]): Promise<Record<string, unknown>> => {
    const { stdout } = await run('aws', args, { env: environment() });
    return (stdout.trim() === '' ? {} : JSON.parse(stdout)) as Record<string, unknown>;
  };
  const refusal = (...args: string[]): Promise<string> =>
    run('aws', args, { env: environment() }).then(
      () => assert.fail(`aws ${args.join(' ')} was not refused`),
      (error: { stderr: string }) => error.stderr.trim(),
    );

  it('knows who calls, and who does not', async () => {
    assert.deepEqual(await aws('sts', 'get-caller-identity'), {
      UserId: 'AIDAPRACTICE000000000',
      Account: '000000000000',
      Arn: 'arn:aws:iam::000000000000:user/practice',
    });
    const wrong = ['--profile', 'wrong-key', '--region', 'eu-west-1', '--endpoint-url', sandbox.endpoint];
    assert.match(
      await refusal('sts', 'get-caller-identity', ...wrong),
      /\(InvalidClientTokenId\).*security token included in the request is invalid/,
    );
    assert.match(await refusal('ec2', 'describe-vpcs', ...wrong), /\(AuthFailure\).*not able to validate/);
    assert.match(await refusal('eks', 'list-clusters', ...wrong), /\(UnrecognizedClientException\)/);
    assert.match(await refusal('kms', 'list-keys', ...wrong), /\(UnrecognizedClientException\)/);
  }).timeout(60_000);

  it('makes buckets by the rules of their region, and keeps objects', async () => {
    assert.match(
      await refusal('s3api', 'create-bucket', '--bucket', 'stage'),
      /\(IllegalLocationConstraintException\)/,
    );
    const here = ['--create-bucket-configuration', 'LocationConstraint=eu-west-1'];
    assert.deepEqual(await aws('s3api', 'create-bucket', '--bucket', 'stage', ...here), { Location: '/stage' });
    const file = path.join(home, 'template file.json');
    writeFileSync(file, '{"Resources":{}}');
    await run('aws', ['s3', 'cp', file, 's3://stage/templates/a b.json'], { env: environment() });
    const { stdout } = await run('aws', ['s3', 'cp', 's3://stage/templates/a b.json', '-'], { env: environment() });
    assert.equal(stdout, '{"Resources":{}}');
    const { Contents } = await aws('s3api', 'list-objects-v2', '--bucket', 'stage');
    assert.deepEqual(
      (Contents as { Key: string; Size: number }[]).map(({ Key, Size }) => [Key, Size]),
      [['templates/a b.json', 16]],
    );
    assert.match(
      await refusal('s3api', 'get-object-tagging', '--bucket', 'stage', '--key', 'x'),
      /SandboxNotImplemented: s3:GetObjectTagging/,
    );
    assert.match(await refusal('s3api', 'delete-bucket', '--bucket', 'stage'), /\(BucketNotEmpty\)/);
    await run('aws', ['s3', 'rb', '--force', 's3://stage'], { env: environment() });
    assert.match(await refusal('s3api', 'head-bucket', '--bucket', 'stage'), /\(404\).*Not Found/);
  }).timeout(60_000);

  it('keeps keys and log groups', async () => {
    const { KeyMetadata } = await aws(
      'kms',
      'create-key',
      '--description',
      'for "secrets" <&>',
      '--tags',
      'TagKey=a,TagValue=b',
    );
    const { KeyId, CreationDate } = KeyMetadata as { KeyId: string; CreationDate: string | number };
    // Version 1 of the command shows the number on the wire, version 2 a date.
    const created = typeof CreationDate === 'number' ? CreationDate * 1000 : Date.parse(CreationDate);
    assert.ok(Math.abs(created - sandbox.sandbox.account.now()) < 3_600_000);
    await aws('kms', 'create-alias', '--alias-name', 'alias/demo', '--target-key-id', KeyId);
    const byAlias = (await aws('kms', 'describe-key', '--key-id', 'alias/demo')).KeyMetadata as { KeyId: string };
    assert.equal(byAlias.KeyId, KeyId);
    assert.match(
      await refusal('kms', 'create-alias', '--alias-name', 'alias/demo', '--target-key-id', KeyId),
      /\(AlreadyExistsException\)/,
    );

    await aws('logs', 'create-log-group', '--log-group-name', '/aws/eks/demo/cluster');
    assert.match(
      await refusal('logs', 'create-log-group', '--log-group-name', '/aws/eks/demo/cluster'),
      /\(ResourceAlreadyExistsException\).*The specified log group already exists/,
    );
    await aws('logs', 'put-retention-policy', '--log-group-name', '/aws/eks/demo/cluster', '--retention-in-days', '30');
    const { logGroups } = await aws('logs', 'describe-log-groups', '--log-group-name-prefix', '/aws/eks');
    assert.equal((logGroups as { retentionInDays: number }[])[0]?.retentionInDays, 30);
  }).timeout(60_000);
});
