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
