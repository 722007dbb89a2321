import { CloudFormationClient, DescribeStacksCommand, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { dataChannels } from '../../src/sandbox/agent/dataChannels.ts';
import { issueCredential } from '../../src/sandbox/kernel/credential.ts';
import { endpointAccessEver } from '../../src/sandbox/services/eks/endpointAccess.ts';
import { startSandbox, type RunningSandbox } from '../../src/sandbox/shell/startSandbox.ts';
import { skipBecause } from '../skipBecause.ts';
import { JourneyPlace } from './support/journeyPlace.ts';
import { Kubectl, kubectlChoices } from './support/kubectl.ts';
import { deploymentManifest } from './support/manifest.ts';
import { ProcessWatch } from './support/processWatch.ts';
import { filesBelow, SecretSearch } from './support/secretSearch.ts';

const cluster = 'vault';
const spec = `apiVersion: private-eks/v1
kind: Cluster
name: ${cluster}
region: eu-west-1
staging: always
encryption: {key: new}
`;
/** The sandbox's own memory of its keys, and the file that AWS clients read them from. */
const keepers = ['sandbox/credentials', 'sandbox/state.json', 'sandbox/sandbox.json'];
/** Code: it holds the words, and is compared with what was installed. */
const plugin = 'bin/private-eks-token.mjs';

describe('secrets over a whole run', function () {
  this.timeout(90_000);
  let place: JourneyPlace;
  let running: RunningSandbox;
  let watch: ProcessWatch | undefined;
  let search: SecretSearch;
  const secrets: Record<string, string> = {};
  /** What the product sent, header lines excepted. */
  const requests: string[] = [];
  const stacks: string[] = [];
  const found: string[] = [];
  let usedKubectl = false;

  before(async function () {
    place = new JourneyPlace();
    running = await startSandbox({
      stateDir: path.join(place.home, 'sandbox'),
      region: 'eu-west-1',
      speed: 240,
      channels: dataChannels,
    });
    record();
    signIn();
    watch = process.platform === 'linux' ? new ProcessWatch() : undefined;
    await journey();
    watch?.stop();
    search = new SecretSearch(secrets);
  });
  after(async () => {
    watch?.stop();
    // It writes its state down as it ends: into the place, which is removed after that.
    await running.close();
    await place.close();
  });

  /** Reads along on the wire: tokens come to be known, and what is sent can be searched. */
  function record(): void {
    const handle = running.sandbox.handle.bind(running.sandbox);
    Object.assign(running.sandbox, {
      handle: async (request: Parameters<typeof handle>[0]) => {
        requests.push(`${request.target}\n${Buffer.from(request.body).toString('utf8')}`);
        const response = await handle(request);
        const token = /"TokenValue":"([^"]+)"/.exec(Buffer.from(response.body).toString('utf8'))?.[1];
        if (token) secrets[`token ${Object.keys(secrets).length} of a session`] = token;
        return response;
      },
    });
  }

  /** Temporary keys, so that there is a session token to lose. */
  function signIn(): void {
    const { account, credential } = running.sandbox;
    const keys = issueCredential(account, credential.principal, { expiresAt: Date.now() + 3_600_000 });
    const { accessKeyId, secretAccessKey, sessionToken = '' } = keys;
    Object.assign(secrets, {
      'the secret key': secretAccessKey,
      'the session token': sessionToken,
      'the practice user’s secret key': running.secretAccessKey,
      'the control URL': running.control.split('/').at(-1),
    });
    const write = (name: string, text: string) =>
      writeFileSync(path.join(place.home, 'sandbox', name), text, { mode: 0o600 });
    write('config', `[profile private-eks-sandbox]\nregion = eu-west-1\nendpoint_url = ${running.endpoint}\n`);
    const lines = {
      aws_access_key_id: accessKeyId,
      aws_secret_access_key: secretAccessKey,
      aws_session_token: sessionToken,
    };
    const text = Object.entries(lines).map(([name, value]) => `${name} = ${value}\n`);
    write('credentials', `[private-eks-sandbox]\n${text.join('')}`);
  }

  async function journey(): Promise<void> {
    const specFile = path.join(place.folder, 'vault.private-eks.yaml');
    writeFileSync(specFile, spec);
    const created = await place.cliResult('create', '-f', specFile, '--json');
    assert.equal(created.code, 0, created.stderr);
    await readStacks();
    const tunnel = place.cli('tunnel', cluster, '--json');
    const { kubeconfig } = await tunnel.line('kubeconfig');
    const choice = await kubectlChoices[0]?.find();
    if (choice && 'binary' in choice) {
      const kubectl = new Kubectl(place, choice.binary, String(kubeconfig));
      await kubectl.ok('get', 'nodes');
      await kubectl.apply(deploymentManifest('default'));
      await kubectl.ok('get', 'pods', '-v=8');
      usedKubectl = true;
    }
    // As it stands while everything is open.
    found.push(...modeMistakes());
    assert.ok(filesBelow(place.home).some(file => file.startsWith('kubeconfig/')));
    const recordFile = readdirSync(path.join(place.home, 'tunnels')).find(name => name.endsWith('.json')) ?? '';
    const { token } = JSON.parse(readFileSync(path.join(place.home, 'tunnels', recordFile), 'utf8')) as {
      token: string;
    };
    const open = new SecretSearch({ ...secrets, 'the tunnel’s own token': token });
    found.push(...open.inFolder(place.home, [...keepers, plugin, `tunnels/${recordFile}`]).found);
    found.push(...new SecretSearch(secrets).inFolder(path.join(place.home, 'tunnels')).found);
    assert.equal((await tunnel.stop('SIGINT')).code, 0);
    secrets['the tunnel’s own token'] = token;
    const deleted = await place.cliResult('delete', cluster, '--yes', '--json');
    assert.equal(deleted.code, 0, deleted.stderr);
    for (const access of endpointAccessEver(running.sandbox.account)) assert.equal(access.endpointPublicAccess, false);
  }

  async function readStacks(): Promise<void> {
    const { endpoint, accessKeyId, secretAccessKey } = running;
    const client = new CloudFormationClient({
      endpoint,
      region: 'eu-west-1',
      credentials: { accessKeyId, secretAccessKey },
    });
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({}));
    for (const stack of Stacks) {
      const { TemplateBody } = await client.send(new GetTemplateCommand({ StackName: stack.StackName }));
      stacks.push(JSON.stringify(stack), TemplateBody ?? '');
    }
    client.destroy();
  }

  function modeMistakes(): string[] {
    if (process.platform === 'win32') return [];
    const folders = readdirSync(place.home, { recursive: true, withFileTypes: true }).filter(entry =>
      entry.isDirectory(),
    );
    const mode = (file: string) => lstatSync(path.join(place.home, file)).mode & 0o777;
    const wrongFolders = [
      '',
      ...folders.map(({ parentPath, name }) => path.relative(place.home, path.join(parentPath, name))),
    ]
      .filter(folder => mode(folder) !== 0o700)
      .map(folder => `folder ${folder} has mode ${mode(folder).toString(8)}`);
    const wrongFiles = filesBelow(place.home)
      .filter(file => mode(file) !== (file === 'bin/private-eks-token' ? 0o700 : 0o600))
      .map(file => `${file} has mode ${mode(file).toString(8)}`);
    return [...wrongFolders, ...wrongFiles];
  }

  it('are in no file of the state folder, and nobody else can read it', () => {
    const { files, found: left } = search.inFolder(place.home, [...keepers, plugin]);
    const journals = filesBelow(place.home).filter(file => /^runs\/(create|delete)-.*journal\.ndjson$/.test(file));
    assert.ok(files >= 7 && journals.length === 2, `${files} files were read, journals: ${journals.join()}`);
    assert.ok(!filesBelow(place.home).some(file => file.startsWith('kubeconfig/')), 'it goes with the cluster');
    const tokens = Object.keys(secrets).filter(name => /^token \d+ of a session/.test(name));
    assert.ok(tokens.length >= 2, 'the tokens of the probe’s and the tunnel’s sessions were not read along');
    assert.deepEqual([...found, ...modeMistakes(), ...left], []);
    assert.deepEqual(
      readFileSync(path.join(place.home, plugin), 'utf8'),
      readFileSync(path.join(place.dist, 'token.js'), 'utf8'),
    );
  });

  it('are in nothing that was printed, and in nothing that kubectl keeps', function () {
    const printed = place.started.flatMap(({ title, stdout, stderr }) => search.in(title, stdout + stderr));
    assert.deepEqual(printed, []);
    assert.ok(place.started.some(({ stdout }) => stdout.includes('"type":"run-finished"')));
    if (!usedKubectl) skipBecause(this, 'no kubectl on PATH');
    const kept = search.inFolder(path.join(place.folder, 'user'));
    assert.ok(kept.files > 0);
    assert.deepEqual(kept.found, []);
  });

  it('are in no template, parameter, output or tag of the account, and in no request', () => {
    assert.ok(stacks.length >= 12, `only ${stacks.length} stacks and templates were read`);
    assert.deepEqual(
      stacks.flatMap((text, index) => search.in(`stack text ${index}`, text)),
      [],
    );
    assert.ok(requests.length > 100);
    assert.deepEqual(
      requests.flatMap((text, index) => search.in(`request ${index}, ${text.slice(0, 40)}`, text)),
      [],
    );
  });

  it('are in no command line and no environment of any process', function () {
    if (!watch) skipBecause(this, 'command lines of other processes are read from /proc, which only Linux has');
    const { seen, samples } = watch;
    assert.ok(samples > 100, `only ${samples} samples`);
    const lines = seen.map(({ commandLine }) => commandLine);
    const expected = ['cli.js create', 'cli.js tunnel', 'cli.js delete'];
    if (usedKubectl) expected.push('kubectl get nodes', 'private-eks-token.mjs token --cluster vault');
    for (const part of expected)
      assert.ok(
        lines.some(line => line.includes(part)),
        `${part} was not seen`,
      );
    assert.deepEqual(
      seen.flatMap(({ pid, commandLine, environment }) => [
        ...search.in(`command line of ${pid}`, commandLine),
        ...search.in(`environment of ${pid}`, environment),
      ]),
      [],
    );
  });

  it('would be found where they are planted', async () => {
    const folder = path.join(place.folder, 'planted');
    for (const [name, secret] of Object.entries(secrets)) {
      for (const text of [secret, `x=${encodeURIComponent(secret)}&y`, JSON.stringify({ a: { b: secret } })])
        assert.deepEqual(search.in('here', text), [`here: ${name}`], name);
      for (const before of ['', 'a', 'ab'])
        assert.deepEqual(
          search.in('here', Buffer.from(`${before}${secret}zzz`).toString('base64')),
          [`here: ${name}`],
          name,
        );
      mkdirSync(path.join(folder, 'deep'), { recursive: true });
      writeFileSync(path.join(folder, 'deep', 'file.log'), `some text\n${secret}\n`);
      assert.deepEqual(search.inFolder(folder).found, [`deep/file.log: ${name}`]);
      rmSync(folder, { recursive: true });
    }
    for (const text of [
      'k8s-aws-v1.aHR0cHM6',
      '-----BEGIN EC PRIVATE KEY-----',
      '{"TokenValue":"AAEA"}',
      '&X-Amz-Signature=0f',
    ])
      assert.equal(search.in('here', text).length, 1, text);
    assert.equal(search.in('here', Buffer.from('-----BEGIN PRIVATE KEY-----').toString('base64')).length, 1);
    assert.deepEqual(search.in('here', 'an innocent text'), []);
  });

  it('would be seen in a command line and in an environment', async function () {
    if (process.platform !== 'linux') skipBecause(this, 'only Linux has /proc');
    const second = new ProcessWatch();
    const secret = secrets['the secret key'] ?? '';
    const env = { PATH: process.env['PATH'], AWS_SECRET_ACCESS_KEY: secret };
    const grandchild = `require('node:child_process').spawnSync(process.execPath, ['-e', 'setTimeout(() => 0, 400)', '${secret}'])`;
    const child = spawn(process.execPath, ['-e', grandchild], { env });
    await once(child, 'close');
    second.stop();
    const places = second.seen.flatMap(({ commandLine, environment }) => [
      ...search.in('command line', commandLine),
      ...search.in('environment', environment),
    ]);
    assert.deepEqual([...new Set(places)].toSorted(), ['command line: the secret key', 'environment: the secret key']);
  });
});
