import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { main } from '../../src/cli/main.ts';
import type { Io } from '../../src/cli/io.ts';
import { probe } from '../../src/core/tunnel/supervisor/probe.ts';
import type { TunnelPolicies } from '../../src/core/access/tunnelPolicies.ts';
import type { BastionsOfVpc } from '../../src/core/tunnel/bastion/bastion.ts';
import type { RouteReport } from '../../src/core/tunnel/route/route.ts';
import { dataChannels } from '../../src/sandbox/agent/dataChannels.ts';
import { startSandbox, type RunningSandbox } from '../../src/sandbox/shell/startSandbox.ts';
import { region } from '../sandbox/support/clusterRun.ts';
import { clusterSnapshot } from '../sandbox/bastion/bastionBench.ts';

interface Output {
  readonly text: () => string;
  readonly lines: () => Record<string, unknown>[];
  readonly until: (member: string) => Promise<Record<string, unknown>>;
}

/** The command line itself, over sockets, against a served account: real clients, real data channel, scaled time. */
describe('the command line and a bastion', function () {
  this.timeout(60_000);
  let sandbox: RunningSandbox;
  let home: string;
  let interrupts: Set<() => void>;
  /** The SDK's own chain reads the process's environment alone. */
  const kept = { ...process.env };

  before(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'private-eks-bastion-'));
    const stateDir = path.join(home, 'sandbox');
    const initial = await clusterSnapshot();
    sandbox = await startSandbox({ region, initial, stateDir, channels: dataChannels, speed: 120 });
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: sandbox.accessKeyId,
      AWS_SECRET_ACCESS_KEY: sandbox.secretAccessKey,
    });
  });
  after(async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])
      if (kept[name] === undefined) delete process.env[name];
      else process.env[name] = kept[name];
    await sandbox?.close();
    await rm(home, { recursive: true, force: true });
  });
  beforeEach(() => void (interrupts = new Set()));

  function cli(...args: string[]): { code: Promise<number>; out: Output; err: () => string } {
    let [stdout, stderr] = ['', ''];
    let changed: () => void = () => undefined;
    const io: Io = {
      env: {
        PRIVATE_EKS_HOME: home,
        AWS_ENDPOINT_URL: sandbox.endpoint,
        AWS_REGION: region,
      },
      isTerminal: false,
      columns: () => 80,
      out: text => {
        stdout += text;
        changed();
      },
      err: text => void (stderr += text),
      ask: () => Promise.reject(new Error('nobody to ask')),
      input: () => Promise.reject(new Error('nothing comes in')),
      onInterrupt: act => {
        interrupts.add(act);
        return () => void interrupts.delete(act);
      },
    };
    const lines = () =>
      stdout
        .split('\n')
        .flatMap(line => (/^[{[].+[}\]]$/.test(line) ? [JSON.parse(line) as Record<string, unknown>].flat() : []));
    const code = main(args, io);
    const until = (member: string) =>
      new Promise<Record<string, unknown>>((resolve, reject) => {
        changed = () => {
          const found = lines().find(line => member in line);
          if (found) resolve(found);
        };
        code.then(() => reject(new Error(`ended before it said ${member}: ${stdout}${stderr}`)), reject);
        changed();
      });
    return { code, out: { lines, until, text: () => stdout }, err: () => stderr };
  }
  const run = async (...args: string[]) => {
    const { code, out, err } = cli(...args);
    return { code: await code, json: out.lines(), text: out.text(), err: err() };
  };
  const interrupt = () => [...interrupts].forEach(act => act());
  const livez = async (port: number, kubeconfig: string) => {
    const text = await readFile(kubeconfig, 'utf8');
    const field = (name: string) => new RegExp(`${name}: (\\S+)`).exec(text)?.[1] ?? '';
    const ca = Buffer.from(field('certificate-authority-data'), 'base64').toString();
    return probe({ port, host: field('tls-server-name'), ca }, 10_000, AbortSignal.timeout(30_000));
  };

  const bastions = async () => {
    const { json, code } = await run('bastion', 'list', 'demo', '--json');
    assert.equal(code, 0);
    return (json as unknown as BastionsOfVpc[]).flatMap(found => found.bastions);
  };

  it('goes from nothing to the first byte through a new bastion, which goes with its tunnel', async () => {
    const tunnel = cli('tunnel', 'demo', '--json', '--route', 'new-bastion');
    const { port, kubeconfig } = await tunnel.out.until('kubeconfig');
    assert.ok((await livez(Number(port), String(kubeconfig))) >= 0);
    assert.deepEqual(
      (await bastions()).map(({ state, hourlyUsd }) => [state, hourlyUsd]),
      [['ready', 0.0123]],
    );
    assert.match(
      (await run('bastion', 'list')).text,
      /^VPC +TASK +STATE +OWNER +ENDS +COST\nvpc-\w+ +\w{32} +ready +practice/,
    );
    interrupt();
    await tunnel.code;
    assert.match(tunnel.err(), /Starting a bastion for 8 h[\s\S]*Stopped the bastion: nobody else used it\./);
    assert.deepEqual(await bastions(), []);
    assert.match(
      (await run('bastion', 'list', 'demo')).text,
      /^No bastion runs\.\n\nLeft over.*\n {2}stack private-eks-bastion-vpc-/,
    );
    assert.match((await run('bastion', 'sweep', 'demo')).text, /^removed stack private-eks-bastion-vpc-\w+\n$/);
    assert.equal((await run('bastion', 'sweep')).text, 'Nothing was left.\n');
  });

  it('joins a bastion that was started by itself, and leaves it running', async () => {
    const started = await run('bastion', 'start', 'demo', '--ttl', '2h', '--json');
    const { target } = started.json[0] ?? {};
    const tunnel = cli('tunnel', 'demo', '--json', '--route', 'bastion');
    const { port, kubeconfig } = await tunnel.out.until('kubeconfig');
    assert.ok((await livez(Number(port), String(kubeconfig))) >= 0);
    interrupt();
    await tunnel.code;
    assert.deepEqual(
      (await bastions()).map(bastion => bastion.target),
      [target],
    );
    assert.match(
      (await run('bastion', 'stop', 'demo')).text,
      /^stopped arn:aws:ecs:.*\nremoved rule sgr-\w+ of sg-\w+\n$/,
    );
    assert.equal((await run('bastion', 'stop', 'demo')).text, 'No bastion runs there.\n');
    await run('bastion', 'sweep', 'demo');
  });

  it('tells why a route is taken', async () => {
    const { json, code, err } = await run('routes', 'demo', '--json');
    assert.equal(code, 0, err);
    const [report] = json as unknown as RouteReport[];
    assert.deepEqual(
      report?.findings.map(({ kind, verdict }) => `${kind}: ${verdict}`),
      ['direct: not-tried', 'instance: chosen', 'bastion: not-tried', 'new-bastion: not-tried'],
    );
    const { text } = await run('routes', 'demo', '--all');
    assert.match(text, /^demo: i-\w+ is a node of demo[\s\S]*→ instance[\s\S]*✗ bastion +No bastion runs in vpc-/);
    assert.equal((await run('routes', 'demo', '--route', 'bastion')).code, 1);
    assert.equal((await run('routes', 'demo', '--route', 'new-bastion')).code, 2);
  });

  it('writes the policies for it', async () => {
    const { text, code } = await run('policy', 'tunnel', 'demo');
    assert.equal(code, 0);
    const policies = JSON.parse(text) as TunnelPolicies;
    assert.match(JSON.stringify(policies.user), /security-group\/sg-\w+"/);
    const one = await run('policy', 'tunnel', 'demo', '--for', 'user', '--bastion', 'none');
    assert.ok(one.text.length < text.length && !one.text.includes('RunTask'));
    for (const wrong of [
      ['policy', 'cluster', 'demo'],
      ['policy', 'tunnel', 'demo', '--bastion', 'all'],
      ['bastion', 'kill', 'demo'],
      ['bastion', 'start'],
      ['bastion', 'start', 'demo', '--ttl', '3d'],
      ['bastion', 'list', '--vpc', 'x'],
    ])
      assert.equal((await run(...wrong)).code, 2, wrong.join(' '));
  });
});
