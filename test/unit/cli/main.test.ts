import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { accountClock } from '../../../src/cli/accountClock.ts';
import { commandTable } from '../../../src/cli/commandTable.ts';
import { clockText, rangeText } from '../../../src/cli/duration.ts';
import type { Io } from '../../../src/cli/io.ts';
import { main } from '../../../src/cli/main.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { writeStateFile } from '../../../src/core/state/stateFile.ts';

function fakeIo(env: Record<string, string> = {}): Io & { stdout: string; stderr: string } {
  return {
    env,
    isTerminal: false,
    stdout: '',
    stderr: '',
    columns: () => 80,
    out(text) {
      this.stdout += text;
    },
    err(text) {
      this.stderr += text;
    },
    ask: () => Promise.reject(new Error('nobody to ask')),
    input: () => Promise.reject(new Error('nothing comes in')),
    onInterrupt: () => () => undefined,
  };
}

async function run(args: string[], env?: Record<string, string>) {
  const io = fakeIo(env);
  return { code: await main(args, io), out: io.stdout, err: io.stderr };
}

describe('private-eks', () => {
  let dir: string;
  beforeEach(async () => (dir = await mkdtemp(path.join(tmpdir(), 'private-eks-cli-'))));
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const specFile = async (text: string) => {
    const file = path.join(dir, 'demo.private-eks.yaml');
    await writeFile(file, text);
    return file;
  };
  const minimal = 'apiVersion: private-eks/v1\nkind: Cluster\nname: demo\nregion: eu-west-1\n';

  it('tells a program of wrong arguments and of errors in a spec, too, in JSON and nothing else', async () => {
    const bad = await specFile(`${minimal}nodez: {}\n`);
    const cases: readonly [string[], object][] = [
      [['update', '--json'], { code: 'usage', message: 'Which spec? Give it with -f FILE.' }],
      [['drift', '--json'], { code: 'usage', message: 'NAME is missing.' }],
      [['list', '--jsn', '--json'], { code: 'usage' }],
      ...['create', 'plan', 'update', 'preflight'].map((name): [string[], object] => [
        [name, '-f', bad, '--json'],
        { code: 'spec-invalid', message: `${bad} has an error.` },
      ]),
    ];
    for (const [args, told] of cases) {
      const { code, out, err } = await run(args);
      assert.equal(code, 2, args.join(' '));
      const line = JSON.parse(out) as { problems?: readonly { line: number; message: string }[] };
      assert.deepEqual({ ...line, ...told, type: 'error', retryable: false }, line);
      assert.notEqual(err, '');
      if (line.problems) assert.deepEqual([line.problems[0]?.line, line.problems.length], [5, 1]);
      assert.equal((await run(args.filter(arg => arg !== '--json'))).out, '');
    }
  });

  it('explains itself and every command', async () => {
    const { code, out } = await run(['help']);
    assert.equal(code, 0);
    for (const name of Object.keys(commandTable)) {
      assert.match(out, new RegExp(`^  ${name} `, 'm'));
      const help = await run(['help', name]);
      assert.equal(help.code, 0);
      assert.match(help.out, new RegExp(`Usage: private-eks ${name}`));
      assert.equal((await run([name, '--help'])).out, help.out);
    }
  });

  const wrong: readonly (readonly [string[], RegExp])[] = [
    [['frobnicate'], /There is no command "frobnicate"/],
    [['constructor'], /There is no command "constructor"/],
    [['status'], /NAME is missing/],
    [['status', 'a', 'b'], /"b" is too much/],
    [['plan', '--wat'], /There is no option --wat/],
    [['plan'], /Which spec/],
    [['plan', '-f', '/nowhere/x.yaml'], /cannot be read/],
    [['delete', 'demo'], /needs --yes/],
    [['sandbox', '--speed', 'fast'], /--speed is a number/],
    [['sandbox', '--port', '70000'], /--port is a number/],
    [['create', '-f', 'x', '--run-id', '../x'], /cannot be read|run id/],
  ];
  for (const [args, message] of wrong)
    it(`refuses ${args.join(' ')} with 2`, async () => {
      const { code, err } = await run(args);
      assert.equal(code, 2);
      assert.match(err, message);
    });

  it('says that doctor comes later', async () => {
    const { code, err } = await run(['doctor', 'demo']);
    assert.equal(code, 2);
    assert.match(err, /not there yet/);
  });

  it('plans without credentials and writes the templates', async () => {
    const out = path.join(dir, 'out');
    const { code, out: text } = await run(['plan', '-f', await specFile(minimal), '--out', out]);
    assert.equal(code, 0);
    assert.match(text, /USD a month/);
    const files = await readdir(out);
    assert.ok(files.includes('private-eks-demo-network.template.yaml'));
    assert.ok(files.includes('deploy.sh'));
  });

  it('gives a plan as JSON', async () => {
    const { out } = await run(['plan', '-f', await specFile(minimal), '--json']);
    assert.equal((JSON.parse(out) as { spec: { name: string } }).spec.name, 'demo');
  });

  it('refuses a bad spec with file, line and column, before any call', async () => {
    const file = await specFile(`${minimal}version: 2\n`);
    for (const command of ['plan', 'create']) {
      const { code, err } = await run([command, '-f', file], { AWS_PROFILE: 'no-such-profile' });
      assert.equal(code, 2);
      assert.match(err, /demo\.private-eks\.yaml:5:\d+: error: /);
    }
  });

  it('gives errors as JSON to programs', async () => {
    const env = { PRIVATE_EKS_HOME: dir };
    const { code, out, err } = await run(['events', 'demo', '--json'], env);
    assert.equal(code, 1);
    assert.match(err, /no run of demo/);
    assert.equal((JSON.parse(out) as { code: string }).code, 'run-not-found');
  });
});

describe('accountClock', () => {
  let home: string;
  beforeEach(async () => (home = await mkdtemp(path.join(tmpdir(), 'private-eks-clock-'))));
  afterEach(() => rm(home, { recursive: true, force: true }));

  it('runs as fast as the sandbox that the endpoint belongs to, and no other', async () => {
    const record = { endpoint: 'http://127.0.0.1:4000', speed: 60, realEpoch: Date.now(), epoch: 0, pid: 1 };
    await writeStateFile(path.join(home, 'sandbox', 'sandbox.json'), JSON.stringify(record));
    const scaled = await accountClock('http://127.0.0.1:4000/', home);
    assert.equal(scaled.speed, 60);
    assert.ok(scaled.clock.now() < 60_000);
    for (const endpoint of [undefined, 'http://127.0.0.1:4001', 'https://eks.amazonaws.com'])
      assert.deepEqual(await accountClock(endpoint, home), { clock: systemClock, speed: 1 });
  });
});

describe('durations', () => {
  it('are short', () => {
    assert.deepEqual([0, 252_000, 3_852_000].map(clockText), ['0:00', '4:12', '1:04:12']);
    assert.deepEqual([rangeText({ low: 20, high: 90 }), rangeText({ low: 480, high: 720 })], ['20–90 s', '8–12 min']);
  });
});
