import type * as Sdk from '@aws-sdk/client-ec2';
import { createHash } from 'node:crypto';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { filterRows, page } from './describe.ts';
import { zonesOf, type Zone } from './placement.ts';
import type { Place } from './rows.ts';

/** A service that endpoints lead to, in one region. */
export interface EndpointService {
  readonly name: string;
  /** The service's part of its endpoints' host names: `api.ecr`. */
  readonly host: string;
  readonly types: readonly ('Interface' | 'Gateway')[];
  readonly privateNames: readonly string[];
  readonly zones: readonly Zone[];
  /** Gateway services only. */
  readonly prefixListId?: string;
  readonly takesPolicy: boolean;
}

/** Interface services and their private names, where it is not `NAME.REGION.amazonaws.com`; `R` stands for the region. */
const privateNames: Readonly<Record<string, readonly string[]>> = {
  'ecr.api': ['api.ecr.R.amazonaws.com', 'ecr.R.api.aws'],
  'ecr.dkr': ['*.dkr.ecr.R.amazonaws.com', '*.dkr-ecr.R.on.aws'],
  'eks-auth': ['eks-auth.R.api.aws'],
  'eks-proxy': ['eks-proxy.R.api.aws', 'eks-proxy.eks.R.amazonaws.com'],
  'oidc-eks': ['oidc-eks.R.api.aws', 'oidc.eks.R.amazonaws.com'],
  'ecs-agent': ['ecs-a.R.amazonaws.com'],
  'ecs-telemetry': ['ecs-t.R.amazonaws.com'],
  'execute-api': ['*.execute-api.R.amazonaws.com'],
  'kinesis-streams': ['kinesis.R.amazonaws.com'],
  'aps-workspaces': ['aps-workspaces.R.amazonaws.com'],
  s3: ['*.s3.R.amazonaws.com', 's3.R.amazonaws.com'],
};
const plain =
  'acm-pca autoscaling cloudformation cloudtrail codebuild config ec2 ec2messages ecs eks eks-fips elasticfilesystem elasticloadbalancing email-smtp events fsx guardduty-data kms lambda logs monitoring rds secretsmanager sns sqs ssm ssmmessages states sts synthetics xray';
const interfaceNames: readonly string[] = [...plain.split(' '), ...Object.keys(privateNames)].sort();
const gatewayNames: readonly string[] = ['dynamodb', 's3'];
const withoutPolicy: readonly string[] = ['oidc-eks'];

/** Zones where a service has no endpoint: region's zone id → services. */
const absent: Readonly<Record<string, readonly string[]>> = {
  'use1-az3': ['eks', 'eks-auth', 'eks-proxy', 'oidc-eks', 'email-smtp', 'lambda'],
  'use1-az5': ['email-smtp'],
  'usw1-az2': ['eks', 'eks-auth'],
  'cac1-az3': ['eks', 'eks-auth'],
};

/** AWS's own lists are the same for all accounts; those known by heart, the others made up from the region. */
const knownPrefixLists: Readonly<Record<string, string>> = {
  'us-east-1 s3': 'pl-63a5400a',
  'us-east-1 dynamodb': 'pl-02cd2c6b',
  'us-west-2 s3': 'pl-68a54001',
  'us-west-2 dynamodb': 'pl-00a54069',
  'eu-west-1 s3': 'pl-6da54004',
  'eu-west-1 dynamodb': 'pl-6fa54006',
  'eu-central-1 s3': 'pl-6ea54007',
  'eu-central-1 dynamodb': 'pl-66a5400f',
};

const digest = (text: string, length: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, length);

export function endpointServices({ account, region }: Place): EndpointService[] {
  return [...new Set([...interfaceNames, ...gatewayNames])].sort().map(service => {
    const gateway = gatewayNames.includes(service);
    const interfaces = interfaceNames.includes(service);
    const own = privateNames[service] ?? [`${service}.R.amazonaws.com`];
    const listId = knownPrefixLists[`${region} ${service}`] ?? `pl-${digest(`${region} ${service}`, 8)}`;
    return {
      name: `com.amazonaws.${region}.${service}`,
      host: service.split('.').reverse().join('.'),
      types: [...(gateway ? (['Gateway'] as const) : []), ...(interfaces ? (['Interface'] as const) : [])],
      privateNames: interfaces ? own.map(name => name.replace('.R.', `.${region}.`)) : [],
      zones: zonesOf(account, region).filter(zone => !absent[zone.id]?.includes(service)),
      ...(gateway && { prefixListId: listId }),
      takesPolicy: !withoutPolicy.includes(service),
    };
  });
}

export function findService(place: Place, name: string): EndpointService {
  const service = endpointServices(place).find(item => item.name === name);
  if (!service) throw new AwsError('InvalidServiceName', `The Vpc Endpoint Service '${name}' does not exist`);
  return service;
}

function detail(service: EndpointService, type: 'Interface' | 'Gateway', region: string): Sdk.ServiceDetail {
  const { name, host, zones } = service;
  const [PrivateDnsName] = type === 'Interface' ? service.privateNames : [];
  return {
    ServiceName: name,
    ServiceId: `vpce-svc-0${digest(`${name} ${type}`, 16)}`,
    ServiceType: [{ ServiceType: type }],
    ServiceRegion: region,
    AvailabilityZones: zones.map(zone => zone.name),
    AvailabilityZoneIds: zones.map(zone => zone.id),
    Owner: 'amazon',
    BaseEndpointDnsNames: [`${host}.${region}.${type === 'Gateway' ? '' : 'vpce.'}amazonaws.com`],
    ...(PrivateDnsName !== undefined && {
      PrivateDnsName,
      PrivateDnsNames: service.privateNames.map(PrivateDnsName => ({ PrivateDnsName })),
      PrivateDnsNameVerificationState: 'verified',
    }),
    VpcEndpointPolicySupported: service.takesPolicy,
    AcceptanceRequired: false,
    ManagesVpcEndpoints: false,
    Tags: [],
    SupportedIpAddressTypes: ['ipv4'],
  };
}

export const endpointServiceOperations = {
  DescribeVpcEndpointServices(
    input: Sdk.DescribeVpcEndpointServicesRequest,
    context: CallContext,
  ): Sdk.DescribeVpcEndpointServicesResult {
    const services = input.ServiceNames?.length
      ? input.ServiceNames.map(name => findService(context, name))
      : endpointServices(context);
    const details = services.flatMap(service => service.types.map(type => detail(service, type, context.region)));
    const all = filterRows(details, input.Filters, 'service-name service-type=ServiceType.ServiceType owner');
    const { found, ...next } = page(all, input);
    return {
      ServiceNames: [...new Set(found.flatMap(item => item.ServiceName ?? []))],
      ServiceDetails: found,
      ...next,
    };
  },
};
