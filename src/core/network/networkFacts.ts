// CONTRACT: an existing VPC as AWS describes it, in plain values; and what is found wrong with it. Gathered by `gatherNetworkFacts`,
// judged by pure functions, kept in a plan, readable from saved `describe-*` answers too.
import type { InterfaceLimits } from '../spec/interfaceLimits.ts';

export interface NetworkFacts {
  readonly vpc: VpcFacts;
  /** Every subnet of the VPC that the account sees, the spec's among them. */
  readonly subnets: readonly SubnetFacts[];
  readonly routeTables: readonly RouteTableFacts[];
  readonly networkAcls: readonly NetworkAclFacts[];
  readonly endpoints: readonly EndpointFacts[];
  /** Groups of the endpoints and those that the spec names, by id. */
  readonly securityGroups: readonly SecurityGroupFacts[];
  /** Private hosted zones associated with the VPC: those with AWS's names are how a central endpoint VPC shows. */
  readonly hostedZones: readonly HostedZoneFacts[];
  /** Blocks of S3 in the region, to which the gateway's route leads; absent where they may not be asked. */
  readonly s3Cidrs?: readonly string[];
  /** Limits of those of the spec's instance types that are in no table here, as EC2 tells them. */
  readonly interfaceLimits?: Readonly<Record<string, InterfaceLimits>>;
  /** Names of clusters whose control plane is in the VPC. */
  readonly clusters: readonly string[];
  /** Looks that were refused: the fact stays unknown, never "fine". */
  readonly unknown: readonly { readonly look: string; readonly why: string }[];
}

export interface HostedZoneFacts {
  readonly id: string;
  /** Without a dot at its end. */
  readonly name: string;
  readonly ownerId: string;
  /** Records of addresses and aliases, of zones that answer for AWS's names; absent where they could not be read (another account's). */
  readonly records?: readonly ZoneRecordFacts[];
}
export interface ZoneRecordFacts {
  /** Without a dot at its end, `*` as such. */
  readonly name: string;
  /** `A`, `AAAA`, `CNAME`; an alias has the type of what it stands for. */
  readonly type: string;
  /** Addresses, or the name that an alias leads to. */
  readonly values: readonly string[];
}

export interface VpcFacts {
  readonly id: string;
  readonly ownerId: string;
  /** Associated IPv4 blocks, the first one first. */
  readonly cidrs: readonly string[];
  readonly ipv6Cidrs: readonly string[];
  readonly dnsSupport: boolean;
  readonly dnsHostnames: boolean;
  readonly dhcp: {
    readonly id: string;
    readonly domainNameServers: readonly string[];
    readonly domainName?: string;
  };
  readonly tags: Readonly<Record<string, string>>;
}

export interface SubnetFacts {
  readonly id: string;
  /** Of the VPC; another one where the spec names a subnet of it. */
  readonly vpcId: string;
  readonly ownerId: string;
  readonly zoneId: string;
  readonly zoneName: string;
  readonly cidr: string;
  readonly ipv6Cidr?: string;
  /** Whether what starts there gets an IPv6 address unasked. */
  readonly assignsIpv6?: boolean;
  readonly freeAddresses: number;
  readonly mapPublicIp: boolean;
  /** `available`, … */
  readonly state: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface RouteFacts {
  /** `0.0.0.0/0`, `::/0`, `pl-…` */
  readonly destination: string;
  /** `local`, `igw-…`, `nat-…`, `eigw-…`, `tgw-…`, `pcx-…`, `vgw-…`, `vpce-…`, `eni-…`, … */
  readonly target: string;
  readonly state: 'active' | 'blackhole';
}
export interface RouteTableFacts {
  readonly id: string;
  readonly main: boolean;
  readonly subnetIds: readonly string[];
  readonly routes: readonly RouteFacts[];
}

export interface NetworkAclFacts {
  readonly id: string;
  readonly subnetIds: readonly string[];
  /** In order of their numbers. */
  readonly entries: readonly {
    readonly number: number;
    readonly egress: boolean;
    readonly action: 'allow' | 'deny';
    /** `-1` all, `6` TCP, … */
    readonly protocol: string;
    /** Of either family. */
    readonly cidr: string;
    readonly ports?: { readonly from: number; readonly to: number };
  }[];
}

export interface EndpointFacts {
  readonly id: string;
  readonly ownerId: string;
  /** As AWS names it: `com.amazonaws.eu-west-1.ecr.api`. */
  readonly serviceName: string;
  readonly type: 'Interface' | 'Gateway' | 'GatewayLoadBalancer' | 'Resource' | 'ServiceNetwork';
  /** `available`, `pending`, `pendingAcceptance`, `rejected`, `failed`, … */
  readonly state: string;
  readonly subnetIds: readonly string[];
  readonly routeTableIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly privateDns: boolean;
  /** By which addresses it is reached; absent: IPv4. */
  readonly ipFamily?: 'ipv4' | 'dualstack' | 'ipv6';
  /** The policy document as JSON text. */
  readonly policy?: string;
  /** AWS made it (GuardDuty): never ours to change, count or delete. */
  readonly managedByAws: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export interface SecurityGroupRuleFacts {
  /** `-1` all, `tcp`, … */
  readonly protocol: string;
  readonly ports?: { readonly from: number; readonly to: number };
  readonly cidrs: readonly string[];
  readonly ipv6Cidrs: readonly string[];
  readonly prefixLists: readonly string[];
  readonly groups: readonly string[];
}
export interface SecurityGroupFacts {
  readonly id: string;
  readonly vpcId: string;
  readonly ingress: readonly SecurityGroupRuleFacts[];
  readonly egress: readonly SecurityGroupRuleFacts[];
}

/** Something about the VPC that keeps, or may keep, the cluster from working. */
export interface NetworkFinding {
  /** `error` stops a run before anything is made; `unknown` could not be looked at. */
  readonly severity: 'error' | 'warning' | 'info' | 'unknown';
  /** Stable kebab-case: `s3-route-missing`. */
  readonly code: string;
  /** The resource by its id: `rtb-…`, `vpce-…`, `subnet-…`; of several the first. */
  readonly resource: string;
  /** All that it is true of, by their ids: equal findings with one cure are one. */
  readonly resources: readonly string[];
  /** What of it was looked at: `routes`, `privateDnsEnabled`. */
  readonly attribute: string;
  readonly seen: string;
  /** What it must be. */
  readonly wanted: string;
  readonly why: string;
  readonly fix: string;
  /** Spec field to jump to. */
  readonly specPath?: string;
}
