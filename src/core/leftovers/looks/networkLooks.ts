import { cents, hoursPerMonth, price } from '../../plan/prices.ts';
import { tagMap } from '../controllerTags.ts';
import { addressMonthly } from '../leftoverPrices.ts';
import { ec2PageSize, pages } from '../../aws/pages.ts';
import { ec2Find, isWanted, item, options, own, ownOrControllers, type Look } from '../looking.ts';

const inVpc = (VpcId: string | undefined) => (VpcId === undefined ? {} : { vpcId: VpcId });

/** What of a network is found by itself; subnets, route tables and their like are in a VPC that is. */
export const networkLooks: readonly Look[] = [
  {
    what: 'VPCs',
    kinds: ['VPC'],
    types: ['AWS::EC2::VPC'],
    find: ec2Find(async (sdk, client, looking) => {
      const paged = sdk.paginateDescribeVpcs({ client }, { Filters: own }, options(looking));
      const found = await pages(paged, ({ Vpcs }) => Vpcs);
      return found.map(({ VpcId = '', Tags }) => item(looking, 'VPC', VpcId, tagMap(Tags)));
    }),
  },
  {
    what: 'endpoints',
    kinds: ['endpoint'],
    types: ['AWS::EC2::VPCEndpoint'],
    find: ec2Find(async (sdk, client, looking) => {
      const paged = sdk.paginateDescribeVpcEndpoints({ client }, { Filters: own }, options(looking));
      const found = await pages(paged, ({ VpcEndpoints }) => VpcEndpoints);
      return found
        .filter(({ State }) => !/^deleted?|deleting$/i.test(State ?? ''))
        .map(({ VpcEndpointId = '', VpcEndpointType, ServiceName = '', SubnetIds = [], VpcId, Tags }) => {
          const zones = VpcEndpointType === 'Interface' ? SubnetIds.length : 0;
          return item(looking, 'endpoint', VpcEndpointId, tagMap(Tags), {
            name: ServiceName,
            ...inVpc(VpcId),
            monthlyUsd: cents(price.interfaceEndpointHour * zones * hoursPerMonth),
            how: zones === 0 ? `${VpcEndpointType}, costs nothing` : `${VpcEndpointType}, ${zones} zones`,
          });
        });
    }),
  },
  {
    what: 'security groups',
    kinds: ['security group'],
    types: ['AWS::EC2::SecurityGroup'],
    find: ec2Find(async (sdk, client, looking) => {
      const paged = sdk.paginateDescribeSecurityGroups(
        { client, pageSize: ec2PageSize },
        { Filters: ownOrControllers },
        options(looking),
      );
      const found = await pages(paged, ({ SecurityGroups }) => SecurityGroups);
      return found
        .filter(({ Tags }) => isWanted(looking, tagMap(Tags)))
        .map(({ GroupId = '', GroupName = '', VpcId, Tags }) =>
          item(looking, 'security group', GroupId, tagMap(Tags), { name: GroupName, ...inVpc(VpcId) }),
        );
    }),
  },
  {
    what: 'network interfaces',
    kinds: ['network interface'],
    types: [],
    find: ec2Find(async (sdk, client, looking) => {
      const Filters = [{ Name: 'status', Values: ['available'] }];
      const paged = sdk.paginateDescribeNetworkInterfaces(
        { client, pageSize: ec2PageSize },
        { Filters },
        options(looking),
      );
      const found = await pages(paged, ({ NetworkInterfaces }) => NetworkInterfaces);
      return found
        .map(seen => {
          const tags = tagMap(seen.TagSet);
          // EKS's own carry no tag; their description has the cluster's name.
          const ofEks = /^Amazon EKS (.+)$/.exec(seen.Description ?? '')?.[1];
          return { ...seen, tags: ofEks === undefined ? tags : { 'aws:eks:cluster-name': ofEks, ...tags } };
        })
        .filter(({ tags }) => isWanted(looking, tags))
        .map(({ NetworkInterfaceId = '', Description = '', VpcId, tags }) =>
          item(looking, 'network interface', NetworkInterfaceId, tags, {
            name: Description,
            ...inVpc(VpcId),
            how: 'unused, costs nothing',
          }),
        );
    }),
  },
  {
    what: 'Elastic IPs',
    kinds: ['Elastic IP'],
    types: [],
    find: ec2Find(async (sdk, client, looking) => {
      const command = new sdk.DescribeAddressesCommand({ Filters: ownOrControllers });
      const { Addresses = [] } = await client.send(command, options(looking));
      return Addresses.filter(({ Tags }) => isWanted(looking, tagMap(Tags))).map(
        ({ AllocationId = '', PublicIp = '', AssociationId, Tags }) =>
          item(looking, 'Elastic IP', AllocationId, tagMap(Tags), {
            name: PublicIp,
            monthlyUsd: addressMonthly,
            how: AssociationId === undefined ? 'a public address, unused' : 'a public address, in use',
          }),
      );
    }),
  },
];
