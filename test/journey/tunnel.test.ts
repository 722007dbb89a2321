import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { probe } from '../../src/core/tunnel/supervisor/probe.ts';
import { JourneyPlace } from './support/journeyPlace.ts';
import type { LivingProcess } from './support/livingProcess.ts';

/** The one that a new practice account holds. */
const cluster = 'practice';

describe('a tunnel', function () {
  this.timeout(60_000);
  let place: JourneyPlace;
  let sandbox: LivingProcess;

  before(async () => {
    place = new JourneyPlace();
    sandbox = await place.startSandbox('--speed', '240');
  });
  // A test that fails leaves its tunnel open, which the next would take for its own.
  afterEach(async () => {
    for (const running of place.started) if (running !== sandbox && running.isRunning) await running.stop('SIGKILL');
  });
  after(() => place.close());

  const open = async (...args: string[]) => {
    const tunnel = place.cli('tunnel', cluster, '--json', ...args);
    const { port, kubeconfig } = await tunnel.line('kubeconfig');
    return { tunnel, port: Number(port), kubeconfig: String(kubeconfig) };
  };
  const refused = async (...args: string[]): Promise<Record<string, unknown>> => {
    const { code, stdout } = await place.cliResult('tunnel', ...args, '--json');
    assert.equal(code, 1);
    return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
  };
  /** Sessions that are open now, but for those of a killed tunnel, which AWS ends when nobody has used them for a while. */
  const connected = async () =>
    (await place.state()).sessions.filter(({ sessionId, status }) => status === 'connected' && !orphans.has(sessionId))
      .length;
  const orphans = new Set<string>();
  const records = () => readdirSync(path.join(place.home, 'tunnels')).filter(name => name.endsWith('.json'));
  const answers = (port: number) =>
    new Promise<boolean>(resolve => {
      const socket = connect(port, '127.0.0.1');
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
  /** A round trip to the API server, as kubectl makes it: the certificate must be the cluster's. */
  const livez = (port: number, kubeconfig: string) => {
    const text = readFileSync(kubeconfig, 'utf8');
    const field = (name: string) => new RegExp(`${name}: (\\S+)`).exec(text)?.[1] ?? '';
    const ca = Buffer.from(field('certificate-authority-data'), 'base64').toString();
    return probe({ port, host: field('tls-server-name'), ca }, 10_000, AbortSignal.timeout(30_000));
  };

  it('says which cluster there is none of', async () => {
    const { code, message } = await refused('nowhere');
    assert.deepEqual([code, message], ['cluster-not-found', 'There is no cluster nowhere in eu-west-1.']);
    const plain = await place.cliResult('tunnel', 'nowhere');
    assert.deepEqual([plain.code, plain.stdout], [1, '']);
    assert.match(plain.stderr, /^There is no cluster nowhere in eu-west-1\.\n/);
  });

  it('says that its port is taken, before it opens a session', async () => {
    const squatter = createServer();
    await new Promise<void>(resolve => squatter.listen(0, '127.0.0.1', resolve));
    const { port } = squatter.address() as AddressInfo;
    const sessions = (await place.state()).sessions.length;
    const { code, message, fix } = await refused(cluster, '--port', String(port));
    squatter.close();
    assert.deepEqual([code, message], ['port-in-use', `Port ${port} on 127.0.0.1 is taken by another program.`]);
    assert.match(String(fix), /another port/);
    assert.equal((await place.state()).sessions.length, sessions);
  });

  it('says what keeps it out where no node is online', async () => {
    const spec = path.join(place.folder, 'sealed.private-eks.yaml');
    const features = 'features:\n  sessionManager: false\n';
    writeFileSync(
      spec,
      `apiVersion: private-eks/v1\nkind: Cluster\nname: sealed\nregion: eu-west-1\nnetwork:\n  zones: 2\n${features}`,
    );
    const created = await place.cliResult('create', '-f', spec);
    assert.equal(created.code, 0, created.stderr);
    assert.match(created.stdout + created.stderr, /not probed: There is no way into vpc-/);
    const { code, message, fix } = await refused('sealed');
    assert.equal(code, 'no-route');
    assert.match(
      String(message),
      /no way into vpc-\w+ of sealed\. None of 2 instances can be used; .*Session Manager does not know it/,
    );
    assert.match(
      String(fix),
      /feature sessionManager: endpoints ssm and ssmmessages in the VPC, and AmazonSSMManagedInstanceCore/,
    );
    for (const access of (await place.state()).endpointAccess) assert.equal(access.endpointPublicAccess, false);
  });

  it('is shared: a second call shows and watches the first, and leaves it alone when it goes', async () => {
    const first = await open();
    const second = await open();
    assert.deepEqual([second.port, second.kubeconfig], [first.port, first.kubeconfig]);
    assert.equal(await connected(), 1);
    assert.equal((await second.tunnel.stop('SIGINT')).code, 0);
    await livez(first.port, first.kubeconfig);

    const third = await open();
    await first.tunnel.stop('SIGTERM');
    assert.equal((await third.tunnel.ended).code, 0, 'a watcher outlives what it watches');
    assert.equal(await connected(), 0);
  });

  it('is one, also when two are asked for at the same moment', async () => {
    const both = await Promise.all([open(), open(), open()]);
    const ports = new Set(both.map(({ port }) => port));
    assert.equal(ports.size, 1);
    assert.equal(await connected(), 1);
    await livez(both[0]?.port ?? 0, both[0]?.kubeconfig ?? '');
    await Promise.all(both.map(({ tunnel }) => tunnel.stop('SIGINT')));
    assert.equal(await connected(), 0);
    assert.deepEqual(records(), []);
  });

  it('writes its kubeconfig elsewhere when asked, and only while it is open', async () => {
    const { tunnel, port, kubeconfig } = await open();
    const own = await place.cliResult('kubeconfig', cluster);
    assert.deepEqual([own.code, own.stdout], [0, `${kubeconfig}\n`]);
    const out = path.join(place.folder, 'elsewhere.yaml');
    assert.equal((await place.cliResult('kubeconfig', cluster, '--out', out)).code, 0);
    assert.equal(readFileSync(out, 'utf8'), readFileSync(kubeconfig, 'utf8'));
    await livez(port, out);
    await tunnel.stop('SIGINT');
    const after = await place.cliResult('kubeconfig', cluster);
    assert.equal(after.code, 1);
    assert.match(after.stderr, /no tunnel to practice in eu-west-1/);
  });

  it('is replaced after it was killed, whatever it left behind', async () => {
    const killed = await open();
    await killed.tunnel.stop('SIGKILL');
    assert.equal(records().length, 1, 'a killed process cannot tidy up');
    const stale = await place.cliResult('kubeconfig', cluster);
    assert.equal(stale.code, 1, 'a kubeconfig for a tunnel that is dead');
    for (const { sessionId, status } of (await place.state()).sessions)
      if (status === 'connected') orphans.add(sessionId);
    const next = await open();
    await livez(next.port, next.kubeconfig);
    const record = readFileSync(path.join(place.home, 'tunnels', records()[0] ?? ''), 'utf8');
    assert.equal((JSON.parse(record) as { pid: number }).pid, next.tunnel.child.pid);
    await next.tunnel.until('that what was left is ended', ({ lines }) =>
      lines.find(line => (line['event'] as { code?: string } | undefined)?.code === 'leftover-ended'),
    );
    const { sessions } = await place.state();
    assert.deepEqual(
      sessions.filter(({ sessionId, status }) => orphans.has(sessionId) && status === 'connected'),
      [],
    );
    await next.tunnel.stop('SIGINT');
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    it(`leaves nothing at ${signal}`, async () => {
      const { tunnel, port } = await open();
      assert.equal(await connected(), 1);
      const { code, stderr } = await tunnel.stop(signal);
      assert.equal(code, 0, stderr);
      assert.equal(await connected(), 0);
      assert.equal(await answers(port), false);
      assert.deepEqual(readdirSync(path.join(place.home, 'tunnels')), []);
    });

  it('ends its session when whoever read its output is gone', async () => {
    const { tunnel } = await open();
    tunnel.child.stdout?.destroy();
    await place.fault({ effect: 'drop-sockets' });
    await tunnel.ended;
    assert.equal(await connected(), 0);
    assert.deepEqual(records(), []);
  });

  it('says that it waits while the account does not answer, and comes back with it', async () => {
    const { tunnel, port, kubeconfig } = await open();
    const { endpoint } = place.sandbox ?? { endpoint: '' };
    await sandbox.stop('SIGKILL');
    const said = await tunnel.until('that it resumes and why', ({ lines }) =>
      lines.find(({ state, detail }) => state === 'resuming' && /cannot be reached|ECONNREFUSED/.test(String(detail))),
    );
    assert.equal(said['state'], 'resuming');
    assert.ok(tunnel.isRunning && (await answers(port)));
    const seen = tunnel.lines.length;
    sandbox = await place.startSandbox('--speed', '240', '--port', new URL(endpoint).port);
    await tunnel.until('healthy again', ({ lines }) => lines.slice(seen).some(({ state }) => state === 'healthy'));
    await livez(port, kubeconfig);
    assert.equal(await connected(), 1);
    await tunnel.stop('SIGINT');
  });

  it('ends in good time when the account is gone for good', async () => {
    const { tunnel, port } = await open();
    await sandbox.stop('SIGKILL');
    const { code } = await tunnel.stop('SIGINT');
    assert.equal(code, 0);
    assert.match(tunnel.stderr, /could not be ended/);
    assert.equal(await answers(port), false);
    assert.ok(!existsSync(path.join(place.home, 'tunnels', records()[0] ?? 'none')));
  });
});
