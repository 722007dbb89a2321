import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import type { ResponseLaunchTemplateData, SecurityGroup, Subnet, Vpc, VpcEndpoint } from '@aws-sdk/client-ec2';
import type {
  AccessEntry,
  Addon,
  AssociatedAccessPolicy,
  Cluster,
  FargateProfile,
  Nodegroup,
  PodIdentityAssociation,
} from '@aws-sdk/client-eks';
import type { StackView } from '../aws/stack.ts';

/** A cluster and what belongs to it, as AWS describes it: what a spec is written from. */
export interface ClusterFacts {
  readonly region: string;
  readonly cluster: Cluster;
  readonly nodegroups: readonly {
    readonly group: Nodegroup;
    readonly launch: ResponseLaunchTemplateData | undefined;
  }[];
  /** Auto Scaling groups of the cluster that EKS does not run. */
  readonly scalingGroups: readonly {
    readonly group: AutoScalingGroup;
    readonly launch: ResponseLaunchTemplateData | undefined;
  }[];
  readonly fargateProfiles: readonly FargateProfile[];
  readonly addons: readonly Addon[];
  readonly accessEntries: readonly {
    readonly entry: AccessEntry;
    readonly policies: readonly AssociatedAccessPolicy[];
  }[];
  readonly podIdentities: readonly PodIdentityAssociation[];
  readonly vpc: Vpc | undefined;
  readonly subnets: readonly Subnet[];
  readonly endpoints: readonly VpcEndpoint[];
  /** Groups of the control plane's interfaces beside EKS's own. */
  readonly securityGroups: readonly SecurityGroup[];
  /** Days that control-plane logs are kept; undefined: for ever, or there is no log group. */
  readonly retentionDays: number | undefined;
  readonly hasOidcProvider: boolean;
  /** Stacks that carry this product's tag for the cluster. */
  readonly stacks: readonly StackView[];
  /** Looks that were refused. */
  readonly unknown: readonly { readonly look: string; readonly why: string }[];
}
