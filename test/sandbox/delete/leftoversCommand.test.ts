import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AllocateAddressCommand, CreateVolumeCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import type { Leftover } from '../../../src/core/leftovers/leftover.ts';
import { CliProcesses } from '../kill/cliProcess.ts';

const elsewhere = 'eu-central-1';
const tags = [{ Key: 'private-eks:cluster', Value: 'gone' }];

describe('private-eks leftovers, as a process over HTTP', function () {
  this.timeout(240_000);
  let home = '';
  let cli: CliProcesses;
  let volume = '';
  let address = '';
  before(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'private-eks-leftovers-'));
    cli = await CliProcesses.start(home, 60);
    const { endpoint, region, ...credentials } = cli.account;
    const clientIn = (name: string) => new EC2Client({ region: name, endpoint, credentials });
    const claim = [...tags, { Key: 'kubernetes.io/created-for/pvc/name', Value: 'data-0' }];
    const command = new CreateVolumeCommand({
      AvailabilityZone: `${elsewhere}a`,
      Size: 20,
      VolumeType: 'gp3',
      TagSpecifications: [{ ResourceType: 'volume', Tags: claim }],
    });
    volume = (await clientIn(elsewhere).send(command)).VolumeId ?? '';
    const wish = new AllocateAddressCommand({
      Domain: 'vpc',
      TagSpecifications: [{ ResourceType: 'elastic-ip', Tags: tags }],
    });
    address = (await clientIn(region).send(wish)).AllocationId ?? '';
    const trust = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const role = new CreateRoleCommand({
      RoleName: 'private-eks-gone-permissions-NodeRole-x',
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
      Tags: tags,
    });
    await new IAMClient({ region, endpoint, credentials }).send(role);
  });
  after(async () => {
    await cli.stop();
    await rm(home, { recursive: true, force: true });
  });

  const volumes = async () => (await cli.census())['AWS::EC2::Volume'] ?? 0;

  it('looks at every region with --region all, and knows then that no stack of any remembers a role', async () => {
    const { code, stdout, stderr } = await cli.run(['leftovers', '--region', 'all', '--json']);
    assert.equal(code, 0, stderr);
    assert.equal(stderr, '');
    const found = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as Leftover);
    assert.deepEqual(
      found.map(({ kind, id, region, monthlyUsd }) => [kind, id, region, monthlyUsd]),
      [
        ['Elastic IP', address, cli.account.region, 3.65],
        ['role', 'private-eks-gone-permissions-NodeRole-x', cli.account.region, 0],
        ['volume', volume, elsewhere, 1.6],
      ],
    );
    assert.match(found[1]?.why ?? '', /no delete run would find it; by hand: .*aws iam delete-role/);
    assert.ok(found.every(({ cluster, fate }) => cluster === 'gone' && fate === 'stays'));
  });

  it('prints a table with the sum for one region', async () => {
    const { code, stdout } = await cli.run(['leftovers', '--region', elsewhere]);
    assert.equal(code, 0);
    const lines = stdout.trimEnd().split('\n');
    assert.match(lines[0] ?? '', /^WHAT +NAME +REGION +CLUSTER +USD\/MONTH/);
    assert.match(lines[1] ?? '', new RegExp(`^volume +${volume} +${elsewhere} +gone +1\\.60 +no stack remembers`));
    assert.match(lines[2] ?? '', /^role .* no stack in eu-central-1 remembers it; .*--region all/);
    assert.equal(lines[3], 'In all about 1.60 USD a month.');
  });

  it('removes nothing without being sure what and where, and that it is meant', async () => {
    const said = async (...args: string[]) => {
      const { code, stderr, stdout } = await cli.run(['leftovers', ...args]);
      assert.equal(stdout, '');
      return `${code} ${stderr}`;
    };
    assert.match(await said('--remove', volume, '--region', elsewhere), /^2 [^]*needs --yes/);
    assert.match(await said('--remove', volume, '--yes', '--region', 'all'), /^2 [^]*Name the region/);
    assert.match(
      await said('--remove', volume, '--yes'),
      new RegExp(`^1 [^]*Nothing that was made here is called ${volume}`),
    );
    const role = 'private-eks-gone-permissions-NodeRole-x';
    assert.match(await said('--remove', role, '--yes'), new RegExp(`^1 [^]*role ${role} is not removed by itself`));
    assert.equal(await volumes(), 1);
  });

  it('removes one thing, said with its price, and finds it no more', async () => {
    const { code, stdout, stderr } = await cli.run(['leftovers', '--region', elsewhere, '--remove', volume, '--yes']);
    assert.equal(code, 0, stderr);
    assert.match(stderr, new RegExp(`volume ${volume}: 1\\.60 USD a month, gp3, 20 GiB, unused, of claim data-0`));
    assert.equal(stdout, `volume ${volume} is gone.\n`);
    assert.equal(await volumes(), 0);
    const again = await cli.run(['leftovers', '--region', elsewhere, '--remove', volume, '--yes']);
    assert.equal(again.code, 1);
  });
});
