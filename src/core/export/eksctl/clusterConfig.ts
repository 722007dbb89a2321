/** An eksctl `ClusterConfig` (eksctl.io/v1alpha5), as far as it is written here. Field names: eksctl's own schema.json. */
export interface ClusterConfig {
  readonly apiVersion: 'eksctl.io/v1alpha5';
  readonly kind: 'ClusterConfig';
  readonly metadata: {
    readonly name: string;
    readonly region: string;
    readonly version: string;
    readonly tags?: Readonly<Record<string, string>>;
  };
  readonly upgradePolicy: { readonly supportType: 'STANDARD' | 'EXTENDED' };
  readonly kubernetesNetworkConfig?: { readonly ipFamily?: 'IPv6'; readonly serviceIPv4CIDR?: string };
  readonly autoModeConfig?: { readonly enabled: true; readonly nodePools: readonly string[] };
  readonly iam?: {
    readonly withOIDC?: true;
    readonly podIdentityAssociations?: readonly PodIdentityAssociation[];
  };
  readonly accessConfig: {
    readonly authenticationMode: 'API';
    readonly bootstrapClusterCreatorAdminPermissions: boolean;
    readonly accessEntries?: readonly {
      readonly principalARN: string;
      readonly type: 'STANDARD';
      readonly accessPolicies: readonly {
        readonly policyARN: string;
        readonly accessScope: { readonly type: 'cluster' };
      }[];
    }[];
  };
  readonly vpc?: {
    readonly id?: string;
    readonly cidr?: string;
    readonly subnets?: { readonly private: Readonly<Record<string, { readonly id: string; readonly az?: string }>> };
    readonly controlPlaneEgressMode?: string;
    readonly controlPlaneOnPrivateSubnets?: true;
  };
  readonly addonsConfig: { readonly disableDefaultAddons: true };
  readonly addons?: readonly Addon[];
  readonly privateCluster: {
    readonly enabled: true;
    readonly skipEndpointCreation?: true;
    readonly additionalEndpointServices?: readonly string[];
  };
  readonly nodeGroups?: readonly NodeGroup[];
  readonly managedNodeGroups?: readonly ManagedNodeGroup[];
  readonly fargateProfiles?: readonly {
    readonly name: string;
    readonly selectors: readonly { readonly namespace: string; readonly labels?: Readonly<Record<string, string>> }[];
    readonly tags?: Readonly<Record<string, string>>;
  }[];
  readonly availabilityZones?: readonly string[];
  readonly cloudWatch?: {
    readonly clusterLogging: { readonly enableTypes: readonly string[]; readonly logRetentionInDays?: number };
  };
  readonly secretsEncryption?: { readonly keyARN: string };
  readonly controlPlaneScalingConfig?: { readonly tier: string };
  readonly zonalShiftConfig?: { readonly enabled: true };
}

export interface PodIdentityAssociation {
  readonly namespace?: string;
  readonly serviceAccountName: string;
  readonly roleARN?: string;
  readonly wellKnownPolicies?: WellKnownPolicies;
  readonly permissionPolicyARNs?: readonly string[];
}

/** Policies that eksctl knows by what they are for. */
export interface WellKnownPolicies {
  readonly ebsCSIController?: true;
  readonly efsCSIController?: true;
}

export interface Addon {
  readonly name: string;
  readonly version?: string;
  readonly configurationValues?: string;
  readonly resolveConflicts: 'overwrite';
  readonly podIdentityAssociations?: readonly PodIdentityAssociation[];
  /** By the OIDC provider. */
  readonly wellKnownPolicies?: WellKnownPolicies;
  readonly attachPolicyARNs?: readonly string[];
}

interface AnyNodeGroup {
  readonly name: string;
  readonly amiFamily: 'AmazonLinux2023' | 'Bottlerocket';
  readonly ami?: string;
  readonly minSize: number;
  readonly desiredCapacity: number;
  readonly maxSize: number;
  readonly volumeSize: number;
  readonly volumeType: 'gp3';
  readonly volumeEncrypted: true;
  readonly privateNetworking: true;
  readonly disableIMDSv1: true;
  readonly disablePodIMDS: true;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly { readonly key: string; readonly value?: string | undefined; readonly effect: string }[];
  readonly iam: { readonly attachPolicyARNs: readonly string[] };
  readonly tags: Readonly<Record<string, string>>;
}

export interface ManagedNodeGroup extends AnyNodeGroup {
  readonly instanceTypes: readonly string[];
  readonly spot?: true;
  readonly updateConfig: { readonly maxUnavailable: 1 };
  readonly nodeRepairConfig?: { readonly enabled: true };
}

export interface NodeGroup extends AnyNodeGroup {
  readonly instanceType?: string;
  readonly instancesDistribution?: {
    readonly instanceTypes: readonly string[];
    readonly onDemandBaseCapacity: 0;
    readonly onDemandPercentageAboveBaseCapacity: number;
    readonly spotAllocationStrategy?: string;
  };
}
