import * as sdk from '@aws-sdk/client-ec2';
import { ChangeResourceRecordSetsCommand, CreateHostedZoneCommand, type Route53Client } from '@aws-sdk/client-route-53';
import type { EC2Client } from '@aws-sdk/client-ec2';
import { readAccountFacts } from '../../../src/core/aws/accountFacts.ts';
import { buildPlan } from '../../../src/core/plan/buildPlan.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import { parseSpec } from '../../../src/core/spec/parseSpec.ts';
import { virtualAccount, type VirtualAccount, type VirtualAccountOptions } from '../support/virtualAccount.ts';

export const region = 'eu-west-1';
export const services = ['ec2', 'ecr.api', 'ecr.dkr', 'eks-auth', 'ssm', 'ssmmessages'] as const;

/** A network team's VPC in which a private cluster works: three zones, a route table each, and every endpoint. */
export interface SoundVpc {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly routeTableIds: readonly string[];
  readonly groupId: string;
  /** Service → endpoint, the gateway for S3 among them. */
  readonly endpoints: Readonly<Record<string, string>>;
}

/** A simulated account with a VPC in it, and the calls with which a person breaks it. */
export class NetworkBench {
  readonly account: VirtualAccount;
  readonly ec2: EC2Client;
  readonly route53: Route53Client;

  private constructor(account: VirtualAccount, ec2: EC2Client, route53: Route53Client) {
    this.account = account;
    this.ec2 = ec2;
    this.route53 = route53;
  }

  static async open(options: VirtualAccountOptions = {}, place = region): Promise<NetworkBench> {
    const account = virtualAccount(options);
    const session = account.session(place);
    return new NetworkBench(account, await session.client('ec2'), await session.client('route53'));
  }

  async plan(sound: Pick<SoundVpc, 'vpcId' | 'subnetIds'>, more = '', place = region): Promise<Plan> {
    const { spec, problems } = parseSpec(specText(sound, more, place));
    if (!spec) throw new Error(problems.map(({ message }) => message).join('\n'));
    return buildPlan(spec, await this.account.run(readAccountFacts(this.account.session(place), { spec })));
  }

  async zone(name: string, vpcId: string): Promise<string> {
    const VPC = { VPCRegion: region, VPCId: vpcId } as const;
    const command = new CreateHostedZoneCommand({ Name: name, CallerReference: name, VPC });
    const { HostedZone } = await this.route53.send(command);
    return sure(HostedZone?.Id).replace('/hostedzone/', '');
  }

  async record(HostedZoneId: string, Name: string, value: string): Promise<void> {
    const to = value.startsWith('vpce-')
      ? { AliasTarget: { HostedZoneId: 'Z38GZ743OKFT7T', DNSName: value, EvaluateTargetHealth: false } }
      : { TTL: 60, ResourceRecords: [{ Value: value }] };
    const Changes = [{ Action: 'CREATE' as const, ResourceRecordSet: { Name, Type: 'A' as const, ...to } }];
    await this.route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
  }

  async group(vpcId: string, name: string, cidrs: readonly string[], port = 443): Promise<string> {
    const { GroupId = '' } = await this.ec2.send(
      new sdk.CreateSecurityGroupCommand({ GroupName: name, Description: name, VpcId: vpcId }),
    );
    const IpRanges = cidrs.map(CidrIp => ({ CidrIp }));
    const IpPermissions = [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges }];
    if (cidrs.length > 0) await this.ec2.send(new sdk.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    return GroupId;
  }

  async subnet(VpcId: string, CidrBlock: string, AvailabilityZone: string): Promise<string> {
    const { Subnet } = await this.ec2.send(new sdk.CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone }));
    const id = sure(Subnet?.SubnetId);
    const Tags = [{ Key: 'kubernetes.io/role/internal-elb', Value: '1' }];
    await this.ec2.send(new sdk.CreateTagsCommand({ Resources: [id], Tags }));
    return id;
  }

  async vpc(CidrBlock: string): Promise<string> {
    const { Vpc } = await this.ec2.send(new sdk.CreateVpcCommand({ CidrBlock }));
    const VpcId = sure(Vpc?.VpcId);
    await this.ec2.send(new sdk.ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
    return VpcId;
  }

  async internetGateway(VpcId: string): Promise<string> {
    const { InternetGateway } = await this.ec2.send(new sdk.CreateInternetGatewayCommand({}));
    const InternetGatewayId = sure(InternetGateway?.InternetGatewayId);
    await this.ec2.send(new sdk.AttachInternetGatewayCommand({ InternetGatewayId, VpcId }));
    return InternetGatewayId;
  }

  async endpoint(VpcId: string, service: string, input: Partial<sdk.CreateVpcEndpointCommandInput>): Promise<string> {
    const ServiceName = `com.amazonaws.${region}.${service}`;
    const { VpcEndpoint } = await this.ec2.send(
      new sdk.CreateVpcEndpointCommand({ VpcId, ServiceName, VpcEndpointType: 'Interface', ...input }),
    );
    return sure(VpcEndpoint?.VpcEndpointId);
  }

  /** Built by EC2's own calls, settled: every endpoint available. */
  async sound(): Promise<SoundVpc> {
    const vpcId = await this.vpc('10.20.0.0/16');
    const place = async (number: number): Promise<[string, string]> => {
      const subnetId = await this.subnet(vpcId, `10.20.${number * 16}.0/20`, `${region}${'abc'.charAt(number)}`);
      const { RouteTable } = await this.ec2.send(new sdk.CreateRouteTableCommand({ VpcId: vpcId }));
      const RouteTableId = sure(RouteTable?.RouteTableId);
      await this.ec2.send(new sdk.AssociateRouteTableCommand({ RouteTableId, SubnetId: subnetId }));
      return [subnetId, RouteTableId];
    };
    const places = [await place(0), await place(1), await place(2)];
    const subnetIds = places.map(([id]) => id);
    const routeTableIds = places.map(([, id]) => id);
    const groupId = await this.group(vpcId, 'endpoints', ['10.20.0.0/16']);
    const s3 = await this.endpoint(vpcId, 's3', { VpcEndpointType: 'Gateway', RouteTableIds: routeTableIds });
    const endpoints: Record<string, string> = { s3 };
    for (const service of services)
      endpoints[service] = await this.endpoint(vpcId, service, {
        SubnetIds: subnetIds,
        SecurityGroupIds: [groupId],
        PrivateDnsEnabled: true,
      });
    await this.account.pass(300);
    return { vpcId, subnetIds, routeTableIds, groupId, endpoints };
  }
}

export function specText({ vpcId, subnetIds }: Pick<SoundVpc, 'vpcId' | 'subnetIds'>, more = '', place = region) {
  const lines = [
    'apiVersion: private-eks/v1',
    'kind: Cluster',
    'name: demo',
    `region: ${place}`,
    'network:',
    `  vpc:\n    id: ${vpcId}\n    subnets: [${subnetIds.join(', ')}]`,
  ];
  return `${lines.join('\n')}\n${more}`;
}

export function sure<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('AWS answered without what was asked for');
  return value;
}
