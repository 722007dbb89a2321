import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ChangePlan } from '../../src/core/change/changePlan.ts';
import type { DriftReport } from '../../src/core/drift/driftReport.ts';
import { setSpecValue } from '../../src/core/spec/editSpec.ts';
import { JourneyPlace } from './support/journeyPlace.ts';
import type { Ended } from './support/livingProcess.ts';
import { SecretSearch } from './support/secretSearch.ts';

const cluster = 'team';
const made = `# Of the platform team.
apiVersion: private-eks/v1
kind: Cluster
name: ${cluster}
region: eu-west-1
version: "1.35"
nodes:
  default: {}
  old: {}
`;
/** A group more, one less, one that may grow, another endpoint. */
const changed = made
  .replace('nodes:', 'features: { metrics: true }\nnodes:')
  .replace('default: {}', 'default: { maxSize: 6 }')
  .replace('old: {}', 'more: {} # For the night.');

const commands =
  'plan preflight create update upgrade drift export import images history list status events tunnel routes bastion policy kubeconfig environment namespaces login token delete leftovers explain sandbox help'.split(
    ' ',
  );

describe('the life of a cluster on the command line', function () {
  this.timeout(90_000);
  let place: JourneyPlace;
  let file = '';
  const printed: string[] = [];

  before(async () => {
    place = new JourneyPlace();
    file = path.join(place.folder, `${cluster}.private-eks.yaml`);
    writeFileSync(file, made);
    await place.startSandbox('--speed', '400', '--empty');
  });
  after(() => place.close());

  async function cli(...args: string[]): Promise<Ended> {
    const ended = await place.cliResult(...args);
    printed.push(`$ ${args.join(' ')}\n${ended.stdout}\n${ended.stderr}`);
    return ended;
  }
  /** What a command prints that ends with 0. */
  async function done(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await cli(...args);
    assert.equal(code, 0, `${args.join(' ')}\n${stdout}${stderr}`);
    assert.doesNotMatch(stderr, /Unexpected|Warning:/);
    return stdout;
  }
  async function ends(code: number, words: RegExp, ...args: string[]): Promise<void> {
    const ended = await cli(...args);
    assert.deepEqual([ended.code, ended.stdout], [code, ''], `${args.join(' ')}\n${ended.stderr}`);
    assert.match(ended.stderr, words);
    assert.doesNotMatch(ended.stderr, /Unexpected|undefined| at .*\.js/);
  }
  const objects = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>);
  const below = (name: string) => path.join(place.folder, name);

  it('begins with a list of the commands, one line each', async () => {
    const lines = (await done('help')).split('\n');
    for (const command of commands)
      assert.equal(lines.filter(line => new RegExp(`^  ${command} +[A-Z]\\S+ .*[^.]$`).test(line)).length, 1, command);
    assert.match(await done('help', 'upgrade'), /^Usage: private-eks upgrade NAME .*\[--rollback\]/m);
  });

  it('says what is wrong with what it is given', async () => {
    const wrong = below('wrong.private-eks.yaml');
    writeFileSync(wrong, made.replace('default: {}', 'default: { maxSise: 3 }'));
    const problem =
      /wrong\.private-eks\.yaml:8:14: error: maxSise is not a field of nodes\.default; did you mean maxSize\?/;
    const usage = (command: string) => new RegExp(`\nUsage: private-eks ${command} `);
    await Promise.all([
      ends(2, problem, 'preflight', '-f', wrong),
      ends(2, problem, 'update', '-f', wrong, '--yes'),
      ends(2, problem, 'export', '-f', wrong, '--format', 'eksctl'),
    ]);
    await Promise.all([
      ends(2, usage('upgrade'), 'upgrade', cluster, '--sideways'),
      ends(2, /^NAME is missing\.\nUsage: private-eks drift NAME/, 'drift'),
      ends(2, /^Which spec\? Give it with -f FILE\./, 'update', '--yes'),
      ends(2, /cannot be read: there is no such file\./, 'images', '-f', below('none.yaml')),
    ]);
    await Promise.all([
      ends(2, /^Which format\? .*cloudformation, eksctl, terraform\./, 'export', '-f', file, '--format', 'pulumi'),
      ends(2, /^There is no command "downgrade"; did you mean upgrade\?/, 'downgrade', cluster),
      ends(2, /A delete needs --yes/, 'delete', cluster),
    ]);
  });

  it('knows no cluster that is not there', async () => {
    await Promise.all([
      ends(1, /^There is no stack of nobody/, 'drift', 'nobody'),
      ends(1, /^There is no cluster nobody in eu-west-1\.$/m, 'upgrade', 'nobody', '--yes'),
      ends(1, /^There is no cluster nobody in eu-west-1\.$/m, 'import', 'nobody'),
    ]);
    await Promise.all([
      ends(1, /^There is no stack of nobody/, 'explain', 'nobody'),
      ends(1, /^There is no stack of nobody/, 'delete', 'nobody', '--yes'),
      ends(1, /^There is no stack of team in eu-west-1\.\nCreate it first/, 'update', '-f', file, '--yes'),
    ]);
    const { code, stdout } = await cli('drift', 'nobody', '--json');
    assert.equal(code, 1);
    assert.deepEqual(
      objects(stdout).map(({ type, code }) => [type, code]),
      [['error', 'cluster-not-ours']],
    );
    assert.equal(await done('history', 'nobody'), 'No run of nobody on this machine.\n');
  });

  it('looks before it makes anything', async () => {
    const untouched = (await place.state()).resources;
    assert.equal(await done('preflight', '-f', file), `Nothing stands in the way of ${cluster}.\n`);
    assert.deepEqual(objects(await done('preflight', '-f', file, '--json')), [{ findings: [] }]);
    const ticket = below('ticket.md');
    assert.match(
      await done('plan', '-f', file, '--account', '--ticket', ticket),
      /^team · eu-west-1 · Kubernetes 1\.35\n/,
    );
    const text = readFileSync(ticket, 'utf8');
    assert.match(text, /^# Network for the private EKS cluster team\n/);
    assert.match(text, /- Planned for account 000000000000; of the new VPC/);
    assert.match(text, /^\| com\.amazonaws\.eu-west-1\.ec2 \| Interface \| to be made \|/m);
    assert.deepEqual((await place.state()).resources, untouched);
  });

  it('says what would stop a run', async () => {
    await place.arrange({ quotas: { 'vpc/L-F678F1CE': 0 } });
    const { code, stdout } = await cli('preflight', '-f', file);
    assert.equal(code, 1);
    assert.match(stdout, /^ERROR .*VPC/m);
    assert.match(stdout, /\nA run would stop: 1 error\. Nothing has been made\.\n$/);
    await place.arrange({ quotas: { 'vpc/L-F678F1CE': 5 } });
  });

  it('makes it, and is at once as its stacks made it', async () => {
    const text = await done('create', '-f', file);
    assert.match(text, /✓ Verify: .*\n.*team is verified: /);
    assert.equal(await done('drift', cluster), 'team: as its stacks made it\n');
    assert.equal(await done('explain', cluster), 'Nothing of team is under way, and every stack is whole.\n');
  });

  it('reads it back as the file that made it', async () => {
    const read = below('read.private-eks.yaml');
    const { code, stderr } = await cli('import', cluster, '--out', read);
    assert.deepEqual([code, stderr], [0, `The spec is in ${read}.\nIt is the very spec that made the cluster.\n`]);
    await ends(2, /read\.private-eks\.yaml is there already: /, 'import', cluster, '--out', read);
    const changes = JSON.parse(await done('update', '-f', read, '--dry-run', '--json')) as ChangePlan;
    assert.deepEqual(
      changes.stacks.filter(({ action }) => action !== 'none'),
      [],
    );
  });

  it('shows a change, asks, makes it, and has nothing more to do', async () => {
    writeFileSync(file, changed);
    const before = (await place.state()).resources;
    const shown = await done('update', '-f', file, '--dry-run');
    assert.match(shown, /^about 361 USD a month, 22 more than before$/m);
    assert.match(shown, /^~ private-eks-team-nodes-default {2}changes\n.*ScalingConfig\.MaxSize 4 → 6\.$/m);
    assert.match(shown, /^\+ private-eks-team-nodes-more /m);
    assert.match(shown, /^- private-eks-team-nodes-old /m);
    assert.match(shown, /^Cannot be taken back:\n {2}nodes-old\/NodeGroup: /m);
    await ends(2, /An update needs --yes where nobody can be asked\./, 'update', '-f', file);
    assert.deepEqual((await place.state()).resources, before);
    const events = objects(await done('update', '-f', file, '--yes', '--json'));
    assert.deepEqual([events.at(-1)?.['outcome'], events.at(-1)?.['summary']], ['done', 'team is as the spec says.']);
    const { code, stdout, stderr } = await cli('update', '-f', file, '--yes');
    assert.deepEqual([code, stdout], [0, '']);
    assert.match(stderr, /Nothing to change: the stacks are as the spec says\./);
  });

  it('refuses to make the cluster anew unless its name is typed', async () => {
    const other = below('other.private-eks.yaml');
    writeFileSync(other, setSpecValue(changed, 'network.serviceCidr', '172.21.0.0/16'));
    for (const name of [[], ['--replace', 'tram']]) {
      const { code, stderr } = await cli('update', '-f', other, '--yes', ...name);
      assert.equal(code, 1, stderr);
      assert.match(stderr, /^Refused:\n/m);
      assert.equal(/^tram is not the name of the cluster, which is team\.$/m.test(stderr), name.length > 0);
    }
  });

  it('goes one minor up, and writes so into the file', async () => {
    assert.match(
      await done('upgrade', cluster, '--dry-run'),
      /^team: Kubernetes 1\.35 → 1\.36\n[^]*Node group more 1\.35 → 1\.36/,
    );
    await ends(
      1,
      /more than one minor; EKS takes one at a time\. First --to 1\.36/,
      'upgrade',
      cluster,
      '--to',
      '1.40',
    );
    await ends(2, /An upgrade needs --yes/, 'upgrade', cluster);
    const text = await done('upgrade', cluster, '--yes', '--write', file);
    assert.match(text, /✓ Control plane: 1\.35 → 1\.36\n[^]*✓ Nodes more: 1\.35 → 1\.36\n[^]*team runs 1\.36\./);
    assert.equal(readFileSync(file, 'utf8'), changed.replace('1.35', '1.36'));
    await ends(1, /EKS does not offer Kubernetes 1\.37 here; the newest is 1\.36\./, 'upgrade', cluster, '--yes');
    assert.match((await cli('update', '-f', file, '--dry-run')).stdout, /Nothing to change/);
    const report = JSON.parse(await done('drift', cluster, '--json')) as DriftReport;
    assert.deepEqual([report.drifted, report.findings], [false, []]);
  });

  it('says it in other tools’ words', async () => {
    const [templates, eksctl, terraform] = await Promise.all([
      cli('export', '-f', file, '--format', 'cloudformation', '--out', below('templates')),
      cli('export', '-f', file, '--format', 'eksctl'),
      cli('export', '-f', file, '--format', 'terraform', '--account', '--out', below('terraform')),
    ]);
    assert.deepEqual([templates?.code, eksctl?.code, terraform?.code], [0, 0, 0]);
    assert.ok(existsSync(path.join(below('templates'), 'deploy.sh')));
    assert.ok(existsSync(path.join(below('templates'), 'private-eks-team-nodes-more.template.yaml')));
    assert.match(eksctl?.stdout ?? '', /^kind: ClusterConfig$/m);
    assert.match(eksctl?.stderr ?? '', /^not in the export: .*endpoints: eks-auth, ssm, ssmmessages, monitoring\./m);
    assert.ok(readdirSync(below('terraform')).includes('nodes-more.tf'));
  });

  it('names its images', async () => {
    assert.match(
      await done('images', '-f', file),
      /^602401143452\.dkr\.ecr\.eu-west-1\.amazonaws\.com\/eks\/coredns +add-on coredns /m,
    );
    assert.match(await done('images', '-f', file, '--script'), /^#!.*bash\n[^]*crane/);
    const [all] = objects(await done('images', '-f', file, '--json'));
    assert.ok((all?.['images'] as unknown[]).length > 5);
  });

  it('remembers what was done, and knows what is there', async () => {
    const runs = objects(await done('history', cluster, '--json'));
    assert.deepEqual(
      runs.map(({ kind, status }) => [kind, status]),
      ['upgrade', 'update', 'create'].map(kind => [kind, 'done']),
    );
    const [header, ...rows] = (await done('history')).trimEnd().split('\n');
    assert.match(header ?? '', /^STARTED +RUN +OUTCOME +TOOK +USD\/MONTH/);
    assert.match(rows[1] ?? '', / update team eu-west-1 +done +\d+ min +361 /);
    const left = objects(await done('leftovers', '--json'));
    assert.ok(left.length > 10);
    assert.deepEqual(
      left.filter(item => item['cluster'] !== cluster || item['fate'] !== 'goes'),
      [],
      'all is the living cluster’s, and goes with it',
    );
  });

  it('tells what somebody else changed', async () => {
    const region = 'eu-west-1';
    const { EKSClient, UpdateNodegroupConfigCommand } = await import('@aws-sdk/client-eks');
    const { endpoint, accessKeyId, secretAccessKey } = place.sandbox ?? assert.fail();
    const eks = new EKSClient({ region, endpoint, credentials: { accessKeyId, secretAccessKey } });
    const scalingConfig = { minSize: 2, desiredSize: 2, maxSize: 9 };
    await eks.send(new UpdateNodegroupConfigCommand({ clusterName: cluster, nodegroupName: 'more', scalingConfig }));
    eks.destroy();
    const { code, stdout } = await cli('drift', cluster);
    assert.equal(code, 1);
    assert.match(stdout, /^team: drifted\n[^]*private-eks-team-nodes-more: .*MaxSize/);
  });

  it('is deleted, and nothing is left', async () => {
    const text = await done('delete', cluster, '--yes');
    assert.match(text, /✓ Proof that nothing is left: [^]*team is gone\.\n$/);
    assert.deepEqual((await place.state()).resources, []);
    assert.equal(await done('leftovers'), 'Nothing is left.\n');
    assert.equal(await done('leftovers', '--json'), '');
    await ends(1, /^There is no stack of team/, 'drift', cluster);
    assert.match(await done('history', cluster), / delete team eu-west-1 +done /);
  });

  it('has printed no secret', () => {
    const { secretAccessKey } = place.sandbox ?? assert.fail();
    const search = new SecretSearch({ 'the secret key': secretAccessKey });
    assert.ok(printed.length > 50);
    assert.deepEqual(
      printed.flatMap(text => search.in(text.split('\n')[0] ?? '', text)),
      [],
    );
  });
});
