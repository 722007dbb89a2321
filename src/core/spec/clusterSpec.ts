// CONTRACT: what the user asks for, every default applied. The zod schema in schema.ts is the source of truth for what a file may say
// and must produce exactly this shape; keep the two in step by `satisfies`.

/** What the workloads need; each one decides endpoints, permissions, add-ons or several of them. `core/plan/endpoints` says which. */
export interface Features {
  /** Pull images from ECR: ecr.api, ecr.dkr and the free s3 gateway. EKS's own add-on images need it too. */
  readonly images: boolean;
  /** AWS credentials for pods by EKS Pod Identity: eks-auth and the agent add-on. */
  readonly podIdentity: boolean;
  /** AWS credentials for pods by IAM roles for service accounts: sts and the OIDC provider. */
  readonly irsa: boolean;
  /** kubectl from the editor by Session Manager through a node: ssm, ssmmessages and the node role's permission. */
  readonly sessionManager: boolean;
  readonly loadBalancers: boolean;
  readonly autoscaling: boolean;
  /** Node and pod logs to CloudWatch Logs. Control-plane logs do not need an endpoint. */
  readonly containerLogs: boolean;
  readonly metrics: boolean;
  readonly secrets: boolean;
  /** Karpenter: sqs, ssm, sts, eks and the rest that its controller calls. */
  readonly karpenter: boolean;
  /** Volumes from EBS: the aws-ebs-csi-driver add-on (it calls EC2, which every cluster with nodes reaches). */
  readonly ebs: boolean;
  readonly efs: boolean;
  readonly fsx: boolean;
  /** Pods that call KMS. Encryption of Kubernetes secrets does not need it. */
  readonly kms: boolean;
  readonly xray: boolean;
  readonly prometheus: boolean;
  /** external-dns: route53. */
  readonly externalDns: boolean;
  /** Callers of the EKS API inside the VPC: eks. It is not the Kubernetes API, and nodes join without it. */
  readonly eksApi: boolean;
  /** Readers of the OIDC issuer inside the VPC: oidc-eks. The private names of `eks` would swallow it. */
  readonly oidcDiscovery: boolean;
}
export type Feature = keyof Features;

export type ControlPlaneLog = 'api' | 'audit' | 'authenticator' | 'controllerManager' | 'scheduler';

/** An existing VPC. Its subnets take EKS's interfaces, the nodes and the endpoints that are missing. */
export interface ExistingVpc {
  readonly id: string;
  /** One or more per zone, two zones at least. */
  readonly subnets: readonly string[];
}

export interface NetworkSpec {
  /** The new VPC's block; without meaning where `vpc` is given. */
  readonly cidr: string;
  /** A second block of the new VPC, from which pods take their addresses: `100.64.0.0/16`. */
  readonly podCidr?: string | undefined;
  /** A number of zones (2 to 4), or the zones by id (`euw1-az1`). Without meaning where `vpc` is given. */
  readonly zones: number | readonly string[];
  readonly ipFamily: 'ipv4' | 'ipv6';
  /** IPv4 block of Kubernetes services; absent: chosen clear of the VPC's blocks. Never with `ipv6`. */
  readonly serviceCidr?: string | undefined;
  readonly vpc?: ExistingVpc | undefined;
  /** Who may reach the private API endpoint from outside the VPC: a VPN's, Direct Connect's or peer's blocks and security groups. */
  readonly apiAccess: { readonly cidrs: readonly string[]; readonly securityGroups: readonly string[] };
}

export interface EndpointSpec {
  /** `open`: AWS's default policy. `account`: only this account's principals, and AWS's own buckets for layers and packages. */
  readonly policy: 'open' | 'account';
  /** More services by short name, `execute-api`. */
  readonly extra: readonly string[];
  /** Services that are reached in another way (a central endpoint VPC, a proxy): nothing is made for them. */
  readonly reachable: readonly string[];
}

/** A forward HTTP proxy through which nodes reach what no endpoint leads to; what has an endpoint goes round it. */
export interface ProxySpec {
  /** `http://proxy.example.internal:3128`: one that the VPC reaches already. This or `endpointService`. */
  readonly url?: string | undefined;
  /** A proxy in another VPC, by its PrivateLink service: `com.amazonaws.vpce.eu-west-1.vpce-svc-…`. */
  readonly endpointService?: string | undefined;
  /** Where the service's load balancer listens; with `url` the URL says it. */
  readonly port: number;
  /** More hosts, domains (`.corp.example`) and blocks that are reached without it. */
  readonly noProxy: readonly string[];
}

export interface ControlPlaneSpec {
  /** What EKS does when standard support ends: go on at the extended price, or upgrade by itself. */
  readonly support: 'extended' | 'standard';
  readonly zonalShift: boolean;
  /** Where the control plane's own calls (webhooks, OIDC issuers) leave. Cannot be taken back to `aws-managed`. */
  readonly egress: 'aws-managed' | 'customer-routed' | 'customer-isolated';
  readonly tier: 'standard' | 'tier-xl' | 'tier-2xl' | 'tier-4xl' | 'tier-8xl';
}

export interface Taint {
  readonly key: string;
  readonly value?: string | undefined;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

export type Architecture = 'x86_64' | 'arm64';

/** One group of nodes; its name is its key under `nodes`. */
export interface NodeGroupSpec {
  /** `managed`: EKS makes and replaces the instances. `self-managed`: an Auto Scaling group of this tool's own. */
  readonly kind: 'managed' | 'self-managed';
  readonly os: 'al2023' | 'bottlerocket';
  /** An image of the user's own, `ami-…`; absent: EKS's image for version, system and architecture. */
  readonly ami?: string | undefined;
  readonly instanceTypes: readonly string[];
  readonly architecture: Architecture;
  readonly capacity: 'on-demand' | 'spot';
  readonly minSize: number;
  readonly desiredSize: number;
  readonly maxSize: number;
  readonly diskGiB: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** EKS replaces nodes that stay unhealthy. Managed groups only. */
  readonly repair: boolean;
}

/** Pods that run on Fargate: those that any of the selectors takes. Its name is its key under `fargate`. */
export interface FargateProfileSpec {
  readonly selectors: readonly { readonly namespace: string; readonly labels: Readonly<Record<string, string>> }[];
}

/** EKS Auto Mode: AWS runs nodes, network, block storage and load balancing. */
export interface AutoModeSpec {
  readonly nodePools: readonly ('general-purpose' | 'system')[];
}

/** An add-on beside, or a choice about, those that the rest of the spec decides; its name is its key under `addons`. */
export interface AddonSpec {
  /** `v1.20.4-eksbuild.2`; absent: EKS's default for the cluster's version. */
  readonly version?: string | undefined;
  /** As the add-on's own schema has it. */
  readonly configuration?: Readonly<Record<string, unknown>> | undefined;
  /** Service account → role ARN, by Pod Identity. */
  readonly podIdentity: Readonly<Record<string, string>>;
}

export interface PodIdentitySpec {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly roleArn: string;
}

export interface ClusterSpec {
  readonly apiVersion: 'private-eks/v1';
  readonly kind: 'Cluster';
  readonly name: string;
  readonly region: string;
  /** Kubernetes minor version, `1.36`. */
  readonly version: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly network: NetworkSpec;
  readonly features: Features;
  readonly endpoints: EndpointSpec;
  readonly proxy?: ProxySpec | undefined;
  readonly controlPlane: ControlPlaneSpec;
  readonly logs: { readonly types: readonly ControlPlaneLog[]; readonly retentionDays: number };
  /** `aws-owned`: EKS's own encryption. `new`: a key is made. An ARN: that key. */
  readonly encryption: { readonly key: string };
  readonly access: {
    /** IAM principals that administer the cluster; empty: whoever creates it, resolved when the run begins. */
    readonly administrators: readonly string[];
    readonly podIdentities: readonly PodIdentitySpec[];
  };
  readonly staging: 'auto' | 'always';
  readonly deletionProtection: boolean;
  /** Groups by name. Nothing said of nodes, Fargate and Auto Mode: one managed group, `default`. */
  readonly nodes: Readonly<Record<string, NodeGroupSpec>>;
  readonly fargate: Readonly<Record<string, FargateProfileSpec>>;
  readonly autoMode?: AutoModeSpec | undefined;
  readonly addons: Readonly<Record<string, AddonSpec>>;
}

/** A position in the file; line and column count from 1, offset from 0. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** A change of the file that mends a problem: a value for a field (left out where undefined), or names for what had none. */
export type SpecFix =
  | { readonly title: string; readonly path: string; readonly value: unknown }
  | { readonly title: string; readonly names: 'node-group' };

/** One thing that is wrong, or doubtful, in a spec file. */
export interface SpecProblem {
  readonly severity: 'error' | 'warning';
  /** Dotted path of the field, `nodes.default.instanceTypes[1]`; empty for the file as a whole. */
  readonly path: string;
  /** One sentence that names the field, what was seen and what is allowed. */
  readonly message: string;
  readonly seen?: string;
  readonly allowed?: string;
  readonly fix?: SpecFix;
  readonly start: Position;
  readonly end: Position;
}

/** Reading never throws: `spec` is there when no problem is an error. */
export interface SpecReading {
  readonly spec?: ClusterSpec;
  readonly problems: readonly SpecProblem[];
}
