import * as sdk from '@aws-sdk/client-ec2';
import { acl, at, authorize, https, nat, peering, route, type AclRule, type Breakage } from './breakages.ts';
import { region, sure, type NetworkBench, type SoundVpc } from './soundVpc.ts';

const block = '100.64.0.0/16';

export interface PodPlace {
  readonly podSubnetIds: readonly string[];
  /** One for all of them. */
  readonly podTable: string;
  /** Custom networking into these subnets; `env` besides. */
  readonly spec: (env?: string) => string;
}

/** Subnets of 100.64.0.0/16 for pods alone, one in each zone, in which they lack nothing: routes to S3, and endpoints that admit them. */
export async function podPlace(bench: NetworkBench, sound: SoundVpc): Promise<PodPlace> {
  const { vpcId: VpcId, groupId } = sound;
  const { ec2 } = bench;
  await ec2.send(new sdk.AssociateVpcCidrBlockCommand({ VpcId, CidrBlock: block }));
  const { RouteTable } = await ec2.send(new sdk.CreateRouteTableCommand({ VpcId }));
  const RouteTableId = sure(RouteTable?.RouteTableId);
  const podSubnetIds: string[] = [];
  for (const [index, zone] of ['a', 'b', 'c'].entries()) {
    const SubnetId = await bench.subnet(VpcId, `100.64.${index * 32}.0/19`, `${region}${zone}`);
    await ec2.send(new sdk.AssociateRouteTableCommand({ RouteTableId, SubnetId }));
    podSubnetIds.push(SubnetId);
  }
  const gateway = { VpcEndpointId: sure(sound.endpoints['s3']), AddRouteTableIds: [RouteTableId] };
  await ec2.send(new sdk.ModifyVpcEndpointCommand(gateway));
  await authorize(bench, groupId, https([block]));
  const subnets = podSubnetIds.map((id, index) => `${region}${'abc'.charAt(index)}: { id: ${id} }`).join(', ');
  const spec = (env = '') =>
    `addons:\n  vpc-cni:\n    configuration:\n      env: { AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: "true"${env} }\n` +
    `      eniConfig: { create: true, region: ${region}, subnets: { ${subnets} } }\n`;
  return { podSubnetIds, podTable: RouteTableId, spec };
}

/** What pods are tagged for without custom networking. */
async function tagged(bench: NetworkBench, { podSubnetIds }: PodPlace): Promise<void> {
  const Tags = [{ Key: 'kubernetes.io/role/cni', Value: '1' }];
  await bench.ec2.send(new sdk.CreateTagsCommand({ Resources: [...podSubnetIds], Tags }));
}

/** A network ACL of its own for the pods' first subnet. */
async function podAcl(bench: NetworkBench, sound: SoundVpc, rules: readonly AclRule[]) {
  const place = await podPlace(bench, sound);
  const resource = await acl(bench, { ...sound, subnetIds: place.podSubnetIds }, rules);
  return { resource, place };
}

const anywhere = '0.0.0.0/0';
export const externalSnat = ', AWS_VPC_K8S_CNI_EXTERNALSNAT: "true"';

/** Of subnets for pods alone; as the others, by what a person would say of it. */
export const podBreakages: Readonly<Record<string, Breakage>> = {
  'subnets for pods lead to an internet gateway': async (bench, sound) => {
    const { podTable, spec } = await podPlace(bench, sound);
    await route(bench, podTable, { GatewayId: await bench.internetGateway(sound.vpcId) });
    return { code: 'internet-route', resource: podTable, spec: spec() };
  },
  'subnets that are tagged for pods lead to an internet gateway': async (bench, sound) => {
    const place = await podPlace(bench, sound);
    await tagged(bench, place);
    await route(bench, place.podTable, { GatewayId: await bench.internetGateway(sound.vpcId) });
    return { code: 'internet-route', resource: place.podTable };
  },
  'subnets for pods lead to a NAT gateway': async (bench, sound) => {
    const { podTable, spec } = await podPlace(bench, sound);
    await route(bench, podTable, { NatGatewayId: await nat(bench, sound.vpcId) });
    return { code: 'nat-route', resource: podTable, spec: spec() };
  },
  'subnets for pods lead elsewhere by a peering connection': async (bench, sound) => {
    const { podTable, spec } = await podPlace(bench, sound);
    await route(bench, podTable, { VpcPeeringConnectionId: await peering(bench, sound.vpcId, '10.99.0.0/16') });
    return { code: 'default-route-elsewhere', resource: podTable, spec: spec() };
  },
  'a subnet for pods is on the main route table': async (bench, sound) => {
    const { podTable, podSubnetIds, spec } = await podPlace(bench, sound);
    const { RouteTables = [] } = await bench.ec2.send(
      new sdk.DescribeRouteTablesCommand({ RouteTableIds: [podTable] }),
    );
    const found = RouteTables[0]?.Associations?.find(({ SubnetId }) => SubnetId === podSubnetIds[0]);
    const AssociationId = sure(found?.RouteTableAssociationId);
    await bench.ec2.send(new sdk.DisassociateRouteTableCommand({ AssociationId }));
    return { code: 'subnet-on-main-table', resource: at(podSubnetIds, 0), spec: spec() };
  },
  'pods go to S3 with their own addresses, and their route table has no gateway': async (bench, sound) => {
    const { podTable, spec } = await podPlace(bench, sound);
    const VpcEndpointId = sure(sound.endpoints['s3']);
    await bench.ec2.send(new sdk.ModifyVpcEndpointCommand({ VpcEndpointId, RemoveRouteTableIds: [podTable] }));
    return { code: 's3-route-missing-pods', resource: VpcEndpointId, spec: spec(externalSnat) };
  },
  'an endpoint admits nodes, and not the subnets for pods': async (bench, sound) => {
    const { spec } = await podPlace(bench, sound);
    const IpPermissions = [https([block])];
    await bench.ec2.send(new sdk.RevokeSecurityGroupIngressCommand({ GroupId: sound.groupId, IpPermissions }));
    return { code: 'endpoint-group-pods', resource: sure(sound.endpoints['ecr.api']), spec: spec() };
  },
  'a network ACL keeps pods from the endpoints': async (bench, sound) => {
    const { resource, place } = await podAcl(bench, sound, [
      [90, true, 'deny', anywhere, 443, 443],
      [100, true, 'allow', anywhere],
      [100, false, 'allow', anywhere],
    ]);
    return { code: 'acl-blocks-https', resource, spec: place.spec() };
  },
  'a network ACL lets no replies in to pods': async (bench, sound) => {
    const { resource, place } = await podAcl(bench, sound, [
      [100, true, 'allow', anywhere],
      [100, false, 'allow', anywhere, 443, 443],
    ]);
    return { code: 'acl-blocks-replies', resource, spec: place.spec() };
  },
  'a network ACL of the nodes’ subnet knows nothing of the pods’ block': async (bench, sound) => {
    const { spec } = await podPlace(bench, sound);
    const resource = await acl(bench, sound, [
      [90, false, 'deny', block, 443, 443],
      [100, true, 'allow', anywhere],
      [100, false, 'allow', anywhere],
    ]);
    return { code: 'acl-blocks-https', resource, spec: spec() };
  },
};
