import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EKSClient } from '@aws-sdk/client-eks';
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RunEvent } from '../../../src/core/run/runEvent.ts';
import { CliProcesses } from './cliProcess.ts';
import { standing } from './standing.ts';
import { undisturbed, type Stood } from './undisturbed.ts';

type Act = 'update' | 'upgrade' | 'delete';
type At = (event: RunEvent) => boolean;
const begins =
  (step: string): At =>
  event =>
    event.type === 'step-started' && event.step === step;
const resource =
  (type: string, status: string): At =>
  event =>
    event.type === 'stack-event' && event.resourceType === type && event.status === status;
const says =
  (words: RegExp): At =>
  event =>
    event.type === 'step-progress' && words.test(event.message);

/** Twelve moments: with a change set made and not executed, while CloudFormation works, while EKS works, and at the end. */
const moments: readonly (readonly [act: Act, title: string, at: At])[] = [
  ['update', 'a change set is asked for', says(/^asking CloudFormation/)],
  ['update', 'an endpoint more is being made', resource('AWS::EC2::VPCEndpoint', 'CREATE_IN_PROGRESS')],
  ['update', 'a group grows', resource('AWS::EKS::Nodegroup', 'UPDATE_IN_PROGRESS')],
  ['update', 'the old group goes', resource('AWS::EKS::Nodegroup', 'DELETE_IN_PROGRESS')],
  ['upgrade', 'the control plane’s turn comes', begins('control-plane')],
  ['upgrade', 'the control plane changes', resource('AWS::EKS::Cluster', 'UPDATE_IN_PROGRESS')],
  ['upgrade', 'an add-on changes', says(/^EKS updates add-on/)],
  ['upgrade', 'nodes are replaced', says(/^EKS updates node group/)],
  ['delete', 'a node group goes', resource('AWS::EKS::Nodegroup', 'DELETE_IN_PROGRESS')],
  ['delete', 'the control plane goes', resource('AWS::EKS::Cluster', 'DELETE_IN_PROGRESS')],
  ['delete', 'the VPC goes', resource('AWS::EC2::VPC', 'DELETE_IN_PROGRESS')],
  ['delete', 'the proof begins', begins('proof')],
];
const acts: readonly Act[] = ['update', 'upgrade', 'delete'];

/** All on one cluster; `KILL_SOAK=1` gives each moment its own. */
const lives = process.env['KILL_SOAK'] ? moments.map(moment => [moment]) : [moments];

const name = 'living';
const head = `apiVersion: private-eks/v1\nkind: Cluster\nname: ${name}\nregion: eu-west-1\nversion: "1.35"\n`;
const specs = {
  before: `${head}nodes:\n  default: {}\n  old: {}\n`,
  // A group more, one less, one that may grow, another endpoint.
  after: `${head}features: { metrics: true }\nnodes:\n  default: { maxSize: 6 }\n  more: {}\n`,
};

describe(`SIGKILL at ${moments.length} points of an update, an upgrade and a delete`, function () {
  this.timeout(300_000);
  let home: string;
  let file: string;
  let processes: CliProcesses;
  let calm: Readonly<Record<'update' | 'upgrade', Stood>>;

  before(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'private-eks-kill-'));
    calm = await undisturbed(name, specs);
    file = path.join(home, `${name}.private-eks.yaml`);
    processes = await CliProcesses.start(home, 200);
  });
  after(async () => {
    await processes?.stop();
    await rm(home, { recursive: true, force: true });
  });

  const stood = async (): Promise<Stood> => {
    const { endpoint, region, ...credentials } = processes.account;
    const config = { endpoint, region, credentials };
    const clients = { cloudformation: new CloudFormationClient(config), eks: new EKSClient(config) };
    const found = { ...(await standing(name, clients)), census: await processes.census() };
    for (const client of Object.values(clients)) client.destroy();
    return found;
  };

  const commands: Readonly<Record<Act, readonly string[]>> = {
    update: ['--resume'],
    upgrade: ['--resume'],
    // Goes on without being asked to.
    delete: [],
  };
  const argsOf = (act: Act) => (act === 'update' ? [act, '-f', file] : [act, name]);

  for (const life of lives) {
    const last = acts.findLastIndex(act => life.some(([at]) => at === act));
    it(`leaves one cluster, then none, after: ${life.map(([act, title]) => `${act}: ${title}`).join('; ')}`, async () => {
      await writeFile(file, specs.before);
      const created = await processes.run(['create', '-f', file, '--json']);
      assert.equal(created.code, 0, created.stderr);
      await writeFile(file, specs.after);
      for (const act of acts) {
        // What comes after a life's last kill was seen in another life.
        if (acts.indexOf(act) > last && act !== 'delete') continue;
        const args = [...argsOf(act), '--yes', '--json', ...(act === 'upgrade' ? ['--write', file] : [])];
        const mine = life.filter(([of]) => of === act);
        const runs = new Set<string>();
        for (const [index, [, title, at]] of mine.entries()) {
          const shot = await processes.run(index === 0 ? args : [...args, ...commands[act]], at);
          assert.ok(shot.killed, `the moment "${title}" never came: ${shot.stderr}`);
          for (const event of shot.events) if (event.type === 'run-started') runs.add(event.runId);
        }
        const end = await processes.run(mine.length === 0 ? args : [...args, ...commands[act]]);
        assert.equal(end.code, 0, `${end.stderr}${JSON.stringify(end.events.slice(-4))}`);
        assert.ok(runs.size <= 1, `one run, taken up again: ${[...runs].join()}`);
        if (act === 'delete') assert.deepEqual(await processes.census(), {});
        else assert.deepEqual(await stood(), calm[act]);
        if (act === 'upgrade') assert.match(await readFile(file, 'utf8'), /^version: "1\.36"$/m);
      }
    });
  }
});
