import assert from 'node:assert/strict';
import type { IpPermission, VpcEndpoint } from '@aws-sdk/client-ec2';
import {
  admits,
  hasInternet,
  obstacleToService,
  type NetworkView,
  type Peer,
} from '../../../../src/sandbox/join/reachability.ts';

const peer: Peer = { address: '10.0.1.7', subnetId: 'subnet-1', groupIds: ['sg-node'] };
const open: IpPermission = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '10.0.0.0/16' }] };
const endpoint: VpcEndpoint = {
  ServiceName: 'com.amazonaws.eu-west-1.ec2',
  VpcEndpointType: 'Interface',
  State: 'Available',
  PrivateDnsEnabled: true,
  Groups: [{ GroupId: 'sg-endpoint' }],
};

function view(change: Partial<NetworkView> = {}, ingress: IpPermission[] = [open]): NetworkView {
  return {
    region: 'eu-west-1',
    dnsSupport: true,
    dnsHostnames: true,
    endpoints: [endpoint],
    routeTables: [
      { RouteTableId: 'rtb-main', Associations: [{ Main: true }], Routes: [] },
      { RouteTableId: 'rtb-1', Associations: [{ SubnetId: 'subnet-1' }], Routes: [] },
    ],
    securityGroups: [{ GroupId: 'sg-endpoint', IpPermissions: ingress }],
    ...change,
  };
}
const gateway = (...RouteTableIds: string[]): VpcEndpoint => ({
  ServiceName: 'com.amazonaws.eu-west-1.s3',
  VpcEndpointType: 'Gateway',
  State: 'Available',
  RouteTableIds,
});
const routed = (route: object): Partial<NetworkView> => ({
  endpoints: [],
  routeTables: [
    {
      RouteTableId: 'rtb-1',
      Associations: [{ SubnetId: 'subnet-1' }],
      Routes: [{ DestinationCidrBlock: '0.0.0.0/0', ...route }],
    },
  ],
});

describe('what an instance reaches', () => {
  const rows: [string, NetworkView, string, RegExp | undefined][] = [
    ['an endpoint in its VPC', view(), 'ec2', undefined],
    ['no endpoint of another service', view(), 'ecr.dkr', /no interface endpoint for ecr\.dkr/],
    [
      'no endpoint that is still pending',
      view({ endpoints: [{ ...endpoint, State: 'Pending' }] }),
      'ec2',
      /no interface/,
    ],
    [
      'no endpoint without private DNS',
      view({ endpoints: [{ ...endpoint, PrivateDnsEnabled: false }] }),
      'ec2',
      /private DNS off/,
    ],
    ['nothing without DNS support', view({ dnsSupport: false }), 'ec2', /DNS support off/],
    ['no private name without DNS hostnames', view({ dnsHostnames: false }), 'ec2', /DNS hostnames off/],
    [
      'no endpoint whose group admits another port',
      view({}, [{ ...open, FromPort: 80, ToPort: 80 }]),
      'ec2',
      /port 443 .* does not admit 10\.0\.1\.7/,
    ],
    [
      'no endpoint whose group admits another range',
      view({}, [{ ...open, IpRanges: [{ CidrIp: '10.1.0.0/16' }] }]),
      'ec2',
      /does not admit/,
    ],
    [
      'an endpoint that admits its group',
      view({}, [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-node' }] }]),
      'ec2',
      undefined,
    ],
    ['S3 by a gateway on its route table', view({ endpoints: [gateway('rtb-1')] }), 's3', undefined],
    ['no S3 by a gateway on another', view({ endpoints: [gateway('rtb-main')] }), 's3', /not on route table rtb-1/],
    [
      'no layers by an interface endpoint for S3',
      view({ endpoints: [{ ...endpoint, ServiceName: 'com.amazonaws.eu-west-1.s3' }] }),
      's3',
      /no gateway endpoint/,
    ],
    ['everything through a NAT gateway', view(routed({ NatGatewayId: 'nat-1' })), 'ecr.dkr', undefined],
    [
      'nothing through an internet gateway without an address of its own',
      view(routed({ GatewayId: 'igw-1' })),
      'ec2',
      /no interface/,
    ],
    [
      'nothing through a route that leads nowhere',
      view(routed({ NatGatewayId: 'nat-1', State: 'blackhole' })),
      'ec2',
      /no interface/,
    ],
  ];
  for (const [title, network, service, obstacle] of rows)
    it(`is ${title}`, () => {
      const found = obstacleToService(network, peer, service);
      if (obstacle) assert.match(found ?? '', obstacle);
      else assert.equal(found, undefined);
    });

  it('is the internet by a public address', () => {
    const network = view(routed({ GatewayId: 'igw-1' }));
    assert.equal(hasInternet(network, { ...peer, publicAddress: '3.3.3.3' }), true);
    assert.equal(hasInternet(network, peer), false);
  });

  it('is not a closed endpoint by way of the internet: private DNS has taken the name over', () => {
    const network = view({ ...routed({ NatGatewayId: 'nat-1' }), endpoints: [endpoint] }, []);
    assert.match(obstacleToService(network, peer, 'ec2') ?? '', /does not admit/);
  });

  it('is let in by any group of several, on any rule that covers 443', () => {
    const wide = view({}, [{ IpProtocol: 'tcp', FromPort: 1, ToPort: 65535, IpRanges: [{ CidrIp: '10.0.1.7/32' }] }]);
    assert.equal(admits(wide, ['sg-other', 'sg-endpoint'], peer), true);
    assert.equal(admits(wide, ['sg-other'], peer), false);
    assert.equal(admits(view({}, [{ ...open, IpProtocol: 'udp' }]), ['sg-endpoint'], peer), false);
  });
});
