import * as Ec2 from '@aws-sdk/client-ec2';
import assert from 'node:assert/strict';
import { contains, overlaps, parseCidr } from '../../../../src/sandbox/services/ec2/ipv4.ts';
import { ec2Account, makeSubnet, makeVpc, refuses } from './ec2Account.ts';

describe('describe calls of the simulated EC2', () => {
  it('filter by members, tags and wildcards, all filters together', async () => {
    const { ec2 } = await ec2Account();
    const VpcId = await makeVpc(ec2);
    const made = await Promise.all(
      ['a', 'b', 'c'].map((letter, index) => makeSubnet(ec2, VpcId, `10.0.${index}.0/24`, `eu-west-1${letter}`)),
    );
    const [first = '', second = ''] = made;
    await ec2.send(
      new Ec2.CreateTagsCommand({ Resources: [first, second], Tags: [{ Key: 'tier', Value: 'private-1' }] }),
    );
    await ec2.send(
      new Ec2.CreateTagsCommand({
        Resources: [second],
        Tags: [
          { Key: 'tier', Value: 'private-2' },
          { Key: 'x', Value: '' },
        ],
      }),
    );
    const found = async (...Filters: Ec2.Filter[]) =>
      (await ec2.send(new Ec2.DescribeSubnetsCommand({ Filters }))).Subnets?.map(subnet => subnet.SubnetId);
    assert.deepEqual(await found({ Name: 'tag:tier', Values: ['private-*'] }), [first, second]);
    assert.deepEqual(await found({ Name: 'tag:tier', Values: ['private-?'] }, { Name: 'tag-key', Values: ['x'] }), [
      second,
    ]);
    assert.deepEqual(await found({ Name: 'tag:tier', Values: ['private-\\*'] }), []);
    assert.deepEqual(await found({ Name: 'availability-zone', Values: ['eu-west-1c', 'eu-west-1a'] }), [
      first,
      made[2],
    ]);
    assert.deepEqual(await found({ Name: 'default-for-az', Values: ['true'] }), []);
    await refuses(
      found({ Name: 'no-such', Values: ['x'] }),
      'InvalidParameterValue',
      "The filter 'no-such' is invalid",
    );
    await ec2.send(
      new Ec2.DeleteTagsCommand({ Resources: [second], Tags: [{ Key: 'tier' }, { Key: 'x', Value: 'other' }] }),
    );
    assert.deepEqual(await found({ Name: 'tag-key', Values: ['*'] }), [first, second]);
  });

  it('page by five to a thousand', async () => {
    const { ec2 } = await ec2Account();
    const VpcId = await makeVpc(ec2);
    for (let i = 0; i < 12; i++) await makeSubnet(ec2, VpcId, `10.0.${i}.0/24`, 'eu-west-1a');
    const sizes: number[] = [];
    for await (const page of Ec2.paginateDescribeSubnets({ client: ec2, pageSize: 5 }, {}))
      sizes.push(page.Subnets?.length ?? 0);
    assert.deepEqual(sizes, [5, 5, 2]);
    const ask = (MaxResults: number) => ec2.send(new Ec2.DescribeSubnetsCommand({ MaxResults }));
    await refuses(
      ask(4),
      'InvalidParameterValue',
      'Value ( 4 ) for parameter maxResults is invalid. Expecting a value greater than 5.',
    );
    await refuses(ask(1001), 'InvalidParameterValue', /smaller than or equal to 1000/);
    await refuses(ec2.send(new Ec2.DescribeSubnetsCommand({ NextToken: 'zzz' })), 'InvalidNextToken', /is invalid/);
  });

  it('name every id that leads nowhere', async () => {
    const { ec2 } = await ec2Account();
    const ids = ['0123456789abcdef0', '0123456789abcdef1'];
    await refuses(
      ec2.send(new Ec2.DescribeSubnetsCommand({ SubnetIds: ids.map(id => `subnet-${id}`) })),
      'InvalidSubnetID.NotFound',
      `The subnet IDs 'subnet-${ids[0]}, subnet-${ids[1]}' do not exist`,
    );
    await refuses(
      ec2.send(new Ec2.DescribeSecurityGroupsCommand({ GroupIds: ['sg-0123456789abcdef0'] })),
      'InvalidGroup.NotFound',
      "The security group 'sg-0123456789abcdef0' does not exist",
    );
  });
});

describe('tags of the simulated EC2', () => {
  it('come with the create call, for that kind of thing alone, and never begin with aws:', async () => {
    const { ec2 } = await ec2Account();
    const create = (ResourceType: Ec2.ResourceType, Key: string) =>
      ec2.send(
        new Ec2.CreateVpcCommand({
          CidrBlock: '10.0.0.0/16',
          TagSpecifications: [{ ResourceType, Tags: [{ Key, Value: 'v' }] }],
        }),
      );
    assert.deepEqual((await create('vpc', 'k')).Vpc?.Tags, [{ Key: 'k', Value: 'v' }]);
    await refuses(
      create('subnet', 'k'),
      'InvalidParameterValue',
      "'subnet' is not a valid taggable resource type for this operation.",
    );
    await refuses(
      create('vpc', 'aws:x'),
      'InvalidParameterValue',
      "Tag keys starting with 'aws:' are reserved for internal use",
    );
  });
});

describe('IPv4 ranges', () => {
  const rows: [string, string, boolean, boolean][] = [
    ['10.0.0.0/16', '10.0.1.0/24', true, true],
    ['10.0.1.0/24', '10.0.0.0/16', false, true],
    ['10.0.0.0/24', '10.0.1.0/24', false, false],
    ['128.0.0.0/1', '255.255.255.255/32', true, true],
    ['0.0.0.0/0', '192.168.0.0/16', true, true],
  ];
  for (const [a, b, inside, touching] of rows)
    it(`${a} and ${b}`, () => {
      const [x, y] = [parseCidr(a), parseCidr(b)];
      assert.ok(x && y);
      assert.deepEqual([contains(x, y), overlaps(x, y)], [inside, touching]);
    });
  for (const bad of ['10.0.0.0', '10.0.0.0/33', '10.0.0.256/8', '10.0.0/8', '10.0.0.0/8/8', '010.0.0.0/8', 'x/8'])
    it(`${bad} is none`, () => assert.equal(parseCidr(bad), undefined));
});
