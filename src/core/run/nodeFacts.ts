/** What the account shows around a node group whose nodes did not join. Plain data, gathered by `gatherNodeFacts`. */
export interface NodeFacts {
  readonly cluster: string;
  readonly nodeGroup: string;
  readonly region: string;
  readonly vpc: { readonly id: string; readonly dnsSupport: boolean; readonly dnsHostnames: boolean };
  readonly subnets: readonly SubnetFacts[];
  /** Security group that EKS gives to the nodes. */
  readonly nodeSecurityGroup: string;
  readonly endpoints: readonly EndpointFacts[];
  readonly addons: readonly string[];
  readonly nodeRole: string;
  /** Names of the managed policies on the node role; undefined where they may not be read. */
  readonly nodePolicies: readonly string[] | undefined;
  /** What was looked at beyond that; each part is absent where it may not be, or could not be, looked at. */
  readonly more?: MoreNodeFacts;
}

export interface MoreNodeFacts {
  readonly kind?: 'managed' | 'self-managed';
  /** `AL2023_x86_64_STANDARD`, `BOTTLEROCKET_ARM_64`, `CUSTOM`, … */
  readonly amiType?: string;
  /** EKS's own words on the group. */
  readonly issues?: readonly {
    readonly code: string;
    readonly message: string;
    readonly resourceIds: readonly string[];
  }[];
  readonly instances?: readonly InstanceFacts[];
  readonly activities?: readonly ActivityFacts[];
  /** Of some instances, the last lines that say something about the boot. */
  readonly console?: readonly { readonly instanceId: string; readonly text: string }[];
  /** The access entry of the node role: its type, or `missing`. */
  readonly accessEntry?: string;
  readonly role?: { readonly exists: boolean; readonly roleId?: string; readonly trust?: string };
  /** What the instances were told at their boot. */
  readonly userData?: {
    readonly cluster?: string;
    readonly apiServer?: string;
    readonly certificateAuthority?: string;
    readonly serviceCidr?: string;
    readonly format: 'nodeadm' | 'bottlerocket' | 'other' | 'none';
  };
  /** The cluster as it is, to hold the user data against. */
  readonly clusterFacts?: {
    readonly endpoint: string;
    readonly certificateAuthority: string;
    readonly serviceCidr: string;
    readonly version: string;
  };
  /** Findings on network ACLs and endpoint policies, each with its resource. */
  readonly network?: readonly { readonly code: string; readonly evidence: string; readonly fix: string }[];
  /** Services whose endpoint's policy refuses what nodes ask first. */
  readonly blockedByPolicy?: readonly { readonly id: string; readonly service: string; readonly reason: string }[];
  /** Looks that were refused: said, never taken for fine. */
  readonly unknown?: readonly string[];
}

export interface InstanceFacts {
  readonly id: string;
  readonly type: string;
  readonly state: string;
  readonly stateReason: string | undefined;
  readonly zone: string;
  readonly imageId: string;
  readonly privateDnsName: string;
  /** ARN of the instance profile. */
  readonly profile: string | undefined;
  readonly metadata: { readonly endpoint: string; readonly hopLimit: number };
  readonly groups: readonly string[];
  /** The VPC CNI works on it: so it has registered as a node, and pulls images. */
  readonly hasPodAddresses: boolean;
}

/** Something that Auto Scaling did or tried. */
export interface ActivityFacts {
  readonly group: string;
  /** `Successful`, `Failed`, `Cancelled`, `InProgress`, … */
  readonly status: string;
  readonly message: string;
  readonly at: number;
}

export interface SubnetFacts {
  readonly id: string;
  readonly cidr: string;
  readonly routeTableId: string;
  /** Target of its default route, if it has one: then the internet, or what stands for it, may be reached. */
  readonly defaultRoute: string | undefined;
}

export interface EndpointFacts {
  readonly id: string;
  /** As after the region: `ecr.api`. */
  readonly service: string;
  readonly state: string;
  readonly type: string;
  readonly privateDns: boolean;
  readonly routeTableIds: readonly string[];
  readonly groups: readonly {
    readonly id: string;
    /** What may come in on 443. */
    readonly admits443: { readonly cidrs: readonly string[]; readonly groups: readonly string[] };
  }[];
}
