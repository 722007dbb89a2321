import { AttachRolePolicyCommand, CreateRoleCommand } from '@aws-sdk/client-iam';
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { giveCode, listRequests, type CodeRequest } from '../../src/core/aws/mfa/codeRequest.ts';
import type { RunEvent } from '../../src/core/run/runEvent.ts';
import { SsoBench } from '../sandbox/signIn/ssoBench.ts';

const cli = process.env['PRIVATE_EKS_CLI'] ?? path.resolve(import.meta.dirname, '../../dist/cli.js');
const pluginMain = path.resolve(import.meta.dirname, '../../dist/token.js');
const codes = { wrong: '000000', first: '271828', second: '314159' };

/** The wrong one is part of the account's number. */
const secret = /271828|314159/;

interface Child {
  readonly child: ChildProcess;
  readonly lines: Record<string, unknown>[];
  readonly ended: Promise<number | null>;
  /** Of both outputs. */
  text(): string;
}

/** Runs and tunnels as the editor starts them, with a profile whose role wants a code of an MFA device. */
describe('a process without a terminal whose role wants an MFA code', function () {
  this.timeout(120_000);
  let bench: SsoBench;
  let home: string;
  const children: ChildProcess[] = [];

  before(async () => {
    bench = await SsoBench.open(600);
    home = path.join(bench.home, 'state');
    // Where a process finds how fast the account's time goes.
    const { scale, endpoint, control } = bench.running;
    await mkdir(path.join(home, 'sandbox'), { recursive: true });
    const record = JSON.stringify({ ...scale, endpoint, control, pid: process.pid });
    await writeFile(path.join(home, 'sandbox/sandbox.json'), record);
    const admin = await bench.session('base');
    const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
    const Statement = { Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole', Condition };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    const iam = await admin.client('iam');
    await iam.send(new CreateRoleCommand({ RoleName: 'operator', AssumeRolePolicyDocument }));
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'operator', PolicyArn }));
    admin.dispose();
  });
  after(async () => {
    for (const child of children) child.kill('SIGKILL');
    await bench.close();
  });

  function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Child {
    return begin([cli, ...args, '--json'], env);
  }

  function begin(args: readonly string[], env: Readonly<Record<string, string>> = {}): Child {
    const child = spawn(process.execPath, args, {
      env: { ...bench.env, PRIVATE_EKS_HOME: home, AWS_PROFILE: 'mfa', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let text = '';
    let rest = '';
    const lines: Record<string, unknown>[] = [];
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const whole = (rest + chunk.toString()).split('\n');
      rest = whole.pop() ?? '';
      lines.push(
        ...whole.filter(line => line.startsWith('{')).map(line => JSON.parse(line) as Record<string, unknown>),
      );
    });
    const ended = new Promise<number | null>(resolve => child.once('close', resolve));
    return { child, lines, ended, text: () => text };
  }

  /** As kubectl starts it. */
  const plugin = () => begin([pluginMain, 'token', '--cluster', 'payments', '--region', 'eu-west-1']);

  async function until<T>(find: () => T | undefined | Promise<T | undefined>, of: Child): Promise<T> {
    for (;;) {
      const found = await find();
      if (found !== undefined) return found;
      if (of.child.exitCode !== null) throw new Error(`the process ended: ${of.text().slice(-2000)}`);
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }

  /** What a window does: it finds the question and answers it. */
  async function answer(of: Child, code: string, isMeant = (_: CodeRequest) => true): Promise<CodeRequest> {
    const request = await until(
      async () => (await listRequests(home)).find(one => one.pid === of.child.pid && isMeant(one)),
      of,
    );
    assert.equal(await giveCode(home, request, code), true);
    await until(async () => ((await listRequests(home)).some(({ id }) => id === request.id) ? undefined : true), of);
    return request;
  }

  async function assertNoCode(): Promise<void> {
    for (const name of await readdir(home, { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue;
      assert.doesNotMatch(await readFile(path.join(name.parentPath, name.name), 'utf8'), secret, name.name);
    }
  }

  it('says what is missing where no window can be asked', async () => {
    const child = start(['list']);
    assert.equal(await child.ended, 1);
    const said = child.lines.at(-1);
    assert.equal(said?.['code'], 'no-credentials');
    assert.match(String(said?.['message']), /wants a code of the MFA device practice .*nobody can be asked/);
    assert.match(String(said?.['fix']), /terminal or from the editor/);
  });

  it('runs: asks before it begins, again after a wrong code and after the role’s hour, and goes on', async () => {
    const spec = path.join(bench.home, 'payments.private-eks.yaml');
    await writeFile(spec, 'apiVersion: private-eks/v1\nkind: Cluster\nname: payments\nregion: eu-west-1\n');
    const run = start(['create', '-f', spec], { PRIVATE_EKS_MFA_FOR: 'create payments' });
    const request = await answer(run, codes.wrong);
    assert.deepEqual(
      [request.profile, request.purpose, request.serial, request.refusal],
      ['mfa', 'create payments', 'arn:aws:iam::000000000000:mfa/practice', undefined],
    );
    const again = await answer(run, codes.first, ({ id }) => id !== request.id);
    assert.match(again.refusal ?? '', /invalid MFA one time pass code/);
    const events = () => run.lines as unknown as RunEvent[];
    await until(() => events().find(event => event.type === 'step-started' && event.step === 'cluster'), run);
    bench.endSignIn();
    await until(() => events().find(event => event.type === 'waiting-for-sign-in'), run);
    await answer(run, codes.second);
    await until(() => events().find(event => event.type === 'note' && event.message === 'Signed in again.'), run);
    assert.equal(await run.ended, 0, run.text().slice(-2000));
    assert.equal(events().filter(event => event.type === 'waiting-for-sign-in').length, 1);
    assert.doesNotMatch(run.text(), secret);
    assert.deepEqual(await listRequests(home), []);
    await assertNoCode();
  });

  it('opens a tunnel, whose state is told, and which goes on with its code', async () => {
    const tunnel = start(['tunnel', 'payments'], { PRIVATE_EKS_MFA_FOR: 'tunnel to payments' });
    await answer(tunnel, codes.first);
    await until(() => tunnel.lines.find(line => line['port'] !== undefined), tunnel);
    const signed = plugin();
    assert.equal(await signed.ended, 0, signed.text());
    assert.match(signed.text(), /^{"apiVersion":"client.authentication.k8s.io\/v1beta1".*"token":"k8s-aws-v1\./);
    bench.endSignIn();
    const faults = `${bench.running.control}/faults`;
    assert.ok((await fetch(faults, { method: 'POST', body: JSON.stringify({ effect: 'drop-sockets' }) })).ok);
    const waiting = await until(() => tunnel.lines.find(line => line['state'] === 'waiting-for-sign-in'), tunnel);
    assert.ok(waiting);
    await until(async () => (await listRequests(home))[0], tunnel);
    const unsigned = plugin();
    assert.equal(await unsigned.ended, 1);
    assert.match(unsigned.text(), /^private-eks: Profile mfa needs a code of the MFA device practice\.$/m);
    await answer(tunnel, codes.second);
    await until(() => {
      const last = tunnel.lines.findLast(line => line['state'] !== undefined);
      return last?.['state'] === 'healthy' ? last : undefined;
    }, tunnel);
    tunnel.child.kill('SIGTERM');
    await tunnel.ended;
    const alone = plugin();
    assert.equal(await alone.ended, 1);
    assert.match(alone.text(), /wants a code of an MFA device, which cannot be asked for here\. A tunnel to payments/);
    assert.doesNotMatch(tunnel.text(), secret);
    await assertNoCode();
  });

  it('leaves no question behind when it is killed', async () => {
    const killed = start(['tunnel', 'payments'], { PRIVATE_EKS_MFA_FOR: 'tunnel to payments' });
    await until(async () => (await listRequests(home))[0], killed);
    killed.child.kill('SIGKILL');
    await killed.ended;
    assert.deepEqual(await listRequests(home), []);
    assert.deepEqual(await readdir(path.join(home, 'codes')), []);
  });
});
