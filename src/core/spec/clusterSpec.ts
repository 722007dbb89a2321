// CONTRACT: what the user asks for, every default applied. The zod schema in schema.ts is the source of truth for what a file may say
// and must produce exactly this shape; keep the two in step by `satisfies`.

/** What the workloads need; each one decides endpoints, permissions or both. */
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
}
export type Feature = keyof Features;

export type ControlPlaneLog = 'api' | 'audit' | 'authenticator' | 'controllerManager' | 'scheduler';

export interface NodeGroupSpec {
  readonly name: string;
  readonly instanceTypes: readonly string[];
  readonly architecture: 'x86_64' | 'arm64';
  readonly capacity: 'on-demand' | 'spot';
  readonly minSize: number;
  readonly desiredSize: number;
  readonly maxSize: number;
  readonly diskGiB: number;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ClusterSpec {
  readonly apiVersion: 'private-eks/v1';
  readonly kind: 'Cluster';
  readonly name: string;
  readonly region: string;
  /** Kubernetes minor version, `1.36`. */
  readonly version: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly network: {
    readonly cidr: string;
    /** A number of zones (2 to 4), or the zones by id (`euw1-az1`). */
    readonly zones: number | readonly string[];
  };
  readonly features: Features;
  readonly logs: { readonly types: readonly ControlPlaneLog[]; readonly retentionDays: number };
  readonly encryption: { readonly customerKey: boolean };
  readonly access: {
    /** IAM principals that administer the cluster; empty: whoever creates it, resolved when the run begins. */
    readonly administrators: readonly string[];
  };
  readonly staging: 'auto' | 'always';
  readonly deletionProtection: boolean;
  readonly nodes: NodeGroupSpec;
}

/** A position in the file; line and column count from 1, offset from 0. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** One thing that is wrong, or doubtful, in a spec file. */
export interface SpecProblem {
  readonly severity: 'error' | 'warning';
  /** Dotted path of the field, `nodes.instanceTypes[1]`; empty for the file as a whole. */
  readonly path: string;
  /** One sentence that names the field, what was seen and what is allowed. */
  readonly message: string;
  readonly seen?: string;
  readonly allowed?: string;
  readonly start: Position;
  readonly end: Position;
}

/** Reading never throws: `spec` is there when no problem is an error. */
export interface SpecReading {
  readonly spec?: ClusterSpec;
  readonly problems: readonly SpecProblem[];
}
