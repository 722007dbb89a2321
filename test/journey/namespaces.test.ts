import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { skipBecause } from '../skipBecause.ts';
import { JourneyPlace } from './support/journeyPlace.ts';
import { Kubectl, kubectlChoices } from './support/kubectl.ts';
import type { LivingProcess } from './support/livingProcess.ts';

const spec = (name: string, more: string) =>
  `apiVersion: private-eks/v1\nkind: Cluster\nname: ${name}\nregion: eu-west-1\ndeletionProtection: false\n${more}`;
const profiles = 'fargate: { apps: { selectors: [{ namespace: apps }, { namespace: "dev-*" }] } }\n';
const pod = (name: string) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'apps' },
    spec: { containers: [{ name: 'c', image: '000000000000.dkr.ecr.eu-west-1.amazonaws.com/app' }] },
  });

describe('the namespaces of Fargate on the command line', function () {
  this.timeout(120_000);
  let place: JourneyPlace;
  let binary = '';
  let tunnel: LivingProcess;

  before(async function () {
    for (const { find } of kubectlChoices) {
      const found = await find();
      if ('binary' in found) binary ||= found.binary;
    }
    if (binary === '') skipBecause(this, 'no kubectl');
    place = new JourneyPlace();
    await place.startSandbox('--speed', '400', '--empty');
  });
  after(() => place?.close());

  async function cli(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await place.cliResult(...args);
    assert.equal(code, 0, `${args.join(' ')}\n${stdout}${stderr}`);
    return `${stdout}${stderr}`;
  }
  async function create(name: string, more: string): Promise<string> {
    const file = path.join(place.folder, `${name}.private-eks.yaml`);
    writeFileSync(file, spec(name, more));
    return cli('create', '-f', file);
  }
  async function connect(name: string, ...args: string[]): Promise<Kubectl> {
    tunnel = place.cli('tunnel', name, '--json', ...args);
    return new Kubectl(place, binary, String((await tunnel.line('kubeconfig'))['kubeconfig']));
  }

  it('are made by the run through a node, and kubectl sees them; Kubernetes knows the self-managed node', async () => {
    const said = await create(
      'both',
      `nodes: { own: { kind: self-managed, minSize: 1, desiredSize: 1 } }\n${profiles}`,
    );
    assert.match(said, /Namespaces.* made apps/);
    assert.match(said, /1 of 1 nodes have joined/);
    assert.match(said, /answers through a tunnel in \d+ ms; the self-managed node is Ready/);
    const kubectl = await connect('both');
    assert.match(
      await kubectl.ok('get', 'namespace', 'apps', '--show-labels'),
      /apps +Active .*managed-by=private-eks/,
    );
    assert.equal(await cli('namespaces', 'both'), 'Every namespace that a Fargate profile names is there.\n');
    await kubectl.apply(pod('one'));
    await kubectl.ok('wait', 'pod/one', '-n', 'apps', '--for=condition=Ready', '--timeout=60s');
    assert.match(await kubectl.ok('get', 'pod', 'one', '-n', 'apps', '-o', 'wide'), / fargate-ip-/);
    await tunnel.stop('SIGINT');
  });

  it('of Fargate alone are offered by Connect, whose bastion is the way in', async () => {
    const said = await create('alone', profiles);
    assert.match(said, /Namespaces not made yet: apps \(There is no way into vpc-\S+ of alone\./);
    assert.match(said, /by hand: kubectl create namespace apps/);
    assert.match(said, /not probed: There is no way into/);
    const kubectl = await connect('alone', '--route', 'new-bastion');
    await tunnel.until('the offer', ({ stderr }) =>
      stderr.includes('namespaces that are not there: apps. Make them: private-eks namespaces alone --make'),
    );
    assert.match(await cli('namespaces', 'alone', '--json'), /^\{"missing":\["apps"\],"made":\[\]\}/);
    assert.equal(await cli('namespaces', 'alone', '--make'), 'Made apps.\n');
    assert.match(await kubectl.ok('get', 'namespace', 'apps'), /apps +Active/);
    // CoreDNS has no node to run on: it runs on Fargate, by its own profile.
    const dns = await kubectl.ok('get', 'pods', '-n', 'kube-system', '-l', 'k8s-app=kube-dns', '-o', 'wide');
    assert.equal(dns.match(/1\/1 +Running .* fargate-ip-/g)?.length, 2, dns);
    await tunnel.stop('SIGINT');
    await cli('delete', 'alone', '--yes');
    await cli('delete', 'both', '--yes');
  });
});
