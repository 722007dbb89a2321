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
  readonly type: 'Interface' | 'Gateway';
  readonly privateNames: readonly string[];
  readonly zones: readonly Zone[];
  /** Gateway services only. */
  readonly prefixListId?: string;
  readonly takesPolicy: boolean;
}

/** Private names, where it is not `NAME.REGION.amazonaws.com`; `R` stands for the region. */
const privateNames: Readonly<Record<string, readonly string[]>> = {
  'ecr.api': ['api.ecr.R.amazonaws.com', 'ecr.R.api.aws'],
  'ecr.dkr': ['*.dkr.ecr.R.amazonaws.com', '*.dkr-ecr.R.on.aws'],
  'eks-auth': ['eks-auth.R.api.aws'],
  'oidc-eks': ['oidc-eks.R.api.aws', 'oidc.eks.R.amazonaws.com'],
  dynamodb: [],
  s3: [],
};
const plain =
  'aps-workspaces autoscaling cloudformation cloudtrail config ec2 ec2messages ecs eks elasticfilesystem elasticloadbalancing events execute-api fsx guardduty-data kms lambda logs monitoring rds secretsmanager sns sqs ssm ssmmessages states sts synthetics xray';
/** S3 has interface endpoints too, here without private DNS; DynamoDB's are not simulated. */
const gatewayNames: readonly string[] = ['dynamodb', 's3'];
const names = [...plain.split(' '), ...Object.keys(privateNames)].sort();

/** Zones where a service has no endpoint: region's zone id → services. */
const absent: Readonly<Record<string, readonly string[]>> = {
  'use1-az3': ['eks', 'eks-auth', 'oidc-eks', 'lambda'],
  'usw1-az2': ['eks', 'eks-auth'],
  'cac1-az3': ['eks', 'eks-auth'],
};

const digest = (text: string, length: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, length);

export function endpointServices({ account, region }: Place): EndpointService[] {
  return names.map(service => {
    const isGateway = gatewayNames.includes(service);
    const own = privateNames[service] ?? [`${service}.R.amazonaws.com`];
    return {
      name: `com.amazonaws.${region}.${service}`,
      host: service.split('.').reverse().join('.'),
      type: isGateway ? 'Gateway' : 'Interface',
      privateNames: own.map(name => name.replace('.R.', `.${region}.`)),
      zones: zonesOf(account, region).filter(zone => !absent[zone.id]?.includes(service)),
      ...(isGateway && { prefixListId: `pl-${digest(`${region} ${service}`, 8)}` }),
      takesPolicy: service !== 'oidc-eks',
    };
  });
}

/** A proxy that another account shares with every simulated one, in two of its zones. EC2 lists such a service by name alone. */
function sharedProxy({ account, region }: Place): EndpointService {
  const zones = zonesOf(account, region).slice(0, 2);
  const name = `com.amazonaws.vpce.${region}.vpce-svc-0123456789abcdef0`;
  return { name, host: 'vpce-svc-0123456789abcdef0', type: 'Interface', privateNames: [], zones, takesPolicy: false };
}

export function findService(place: Place, name: string): EndpointService {
  const service = [...endpointServices(place), sharedProxy(place)].find(item => item.name === name);
  if (!service) throw new AwsError('InvalidServiceName', `The Vpc Endpoint Service '${name}' does not exist`);
  return service;
}

const detail = ({ name, type, zones, privateNames, takesPolicy }: EndpointService): Sdk.ServiceDetail => ({
  ServiceName: name,
  ServiceId: /vpce-svc-\w+$/.exec(name)?.[0] ?? `vpce-svc-0${digest(name, 16)}`,
  ServiceType: [{ ServiceType: type }],
  AvailabilityZones: zones.map(zone => zone.name),
  Owner: name.includes('.vpce-svc-') ? '555566667777' : 'amazon',
  PrivateDnsName: privateNames[0],
  PrivateDnsNames: privateNames.map(PrivateDnsName => ({ PrivateDnsName })),
  VpcEndpointPolicySupported: takesPolicy,
  AcceptanceRequired: false,
});

/** What a gateway's prefix list stands for; from the blocks that are kept for documentation. */
const gatewayBlocks: Readonly<Record<string, readonly string[]>> = {
  s3: ['198.51.100.0/25', '198.51.100.128/25'],
  dynamodb: ['192.0.2.0/24'],
};

export const endpointServiceOperations = {
  DescribePrefixLists(input: Sdk.DescribePrefixListsRequest, context: CallContext): Sdk.DescribePrefixListsResult {
    const lists = endpointServices(context).flatMap(({ name, prefixListId }) =>
      prefixListId === undefined
        ? []
        : [
            {
              PrefixListId: prefixListId,
              PrefixListName: name,
              Cidrs: [...(gatewayBlocks[name.split('.').at(-1) ?? ''] ?? [])],
            },
          ],
    );
    const asked = lists.filter(({ PrefixListId }) => input.PrefixListIds?.includes(PrefixListId) ?? true);
    const { found, ...next } = page(filterRows(asked, input.Filters, 'prefix-list-id prefix-list-name'), input);
    return { PrefixLists: found, ...next };
  },

  DescribeVpcEndpointServices(
    input: Sdk.DescribeVpcEndpointServicesRequest,
    context: CallContext,
  ): Sdk.DescribeVpcEndpointServicesResult {
    const asked = input.ServiceNames?.map(name => findService(context, name)) ?? [];
    const details = (asked.length > 0 ? asked : endpointServices(context)).map(detail);
    const all = filterRows(details, input.Filters, 'service-name service-type=ServiceType.ServiceType owner');
    const { found, ...next } = page(all, input);
    return { ServiceNames: found.flatMap(item => item.ServiceName ?? []), ServiceDetails: found, ...next };
  },
};
