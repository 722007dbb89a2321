import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RunEvent } from '../../../src/core/run/runEvent.ts';
import { CliProcesses } from './cliProcess.ts';

const begins = (step: string) => (event: RunEvent) => event.type === 'step-started' && event.step === step;
const ends = (step: string) => (event: RunEvent) => event.type === 'step-finished' && event.step === step;
const resource = (type: string, status: string) => (event: RunEvent) =>
  event.type === 'stack-event' && event.resourceType === type && event.status === status;

/** Twenty moments along the run: before, during and after each of its steps. */
const moments: readonly (readonly [string, (event: RunEvent) => boolean])[] = [
  ['the run begins', event => event.type === 'run-started'],
  ['preflight begins', begins('preflight')],
  ['preflight ends', ends('preflight')],
  ['the network begins', begins('network')],
  ['a role is being made', resource('AWS::IAM::Role', 'CREATE_IN_PROGRESS')],
  ['the VPC is made', resource('AWS::EC2::VPC', 'CREATE_COMPLETE')],
  ['the log group is ready', ends('logs')],
  ['the network is ready', ends('network')],
  ['the control plane begins', begins('cluster')],
  ['an endpoint is being made', resource('AWS::EC2::VPCEndpoint', 'CREATE_IN_PROGRESS')],
  ['the control plane is being made', resource('AWS::EKS::Cluster', 'CREATE_IN_PROGRESS')],
  ['the endpoints are ready', ends('endpoints')],
  ['the control plane is ready', ends('cluster')],
  ['an administrator is being made', resource('AWS::EKS::AccessEntry', 'CREATE_IN_PROGRESS')],
  ['access is ready', ends('identity')],
  ['an add-on is being made', resource('AWS::EKS::Addon', 'CREATE_IN_PROGRESS')],
  ['the nodes begin', begins('nodes-default')],
  ['the node group is being made', resource('AWS::EKS::Nodegroup', 'CREATE_IN_PROGRESS')],
  ['the nodes are ready', ends('nodes-default')],
  ['verify begins', begins('verify')],
];

/** How many kills one cluster meets; `KILL_SOAK=1` gives each its own. */
const perCluster = process.env['KILL_SOAK'] ? 1 : 5;
const clusters = moments.length / perCluster;

describe(`SIGKILL at ${moments.length} points of a create`, function () {
  this.timeout(300_000);
  let home: string;
  let processes: CliProcesses;
  let reference: Record<string, number>;

  const createArgs = async (name: string) => {
    const file = path.join(home, `${name}.private-eks.yaml`);
    await writeFile(
      file,
      `apiVersion: private-eks/v1\nkind: Cluster\nname: ${name}\nregion: ${processes.account.region}\n`,
    );
    return ['create', '-f', file, '--json'];
  };

  before(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'private-eks-kill-'));
    processes = await CliProcesses.start(home, 150);
    const undisturbed = await processes.run(await createArgs('calm'));
    assert.equal(undisturbed.code, 0, undisturbed.stderr);
    reference = await processes.census();
    assert.equal((await processes.run(['delete', 'calm', '--yes', '--json'])).code, 0);
    assert.deepEqual(await processes.census(), {});
  });
  after(async () => {
    await processes?.stop();
    await rm(home, { recursive: true, force: true });
  });

  for (let cluster = 0; cluster < clusters; cluster++) {
    const mine = moments.filter((_, index) => index % clusters === cluster);
    it(`leaves one verified cluster after: ${mine.map(([title]) => title).join('; ')}`, async () => {
      const args = await createArgs(`shot-${cluster}`);
      let kills = 0;
      for (const [title, at] of mine) {
        const shot = await processes.run(kills === 0 ? args : [...args, '--resume'], at);
        assert.ok(shot.killed, `the moment "${title}" never came: ${shot.stderr}`);
        kills++;
      }
      const last = await processes.run([...args, '--resume']);
      assert.equal(last.code, 0, `${last.stderr}${JSON.stringify(last.events.slice(-4))}`);
      assert.equal(kills, perCluster);
      assert.deepEqual(await processes.census(), reference);
      const deleted = await processes.run(['delete', `shot-${cluster}`, '--yes', '--json']);
      assert.equal(deleted.code, 0, deleted.stderr);
      assert.deepEqual(await processes.census(), {});
    });
  }
});
