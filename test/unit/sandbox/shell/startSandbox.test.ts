import { CreateKeyCommand, DescribeKeyCommand, KMSClient, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import {
  S3Client,
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ConfiguredRetryStrategy } from '@smithy/core/retry';
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { startSandbox, type RunningSandbox, type StartOptions } from '../../../../src/sandbox/shell/startSandbox.ts';

describe('the served sandbox', () => {
  let stateDir: string;
  const running: RunningSandbox[] = [];
  beforeEach(() => (stateDir = mkdtempSync(path.join(os.tmpdir(), 'private-eks-sandbox-'))));
  afterEach(async () => {
    for (const sandbox of running.splice(0)) await sandbox.close();
    rmSync(stateDir, { recursive: true });
  });

  const start = async (options: StartOptions = {}): Promise<RunningSandbox> => {
    const sandbox = await startSandbox(options);
    running.push(sandbox);
    return sandbox;
  };
  const config = ({ endpoint, region, accessKeyId, secretAccessKey }: RunningSandbox) => ({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
  });

  it('answers an SDK client that has nothing but its endpoint and keys', async () => {
    const sandbox = await start();
    const identity = await new STSClient(config(sandbox)).send(new GetCallerIdentityCommand({}));
    assert.equal(identity.Arn, 'arn:aws:iam::000000000000:user/practice');
    const s3 = new S3Client(config(sandbox));
    await s3.send(new CreateBucketCommand({ Bucket: 'staging' }));
    const Key = 'a folder/ü+(1).json';
    await s3.send(new PutObjectCommand({ Bucket: 'staging', Key, Body: Buffer.alloc(300_000, 'x') }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'staging', Key }));
    assert.equal((await Body?.transformToString())?.length, 300_000);
    assert.equal((await s3.send(new HeadObjectCommand({ Bucket: 'staging', Key }))).ContentLength, 300_000);
    await assert.rejects(s3.send(new HeadObjectCommand({ Bucket: 'staging', Key: 'none' })), { name: 'NotFound' });
  });

  it('refuses every Host but its own, and serves on loopback only', async () => {
    const { endpoint, control } = await start();
    const { port, pathname } = new URL(`${control}/state`);
    const statusFor = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const options = { host: '127.0.0.1', port, path: pathname, headers: { host } };
        request(options, response => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
    assert.equal(await statusFor(`127.0.0.1:${port}`), 200);
    assert.equal(await statusFor(`localhost:${port}`), 200);
    assert.equal(await statusFor('attacker.example'), 403);
    assert.equal(await statusFor(`attacker.example:${port}`), 403);
    assert.equal(await statusFor('127.0.0.1:1'), 403);
    assert.equal(new URL(endpoint).hostname, '127.0.0.1');
    assert.equal((await fetch(`${endpoint}/_control/0000/state`)).status, 403);
  });

  it('keeps the account over a restart, its keys and its clock too, in files that only their owner reads', async () => {
    const first = await start({ stateDir });
    const { KeyMetadata } = await new KMSClient(config(first)).send(new CreateKeyCommand({}));
    const before = first.sandbox.account.now();
    assert.equal(statSync(path.join(stateDir, 'sandbox.json')).mode & 0o777, 0o600);
    const record = JSON.parse(readFileSync(path.join(stateDir, 'sandbox.json'), 'utf8')) as Record<string, unknown>;
    const { endpoint, control } = first;
    assert.deepEqual(record, { endpoint, control, pid: process.pid, ...first.scale });
    await first.close();
    running.pop();
    assert.equal(statSync(path.join(stateDir, 'state.json')).mode & 0o777, 0o600);
    assert.ok(!existsSync(path.join(stateDir, 'sandbox.json')));

    const second = await start({ stateDir });
    assert.equal(second.secretAccessKey, first.secretAccessKey);
    assert.ok(second.scale.epoch >= before);
    const found = await new KMSClient(config(second)).send(new DescribeKeyCommand({ KeyId: KeyMetadata?.KeyId }));
    assert.equal(found.KeyMetadata?.CreationDate?.getTime(), KeyMetadata?.CreationDate?.getTime());
    await second.close();
    running.pop();

    const third = await start({ stateDir, empty: true });
    assert.deepEqual(third.sandbox.account.resources(), []);
    assert.notEqual(third.secretAccessKey, first.secretAccessKey);
  });

  it('refuses a state file that it does not understand instead of losing it', async () => {
    writeFileSync(path.join(stateDir, 'state.json'), '{"version":99}');
    await assert.rejects(startSandbox({ stateDir }), /another version/);
    assert.equal(readFileSync(path.join(stateDir, 'state.json'), 'utf8'), '{"version":99}');
  });

  it('runs the account faster than real time, jobs included', async () => {
    // A week of waiting for a key's deletion in some tens of milliseconds.
    const sandbox = await start({ speed: 20_000_000 });
    const kms = new KMSClient(config(sandbox));
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: KeyMetadata?.KeyId, PendingWindowInDays: 7 }));
    const gone = async (): Promise<void> => {
      await assert.rejects(kms.send(new DescribeKeyCommand({ KeyId: KeyMetadata?.KeyId })), {
        name: 'NotFoundException',
      });
    };
    for (let attempt = 0; ; attempt++) {
      try {
        return await gone();
      } catch (error) {
        if (attempt > 200) throw error;
      }
    }
  });

  it('takes faults and tells its state at the control URL', async () => {
    const sandbox = await start();
    const post = (fault: object) =>
      fetch(`${sandbox.control}/faults`, { method: 'POST', body: JSON.stringify(fault) }).then(
        response => response.status,
      );
    assert.equal(await post({ service: 'kms', effect: 'nonsense' }), 400);
    assert.equal(
      await post({ service: 'kms', operation: 'CreateKey', code: 'LimitExceededException', message: 'full' }),
      201,
    );
    const kms = new KMSClient({ ...config(sandbox), maxAttempts: 1 });
    await assert.rejects(kms.send(new CreateKeyCommand({})), { name: 'LimitExceededException', message: 'full' });
    assert.equal(await post({ service: 'kms', operation: 'CreateKey', effect: 'drop-response' }), 201);
    await assert.rejects(kms.send(new CreateKeyCommand({})), /socket hang up|ECONNRESET/);
    const state = (await (await fetch(`${sandbox.control}/state`)).json()) as {
      resources: { type: string }[];
      pending: [];
    };
    assert.deepEqual(
      state.resources.map(resource => resource.type),
      ['AWS::KMS::Key'],
    );
    assert.deepEqual(state.pending, []);
    assert.equal(await post({ service: 'kms', effect: 'throttle', times: 2 }), 201);
    const patient = new KMSClient({ ...config(sandbox), retryStrategy: new ConfiguredRetryStrategy(3, 1) });
    assert.equal((await patient.send(new CreateKeyCommand({}))).$metadata.attempts, 3);
  });

  it('hands data channels to whoever serves them, and refuses other upgrades', async () => {
    const seen: (string | undefined)[] = [];
    const sandbox = await start({
      channels: () => ({
        upgrade: (incoming, socket) => {
          seen.push(incoming.url);
          socket.end('HTTP/1.1 418 Taken\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        },
        close: () => seen.push('closed'),
      }),
    });
    const upgrade = (target: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const headers = { connection: 'upgrade', upgrade: 'websocket' };
        request(sandbox.endpoint + target, { headers }, response => resolve(response.statusCode))
          .on('error', reject)
          .end();
      });
    assert.equal(await upgrade('/v1/data-channel/s-1?role=x'), 418);
    assert.equal(await upgrade('/elsewhere'), 403);
    await sandbox.close();
    running.pop();
    assert.deepEqual(seen, ['/v1/data-channel/s-1?role=x', 'closed']);
  });
});
