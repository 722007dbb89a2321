import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startSandbox, type RunningSandbox } from '../../src/sandbox/shell/startSandbox.ts';
import { skipBecause } from '../skipBecause.ts';
import { awsCalls, awsRefusals } from './support/awsCalls.ts';
import { ClusterBench, minimalSpec, region } from './support/clusterRun.ts';
import { assertLike } from './support/likeness.ts';

const run = promisify(execFile);

/** How somebody else's client calls AWS; throws with AWS's code and words. */
interface Judge {
  readonly title: string;
  /** Undefined: it is here. */
  readonly missing: () => Promise<string | undefined>;
  call(service: string, operation: string, input: object, profile: string): Promise<unknown>;
}

interface Refused {
  readonly code: string;
  readonly message: string;
}

describe('an account with a cluster', () => {
  let sandbox: RunningSandbox;
  let folder: string;

  before(async function () {
    this.timeout(60_000);
    const bench = await ClusterBench.open();
    const created = await bench.create(await bench.plan(`${minimalSpec}encryption: {key: new}\n`));
    assert.equal(created.outcome, 'done');
    // The account is as it was a minute after its creation; only real time matters from here on.
    sandbox = await startSandbox({ region, initial: bench.account.sandbox.account.snapshot() });
    await bench.close();
    folder = mkdtempSync(path.join(os.tmpdir(), 'private-eks-aws-'));
    const { endpoint, accessKeyId, secretAccessKey } = sandbox;
    const settings = `region = ${region}\nendpoint_url = ${endpoint}\noutput = json\ncli_pager =\nmax_attempts = 1\n`;
    writeFileSync(path.join(folder, 'config'), `[profile good]\n${settings}[profile wrong]\n${settings}`);
    const keys = (secret: string) => `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secret}\n`;
    writeFileSync(
      path.join(folder, 'credentials'),
      `[good]\n${keys(secretAccessKey)}[wrong]\n${keys(secretAccessKey.toLowerCase())}`,
    );
  });
  after(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const environment = (profile: string) => ({
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    AWS_CONFIG_FILE: path.join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: path.join(folder, 'credentials'),
    AWS_PROFILE: profile,
    AWS_EC2_METADATA_DISABLED: 'true',
    NO_PROXY: '127.0.0.1',
  });

  const command: Judge = {
    title: 'the aws command',
    missing: () =>
      run('aws', ['--version']).then(
        () => undefined,
        () => 'no aws command on PATH',
      ),
    call: async (service, operation, input, profile) => {
      const kebab = operation.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();
      const args = [service, kebab, '--cli-input-json', JSON.stringify(input)];
      const failed = (error: unknown): never => {
        const { code, stderr } = error as { code: number; stderr: string };
        const said = /An error occurred \(([\w.]+)\) when calling the (\w+) operation(?: \([^)]*\))?: ?(.*)$/m.exec(
          stderr,
        );
        // 254 in version 2, 255 in version 1: the service has refused the call.
        if ((code !== 254 && code !== 255) || said?.[2] !== operation) throw error;
        throw Object.assign(new Error(said[3]), { name: said[1] });
      };
      const { stdout } = await inTurn(() => run('aws', args, { env: environment(profile) })).catch(failed);
      return (stdout.trim() === '' ? {} : JSON.parse(stdout)) as unknown;
    },
  };

  const sdk: Judge = {
    title: 'the SDK',
    missing: () => Promise.resolve(undefined),
    call: async (service, operation, input, profile) => {
      const { endpoint, accessKeyId, secretAccessKey } = sandbox;
      const name = { logs: 'cloudwatch-logs', autoscaling: 'auto-scaling' }[service] ?? service;
      const module = (await import(`@aws-sdk/client-${name}`)) as Record<string, new (input: object) => SdkClient>;
      const clientName =
        Object.keys(module).find(key => key.toLowerCase() === `${name.replaceAll('-', '')}client`) ?? '';
      const [Client, Command] = [module[clientName], module[`${operation}Command`]];
      if (!Client || !Command) throw new Error(`the SDK has no ${service}:${operation}`);
      const secret = profile === 'good' ? secretAccessKey : secretAccessKey.toLowerCase();
      const credentials = { accessKeyId, secretAccessKey: secret };
      const client = new Client({ endpoint, region, credentials, maxAttempts: 1 });
      try {
        return await client.send(new Command(input));
      } catch (error) {
        const { name: code, Code = code } = error as Error & { Code?: string };
        throw Object.assign(new Error((error as Error).message), { name: Code });
      } finally {
        client.destroy();
      }
    },
  };

  const refusalOf = (
    judge: Judge,
    service: string,
    operation: string,
    input: object,
    profile = 'good',
  ): Promise<Refused> =>
    judge.call(service, operation, input, profile).then(
      () => assert.fail(`${service} ${operation} was not refused`),
      ({ name, message }: Error) => ({ code: name, message }),
    );

  for (const judge of [command, sdk])
    describe(`as ${judge.title} sees it`, function () {
      this.timeout(60_000);
      const answers: Promise<unknown>[] = [];
      const refusals: Promise<Refused>[] = [];

      before(async function () {
        const missing = await judge.missing();
        if (missing !== undefined) skipBecause(this, missing);
        for (const { service, operation, input } of awsCalls)
          answers.push(judge.call(service, operation, input, 'good'));
        for (const { service, operation, input } of awsRefusals)
          refusals.push(refusalOf(judge, service, operation, input));
        // Each is awaited by its own test.
        for (const promise of [...answers, ...refusals]) promise.catch(() => undefined);
      });

      for (const [index, { service, operation, answer }] of awsCalls.entries())
        it(`${service} ${operation}`, async () => assertLike(await answers[index], answer));

      for (const [index, { service, operation, code, message }] of awsRefusals.entries())
        it(`${service} ${operation} is refused with ${code}`, async () => {
          const refused = await refusals[index];
          assert.equal(refused?.code, code);
          assert.match(refused.message, message);
        });

      it('refuses a wrong secret in each service’s own words', async () => {
        const wrong = (service: string, operation: string) => refusalOf(judge, service, operation, {}, 'wrong');
        const mismatch = /^The request signature we calculated does not match the signature you provided\./;
        const [sts, s3, eks, ec2] = await Promise.all([
          wrong('sts', 'GetCallerIdentity'),
          judge === sdk ? wrong('s3', 'ListBuckets') : undefined,
          wrong('eks', 'ListClusters'),
          wrong('ec2', 'DescribeVpcs'),
        ]);
        assert.equal(sts.code, 'SignatureDoesNotMatch');
        assert.match(sts.message, mismatch);
        if (s3) assert.equal(s3.code, 'SignatureDoesNotMatch');
        assert.equal(eks.code, 'InvalidSignatureException');
        assert.match(eks.message, mismatch);
        assert.equal(ec2.code, 'AuthFailure');
      });
    });

  it('is shown by `aws s3 ls` and `aws iam list-attached-role-policies`, too', async function () {
    this.timeout(60_000);
    if (await command.missing()) skipBecause(this, 'no aws command on PATH');
    const { stdout } = await run('aws', ['s3', 'ls'], { env: environment('good') });
    assert.equal(stdout, '');
    const { Roles } = (await command.call('iam', 'ListRoles', {}, 'good')) as { Roles: { RoleName: string }[] };
    const RoleName = Roles.find(role => role.RoleName.includes('NodeRole'))?.RoleName;
    const attached = await command.call('iam', 'ListAttachedRolePolicies', { RoleName }, 'good');
    const { AttachedPolicies } = attached as { AttachedPolicies: { PolicyName: string; PolicyArn: string }[] };
    assert.deepEqual(AttachedPolicies.map(({ PolicyName }) => PolicyName).toSorted(), [
      'AmazonEC2ContainerRegistryPullOnly',
      'AmazonEKSWorkerNodePolicy',
      'AmazonEKS_CNI_Policy',
      'AmazonSSMManagedInstanceCore',
    ]);
    for (const { PolicyName, PolicyArn } of AttachedPolicies)
      assert.equal(PolicyArn, `arn:aws:iam::aws:policy/${PolicyName}`);
  });
});

interface SdkClient {
  send(command: object): Promise<unknown>;
  destroy(): void;
}

/** The command takes half a second of a processor for each call. */
const atOnce = 3;
let busy = 0;
const queue: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (busy >= atOnce) await new Promise<void>(resolve => queue.push(resolve));
  busy++;
  try {
    return await work();
  } finally {
    busy--;
    queue.shift()?.();
  }
}
