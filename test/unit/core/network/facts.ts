import type { EndpointFacts, NetworkFacts, SubnetFacts } from '../../../../src/core/network/networkFacts.ts';
import type { ClusterSpec } from '../../../../src/core/spec/clusterSpec.ts';
import type { AccountFacts } from '../../../../src/core/plan/plan.ts';
import { parseSpec } from '../../../../src/core/spec/parseSpec.ts';

export const region = 'eu-west-1';
export const accountId = '111122223333';
export const vpcId = 'vpc-0123456789abcdef0';
const subnetIds = ['subnet-00000000000000001', 'subnet-00000000000000002'];

export function specOf(more = ''): ClusterSpec {
  const text = `apiVersion: private-eks/v1\nkind: Cluster\nname: demo\nregion: ${region}\nnetwork:\n  vpc:\n    id: ${vpcId}\n    subnets: [${subnetIds.join(', ')}]\n${more}`;
  const { spec, problems } = parseSpec(text);
  if (!spec) throw new Error(problems.map(({ message }) => message).join('\n'));
  return spec;
}

const subnet = (index: number): SubnetFacts => ({
  id: subnetIds[index] ?? '',
  vpcId,
  ownerId: accountId,
  zoneId: `euw1-az${index + 1}`,
  zoneName: `${region}${'ab'.charAt(index)}`,
  cidr: `10.20.${index * 16}.0/20`,
  freeAddresses: 4000,
  mapPublicIp: false,
  state: 'available',
  tags: { 'kubernetes.io/role/internal-elb': '1' },
});

export const endpoint = (service: string, more: Partial<EndpointFacts> = {}): EndpointFacts => ({
  id: `vpce-${service}`,
  ownerId: accountId,
  serviceName: `com.amazonaws.${region}.${service}`,
  type: 'Interface',
  state: 'available',
  subnetIds,
  routeTableIds: [],
  securityGroupIds: ['sg-1'],
  privateDns: true,
  managedByAws: false,
  tags: {},
  ...more,
});

/** A VPC without fault, and without endpoints. */
export const network: NetworkFacts = {
  vpc: {
    id: vpcId,
    ownerId: accountId,
    cidrs: ['10.20.0.0/16'],
    ipv6Cidrs: [],
    dnsSupport: true,
    dnsHostnames: true,
    dhcp: { id: 'dopt-1', domainNameServers: ['AmazonProvidedDNS'] },
    tags: {},
  },
  subnets: [subnet(0), subnet(1)],
  routeTables: [{ id: 'rtb-1', main: false, subnetIds, routes: [] }],
  networkAcls: [],
  endpoints: [],
  securityGroups: [
    {
      id: 'sg-1',
      vpcId,
      ingress: [
        { protocol: '-1', cidrs: ['10.20.0.0/17', '10.20.128.0/17'], ipv6Cidrs: [], prefixLists: [], groups: [] },
      ],
      egress: [],
    },
  ],
  hostedZones: [],
  clusters: [],
  unknown: [],
};

export const account = (more: Partial<NetworkFacts> = {}, rest: Partial<AccountFacts> = {}): AccountFacts => ({
  accountId,
  partition: 'aws',
  region,
  callerPrincipalArn: `arn:aws:iam::${accountId}:role/admin`,
  zones: [],
  versions: [],
  network: { ...network, ...more },
  ...rest,
});
