import assert from 'node:assert/strict';
import { networkChoices, suggestedSubnets, type SubnetChoice } from '../../../../src/core/network/networkChoices.ts';

const name = (Value: string) => ({ Tags: [{ Key: 'Name', Value }] });
const subnet = (id: string, zone: string, more: Partial<SubnetChoice> = {}): SubnetChoice => ({
  id,
  name: '',
  zone: `eu-west-1${zone}`,
  zoneId: `euw1-${zone}`,
  cidr: '10.0.0.0/24',
  freeAddresses: 100,
  reach: 'private',
  zoneRefused: false,
  ...more,
});

describe('the VPCs and subnets that a list offers', () => {
  const vpcs = [
    { VpcId: 'vpc-3', CidrBlock: '172.31.0.0/16' },
    {
      VpcId: 'vpc-1',
      CidrBlock: '10.0.0.0/16',
      CidrBlockAssociationSet: [
        { CidrBlock: '10.0.0.0/16', CidrBlockState: { State: 'associated' as const } },
        { CidrBlock: '100.64.0.0/16', CidrBlockState: { State: 'associated' as const } },
        { CidrBlock: '10.9.0.0/16', CidrBlockState: { State: 'disassociated' as const } },
      ],
      ...name('shared'),
    },
    { VpcId: 'vpc-2', CidrBlock: '10.1.0.0/16', ...name('apps') },
  ];
  const subnets = [
    { SubnetId: 'subnet-2', VpcId: 'vpc-1', AvailabilityZone: 'us-east-1b', AvailabilityZoneId: 'use1-az2' },
    { SubnetId: 'subnet-1', VpcId: 'vpc-1', AvailabilityZone: 'us-east-1a', AvailabilityZoneId: 'use1-az3' },
    { SubnetId: 'subnet-3', VpcId: 'vpc-2', AvailabilityZone: 'us-east-1a', AvailabilityZoneId: 'use1-az1' },
  ];
  const routeTables = [
    { VpcId: 'vpc-1', Associations: [{ Main: true }], Routes: [{ GatewayId: 'igw-1' }] },
    { VpcId: 'vpc-1', Associations: [{ SubnetId: 'subnet-2' }], Routes: [{ GatewayId: 'local' }] },
  ];

  it('has them by name, those without one last, each with its own subnets by zone', () => {
    const choices = networkChoices(vpcs, subnets, routeTables);
    assert.deepEqual(
      choices.map(({ id }) => id),
      ['vpc-2', 'vpc-1', 'vpc-3'],
    );
    assert.deepEqual(choices[1]?.cidrs, ['10.0.0.0/16', '100.64.0.0/16']);
    assert.deepEqual(
      choices[1]?.subnets.map(({ id, reach, zoneRefused }) => ({ id, reach, zoneRefused })),
      [
        { id: 'subnet-1', reach: 'public', zoneRefused: true },
        { id: 'subnet-2', reach: 'private', zoneRefused: false },
      ],
    );
    assert.deepEqual(choices[2]?.subnets, []);
  });

  it('does not call a subnet private whose routes it cannot see', () => {
    assert.equal(networkChoices(vpcs, subnets, undefined)[1]?.subnets[1]?.reach, 'unknown');
    assert.equal(networkChoices(vpcs, subnets, routeTables)[0]?.subnets[0]?.reach, 'unknown');
  });

  it('suggests the roomiest private subnet of each of three zones', () => {
    const offered = [
      subnet('public', 'a', { reach: 'public', freeAddresses: 999 }),
      subnet('small', 'a', { freeAddresses: 10 }),
      subnet('large', 'a'),
      subnet('refused', 'b', { zoneRefused: true }),
      subnet('c', 'c'),
      subnet('d', 'd'),
      subnet('e', 'e'),
    ];
    assert.deepEqual(suggestedSubnets(offered), ['large', 'c', 'd']);
  });

  it('suggests what cannot be judged only where nothing is known to be private', () => {
    const unknown = subnet('unknown', 'a', { reach: 'unknown' });
    assert.deepEqual(suggestedSubnets([unknown, subnet('private', 'b')]), ['private']);
    assert.deepEqual(suggestedSubnets([unknown, subnet('public', 'b', { reach: 'public' })]), ['unknown']);
    assert.deepEqual(suggestedSubnets([]), []);
  });
});
