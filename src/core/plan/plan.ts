// CONTRACT: a spec resolved against an account and region (or against nothing, offline). Plain data: it is written to disk with a run,
// shown by the planner panel and asserted in tests.
import type { ClusterSpec, Feature } from '../spec/clusterSpec.ts';
import type { NetworkFacts, NetworkFinding } from '../network/networkFacts.ts';
import type { Template } from '../templates/template.ts';

/** What the account shows that a plan depends on; absent offline, and the plan says so in its warnings. */
export interface AccountFacts {
  readonly accountId: string;
  readonly partition: string;
  readonly region: string;
  /** The caller as an IAM principal that an access entry takes: an assumed-role session is resolved to its role, path included. */
  readonly callerPrincipalArn: string;
  /** Zones that EKS accepts, in order; `interfaceServices` names the endpoint services offered there. */
  readonly zones: readonly ZoneFacts[];
  /** Kubernetes versions offered, newest first. */
  readonly versions: readonly VersionFacts[];
  /** Endpoint services of the region by AWS's names (`endpointServiceName`) → names of the zones that offer them. Absent where it may not be asked. */
  readonly endpointZones?: Readonly<Record<string, readonly string[]>>;
  /** The existing VPC of `network.vpc`, as it is. */
  readonly network?: NetworkFacts;
  /** The service of `proxy.endpointService`, as this account sees it; absent where it may not be asked. */
  readonly proxyService?: ProxyServiceFacts;
}
export interface ProxyServiceFacts {
  /** AWS tells a service that is not shared with the account as one that does not exist. */
  readonly isShared: boolean;
  /** Names of the zones that it is offered in. */
  readonly zones: readonly string[];
  /** Its owner has to accept an endpoint before anything goes through it. */
  readonly acceptanceRequired: boolean;
}
export interface ZoneFacts {
  readonly name: string;
  readonly id: string;
}
export interface VersionFacts {
  readonly version: string;
  readonly support: 'standard' | 'extended' | 'unsupported';
  readonly isDefault: boolean;
  /** ISO date on which standard support ends. */
  readonly standardUntil?: string;
}

/** What stacks are for, in the order of the pipeline. `network` only for a new VPC; `nodes` once for each node group. */
export type StackKind =
  | 'permissions'
  | 'network'
  | 'api-access'
  | 'endpoints'
  | 'proxy'
  | 'key'
  | 'logs'
  | 'cluster'
  | 'identity'
  | 'node-addons'
  | 'nodes'
  | 'fargate'
  | 'workload-addons';
/** Names the stack and the step that makes it: its kind, or `nodes-<group>`. */
export type StackId = Exclude<StackKind, 'nodes'> | `nodes-${string}`;

/** Where a parameter's value comes from: known now, an earlier stack's output, or a fact resolved when the run begins. */
export type ParameterSource =
  | { readonly from: 'literal'; readonly value: string }
  | { readonly from: 'output'; readonly stack: StackId; readonly output: string }
  | { readonly from: 'account'; readonly fact: AccountFact };
/** What a plan without an account leaves open. The last five are of an existing VPC: its blocks, and where its endpoints go. */
export type AccountFact =
  | 'callerPrincipalArn'
  | 'zones'
  | 'vpcCidrs'
  | 'vpcIpv6Cidrs'
  | 'endpointSubnetIds'
  | 'proxySubnetIds'
  | 'routeTableIds';

export interface PlannedStack {
  readonly id: StackId;
  readonly kind: StackKind;
  /** CloudFormation stack name: `private-eks-<cluster>-<id>`. */
  readonly name: string;
  readonly template: Template;
  /** Bytes of the template as it is sent (compact JSON, UTF-8). */
  readonly templateBytes: number;
  /** True when the template goes through the staging bucket (over 51,200 bytes, or `staging: always`). */
  readonly staged: boolean;
  readonly parameters: Readonly<Record<string, ParameterSource>>;
  readonly capabilities: readonly ('CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM')[];
  readonly terminationProtection: boolean;
  /** How a failed create is repaired: update again, or delete and create (fixed-name EKS resources). */
  readonly repair: 'update' | 'recreate';
}

/** Who needs an endpoint: a feature, what every cluster with nodes or with Fargate has, or the spec's own `endpoints.extra`. */
export type EndpointUser = Feature | 'nodes' | 'fargate' | 'extra';

export interface PlannedEndpoint {
  /** Short service name: `ecr.api`. */
  readonly service: string;
  readonly type: 'Interface' | 'Gateway';
  readonly neededBy: readonly EndpointUser[];
  /** Why, for people: one sentence for each that needs it. */
  readonly reason: string;
  /**
   * `make`: a stack makes it. `present`: the VPC has it and it serves. `shared`: it is reached by private names from elsewhere.
   * `said`: the spec says that it is reached. `wrong`: the VPC has it and it does not serve; a finding says why, nothing is made.
   */
  readonly standing: 'make' | 'present' | 'shared' | 'said' | 'wrong';
  /** The endpoint that is there: `vpce-…`. */
  readonly existingId?: string;
  /** Zones in which it is made, by name; absent while they are open. A service is not offered everywhere. */
  readonly zones?: readonly string[];
  /** In an existing VPC: the subnets that an interface endpoint gets, one in each zone that offers it. */
  readonly subnetIds?: readonly string[];
  /** In an existing VPC: the route tables that a gateway gets, those of the spec's subnets. */
  readonly routeTableIds?: readonly string[];
  /** What this plan adds to the bill: nothing for what is there. */
  readonly monthlyUsd: number;
}

/** `namespaces`: what Fargate's profiles name, made by the Kubernetes API. */
export type StepId = 'preflight' | 'staging' | StackId | 'namespaces' | 'verify';
export interface PlannedStep {
  readonly id: StepId;
  /** Sentence case, for people: `Control plane`. */
  readonly title: string;
  readonly needs: readonly StepId[];
  /** The stack that this step makes, if it makes one. */
  readonly stack?: StackId;
  /** Usual duration in seconds, from a kept table with sources. */
  readonly usualSeconds: { readonly low: number; readonly typical: number; readonly high: number };
}

export interface CostLine {
  readonly item: string;
  readonly monthlyUsd: number;
  readonly how: string;
}
export interface CostEstimate {
  readonly monthlyUsd: number;
  readonly lines: readonly CostLine[];
  /** Region whose list prices were used, and the month of the table: `us-east-1`, `2026-11`. */
  readonly priceRegion: string;
  readonly priceDate: string;
  readonly note: string;
}

export interface PlanWarning {
  readonly severity: 'info' | 'warning';
  readonly code: string;
  readonly message: string;
  /** Dotted path of the spec field it concerns, to jump to. */
  readonly path?: string;
  /** A change of the spec that would answer it, with what it would do: "2 zones would save 44 USD a month". */
  readonly suggestion?: { readonly title: string; readonly path: string; readonly value: unknown };
}

export interface Plan {
  readonly spec: ClusterSpec;
  /** sha256 of the spec in canonical form: tags stacks and tells runs of the same spec apart from others. */
  readonly specHash: string;
  readonly account: AccountFacts | undefined;
  readonly stacks: readonly PlannedStack[];
  readonly endpoints: readonly PlannedEndpoint[];
  readonly steps: readonly PlannedStep[];
  readonly cost: CostEstimate;
  readonly time: { readonly totalSeconds: number; readonly criticalPath: readonly StepId[] };
  /** What is wrong with an existing VPC; an `error` keeps a run from beginning. Empty for a new one. */
  readonly findings: readonly NetworkFinding[];
  readonly warnings: readonly PlanWarning[];
}
