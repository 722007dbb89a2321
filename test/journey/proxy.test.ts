import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { skipBecause } from '../skipBecause.ts';
import { JourneyPlace } from './support/journeyPlace.ts';
import { Kubectl, kubectlChoices } from './support/kubectl.ts';
import type { LivingProcess } from './support/livingProcess.ts';

/** The one that a new practice account holds. */
const cluster = 'practice';

describe('tools beyond the own kubeconfig', function () {
  this.timeout(60_000);
  let place: JourneyPlace;
  let tunnel: LivingProcess;
  let port = 0;

  const openTunnel = async () => {
    tunnel = place.cli('tunnel', cluster, '--json');
    port = Number((await tunnel.line('kubeconfig'))['port']);
  };
  before(async () => {
    place = new JourneyPlace();
    await place.startSandbox('--speed', '240');
    await openTunnel();
  });
  after(() => place.close());

  const said = async (...args: string[]) => {
    const { code, stdout, stderr } = await place.cliResult(...args);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  const environment = async (env: NodeJS.ProcessEnv = {}) => {
    const asked = place.start(
      process.execPath,
      [path.join(place.dist, 'cli.js'), 'environment', cluster, '--json'],
      place.env(env),
    );
    const { code, stdout, stderr } = await asked.ended;
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as { variables: Record<string, string>; defeating: string[] };
  };
  const proxyUrl = async () => new URL((await environment()).variables['HTTPS_PROXY'] ?? '');
  const endpointOf = (text: string) => /server: https:\/\/(\S+)/.exec(text)?.[1] ?? '';
  /** Sends CONNECT; gives the status and the first that comes back. */
  const through = (url: URL, authority: string, password = url.password) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const headers = {
        'proxy-authorization': `Basic ${Buffer.from(`${url.username}:${password}`).toString('base64')}`,
      };
      const asking = request({ host: url.hostname, port: url.port, method: 'CONNECT', path: authority, headers });
      asking.on('connect', ({ statusCode: status = 0 }, socket, head) => {
        socket.on('error', reject);
        const finish = (text: string) => {
          socket.destroy();
          resolve({ status, text });
        };
        if (status !== 200 || head.length > 0) return finish(head.toString());
        socket.once('data', chunk => finish(String(chunk)));
        socket.on('close', () => resolve({ status, text: '' }));
      });
      asking.on('error', reject).end();
    });

  for (const { title, find } of kubectlChoices)
    describe(`${title}`, () => {
      let binary = '';
      before(async function () {
        const found = await find();
        if ('missing' in found) skipBecause(this, found.missing);
        binary = found.binary;
      });

      it('reaches the endpoint under its own name by proxy-url', async () => {
        const file = (await said('kubeconfig', cluster, '--proxy')).trimEnd();
        if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
        const text = readFileSync(file, 'utf8');
        assert.match(endpointOf(text), /\.eks\.amazonaws\.com$/);
        assert.match(text, /proxy-url: http:\/\/private-eks:[0-9a-f]{48}@127\.0\.0\.1:\d+\n/);
        assert.doesNotMatch(text, /tls-server-name|insecure/);
        const kubectl = new Kubectl(place, binary, file);
        assert.match(await kubectl.ok('get', 'nodes'), / Ready /);
        assert.equal(await kubectl.ok('auth', 'can-i', '*', '*'), 'yes\n');
      });

      it('reaches it by HTTPS_PROXY, as tools do that know no kubeconfig, and not without', async () => {
        const bare = path.join(place.folder, 'bare.yaml');
        const own = readFileSync((await said('kubeconfig', cluster, '--proxy')).trimEnd(), 'utf8');
        writeFileSync(bare, own.replace(/ *proxy-url: .*\n/, ''));
        const { variables } = await environment();
        const { NO_PROXY, HTTPS_PROXY } = variables;
        const start = (env: NodeJS.ProcessEnv) =>
          place.start(binary, ['get', 'nodes', '--request-timeout=20s'], { ...place.env(env), KUBECONFIG: bare }).ended;
        const proxied = await start({ HTTPS_PROXY, NO_PROXY });
        assert.equal(proxied.code, 0, proxied.stderr);
        assert.match(proxied.stdout, / Ready /);
        const defeated = await start({ HTTPS_PROXY, NO_PROXY: '.amazonaws.com' });
        assert.equal(defeated.code, 1, 'NO_PROXY=.amazonaws.com leads past the tunnel');
        assert.match(defeated.stderr, /no such host|lookup|dial tcp/);
      });

      it('says what the proxy says of wrong credentials', async () => {
        const own = (await said('kubeconfig', cluster, '--proxy')).trimEnd();
        const wrong = path.join(place.folder, 'wrong.yaml');
        writeFileSync(wrong, readFileSync(own, 'utf8').replace(/private-eks:[0-9a-f]+@/, 'private-eks:guess@'));
        const { code, stderr } = await new Kubectl(place, binary, wrong).run('get', 'nodes');
        assert.equal(code, 1);
        assert.match(stderr, /Proxy Authentication Required/);
      });

      it('uses, rewrites and gives back a kubeconfig of the user’s with the cluster merged into it', async () => {
        const file = path.join(place.folder, 'user', '.kube', 'config');
        const mine = [
          '# mine',
          'apiVersion: v1',
          'kind: Config',
          'current-context: "home"  # stays',
          'clusters:',
          '- {name: home, cluster: {server: "https://127.0.0.1:9"}}',
          'contexts:',
          '- name: home',
          '  context: {cluster: home, user: home}',
          'users:',
          '- name: home',
          '  user: {token: abc}',
          '',
        ].join('\n');
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, mine);
        chmodSync(file, 0o640);
        const kubectl = new Kubectl(place, binary, '');
        const before = await kubectl.ok('config', 'view', '--raw', '-o', 'json');

        assert.equal(await said('kubeconfig', cluster, '--merge'), `${file}\n`);
        assert.equal(statSync(file).mode & 0o777, 0o640);
        assert.equal(await kubectl.ok('config', 'current-context'), 'home\n');
        const contexts = (await kubectl.ok('config', 'get-contexts', '-o', 'name')).trimEnd().split('\n').toSorted();
        const [, name = ''] = contexts;
        assert.deepEqual(contexts, ['home', name]);
        assert.match(name, /^private-eks\/practice\.eu-west-1\/\w+$/);
        assert.match(await kubectl.ok('--context', name, 'get', 'nodes'), / Ready /);

        const again = await place.cliResult('kubeconfig', cluster, '--unmerge');
        assert.equal(again.code, 0, again.stderr);
        assert.equal(readFileSync(file, 'utf8'), mine);

        await said('kubeconfig', cluster, '--merge');
        await kubectl.ok('config', 'set-context', 'home', '--namespace', 'kitchen');
        await said('kubeconfig', cluster, '--unmerge');
        await kubectl.ok('config', 'unset', 'contexts.home.namespace');
        assert.deepEqual(JSON.parse(await kubectl.ok('config', 'view', '--raw', '-o', 'json')), JSON.parse(before));
        const left = readdirSync(path.dirname(file)).filter(one => one !== 'cache');
        assert.deepEqual(left, ['config'], 'no lock and no temporary file is left');
      });
    });

  it('goes straight on to every other host', async () => {
    const other = createServer(socket => void socket.end('here'));
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
    const { port: at } = other.address() as AddressInfo;
    assert.deepEqual(await through(await proxyUrl(), `127.0.0.1:${at}`), { status: 200, text: 'here' });
    assert.equal((await through(await proxyUrl(), 'nowhere.invalid:443')).status, 502);
    other.close();
  });

  it('serves nobody with other credentials, and tells them to nobody', async () => {
    const url = await proxyUrl();
    const authority = `${endpointOf(readFileSync((await said('kubeconfig', cluster, '--proxy')).trimEnd(), 'utf8'))}:443`;
    assert.equal((await through(url, authority, 'guess')).status, 407);
    assert.equal((await through(url, authority, '')).status, 407);
    assert.equal((await proxyUrl()).href, url.href, 'one proxy for all who ask');
    assert.ok(!`${tunnel.stdout}${tunnel.stderr}`.includes(url.password));
    for (const name of readdirSync(path.join(place.home, 'tunnels')).filter(one => one.endsWith('.json')))
      assert.ok(!readFileSync(path.join(place.home, 'tunnels', name), 'utf8').includes(url.password));
  });

  it('is set up by a shell, and warns of a NO_PROXY that would defeat it', async function () {
    if (process.platform === 'win32') skipBecause(this, 'there is no sh on Windows');
    const [kubectl] = kubectlChoices;
    const found = await (kubectl ?? assert.fail()).find();
    if ('missing' in found) skipBecause(this, found.missing);
    const cli = `"${process.execPath}" "${path.join(place.dist, 'cli.js')}"`;
    const script = `set -e; text="$(${cli} environment ${cluster} --shell bash)"; eval "$text"; "${found.binary}" get nodes; echo "$NO_PROXY"`;
    const env = { NO_PROXY: 'corp.example,.amazonaws.com', no_proxy: '' };
    const { code, stdout, stderr } = await place.start('sh', ['-c', script], place.env(env)).ended;
    assert.equal(code, 0, stderr);
    assert.match(stdout, / Ready .*\nlocalhost,127\.0\.0\.1,::1,corp\.example\n$/s);
    assert.match(stderr, /^NO_PROXY has \.amazonaws\.com: /);
    assert.deepEqual((await environment(env)).defeating, ['.amazonaws.com']);
  });

  it('follows the tunnel to another port, and ends with it', async () => {
    const file = path.join(place.folder, 'shared.yaml');
    await said('kubeconfig', cluster, '--merge', '--into', file, '--as', 'the shop');
    assert.match(
      readFileSync(file, 'utf8'),
      new RegExp(`name: "the shop"\n.*\n +server: https://127\\.0\\.0\\.1:${port}\n`),
    );
    const url = await proxyUrl();
    const old = port;
    assert.equal((await tunnel.stop('SIGINT')).code, 0);
    await assert.rejects(through(url, '127.0.0.1:1'), { code: 'ECONNREFUSED' });
    for (const command of [
      ['environment', cluster],
      ['kubeconfig', cluster, '--proxy'],
      ['kubeconfig', cluster, '--merge'],
    ]) {
      const { code, stderr } = await place.cliResult(...command);
      assert.equal(code, 1);
      assert.match(stderr, /There is no tunnel to practice in eu-west-1/);
    }
    await openTunnel();
    assert.notEqual(port, old);
    assert.match(readFileSync(file, 'utf8'), new RegExp(`server: https://127\\.0\\.0\\.1:${port}\n`));
    assert.notEqual((await proxyUrl()).password, url.password);
    assert.equal(await said('kubeconfig', cluster, '--unmerge'), `${file}\n`);
    assert.throws(() => statSync(file), { code: 'ENOENT' }, 'the file came with the merge');
    assert.equal(
      (await place.cliResult('kubeconfig', cluster, '--unmerge')).stderr,
      'Nothing of practice was merged into a kubeconfig.\n',
    );
  });

  it('refuses what does not go together', async () => {
    for (const args of [
      ['--merge', '--out', 'x'],
      ['--unmerge', '--merge'],
      ['--into', 'x'],
    ])
      assert.equal((await place.cliResult('kubeconfig', cluster, ...args)).code, 2);
    assert.equal((await place.cliResult('environment', cluster, '--shell', 'csh')).code, 2);
  });

  // A suite of its own, because Mocha runs those after the tests beside them.
  describe('at the end', () => {
    it('goes from a kubeconfig of the user’s with the cluster', async () => {
      const file = path.join(place.folder, 'merged.yaml');
      const mine = '# mine\nclusters: []\n';
      writeFileSync(file, mine);
      await said('kubeconfig', cluster, '--merge', '--into', file);
      const own = path.join(place.home, 'kubeconfig');
      assert.ok(readdirSync(own).some(one => one.endsWith('.yaml')));
      await tunnel.stop('SIGINT');
      const deleted = await place.cliResult('delete', cluster, '--yes');
      assert.equal(deleted.code, 0, deleted.stderr);
      assert.match(deleted.stderr, /Context private-eks\/practice\.\S+ is out of \S+merged\.yaml again\.\n$/);
      assert.equal(readFileSync(file, 'utf8'), mine);
      assert.deepEqual(
        readdirSync(own).filter(one => one.endsWith('.yaml')),
        [],
      );
    });
  });
});
