import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { judgeNetwork } from '../../../../src/core/network/judgeNetwork.ts';
import { readSavedAccount } from '../../../../src/core/network/readSavedAccount.ts';
import { region, specOf, vpcId } from './facts.ts';

describe('saved answers of the AWS command line', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'private-eks-test-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const save = (name: string, answer: unknown) => writeFile(path.join(folder, name), JSON.stringify(answer));
  const spec = specOf();
  const Vpcs = [{ VpcId: vpcId, CidrBlock: '10.20.0.0/16', OwnerId: '111122223333', DhcpOptionsId: 'dopt-1' }];

  it('are judged like the account, and what is not there is unknown', async () => {
    // As `>` writes in Windows PowerShell.
    await writeFile(path.join(folder, 'vpcs.json'), Buffer.from(`\uFEFF${JSON.stringify({ Vpcs })}`, 'utf16le'));
    const Subnets = (spec.network.vpc?.subnets ?? []).map((SubnetId, index) => ({
      SubnetId,
      VpcId: vpcId,
      AvailabilityZone: `${region}${'ab'.charAt(index)}`,
      AvailabilityZoneId: `euw1-az${index + 1}`,
      CidrBlock: `10.20.${index}.0/24`,
      AvailableIpAddressCount: 3 + index * 200,
      State: 'available',
    }));
    await save('a.json', { Subnets: Subnets.slice(0, 1) });
    await save('b.json', { Subnets: Subnets.slice(1) });
    await save('dns.json', { VpcId: vpcId, EnableDnsSupport: { Value: false } });
    await writeFile(path.join(folder, 'notes.txt'), 'no answer');
    const account = await readSavedAccount(folder, spec);
    const findings = judgeNetwork(spec, account);
    const errors = findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
    assert.deepEqual(errors.sort(), ['dns-support-off', 'subnet-full']);
    const looks = findings.filter(({ code }) => code === 'look-refused').map(({ fix }) => fix);
    assert.ok(looks.some(fix => fix.includes('ec2:DescribeVpcEndpoints')));
    assert.ok(!looks.some(fix => fix.includes('ec2:DescribeSubnets')));
  });

  it('may tell what hosted zones answer with, and what an instance type takes', async () => {
    await save('vpcs.json', { Vpcs });
    const zone = (HostedZoneId: string, service: string) => ({
      HostedZoneId,
      Name: `${service}.${region}.amazonaws.com.`,
      Owner: { OwningAccount: '111122223333' },
    });
    await save('zones.json', { HostedZoneSummaries: [zone('Z1', 'ec2'), zone('Z2', 'ssm')] });
    const ResourceRecordSets = [{ Name: `ec2.${region}.amazonaws.com.`, Type: 'SOA', ResourceRecords: [] }];
    await save('records.json', { ResourceRecordSets });
    const NetworkInfo = { MaximumNetworkInterfaces: 4, Ipv4AddressesPerInterface: 15 };
    await save('types.json', { InstanceTypes: [{ InstanceType: 'g6.xlarge', NetworkInfo }] });
    const { network } = await readSavedAccount(folder, spec);
    assert.deepEqual(network?.interfaceLimits, { 'g6.xlarge': { interfaces: 4, addresses: 15 } });
    assert.deepEqual(
      network.hostedZones.map(({ id, records }) => [id, records]),
      [
        ['Z1', []],
        ['Z2', undefined],
      ],
    );
  });

  it('are refused by name where they are none, or of another VPC', async () => {
    await assert.rejects(readSavedAccount(path.join(folder, 'none'), spec), { code: 'saved-answers-unreadable' });
    await assert.rejects(readSavedAccount(folder, spec), { code: 'saved-answers-unreadable' });
    await writeFile(path.join(folder, 'x.json'), '{');
    await assert.rejects(readSavedAccount(folder, spec), { message: /x\.json cannot be read/ });
    await save('x.json', { Vpcs: [{ VpcId: 'vpc-1' }] });
    await assert.rejects(readSavedAccount(folder, spec), { code: 'vpc-not-found' });
  });
});
