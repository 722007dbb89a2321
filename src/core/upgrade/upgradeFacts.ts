// CONTRACT: what an upgrade depends on, in plain values.

export interface OfferedVersion {
  readonly version: string;
  readonly support: 'standard' | 'extended' | 'unsupported';
  /** ISO days. */
  readonly standardUntil?: string | undefined;
  readonly extendedUntil?: string | undefined;
}

export interface GroupFacts {
  readonly name: string;
  readonly kind: 'managed' | 'self-managed';
  /** `1.36`; undefined where it cannot be told, as of an image of the user's own. */
  readonly version: string | undefined;
  readonly releaseVersion: string | undefined;
  readonly status: string;
  /** An image of the user's own: EKS knows no newer one. */
  readonly ownImage: boolean;
}

export interface AddonFacts {
  readonly name: string;
  readonly version: string;
  readonly status: string;
  /** Versions that run with the target. */
  readonly compatible: readonly string[];
  /** Versions that run with what the cluster has now. */
  readonly compatibleNow: readonly string[];
  /** EKS's default for the target; undefined: it has none, or does not know the add-on. */
  readonly defaultVersion: string | undefined;
  /** The stack's template names a version. */
  readonly pinned: boolean;
}

export interface InsightFacts {
  readonly name: string;
  /** `ERROR` blocks. */
  readonly status: 'PASSING' | 'WARNING' | 'ERROR' | 'UNKNOWN';
  readonly reason: string;
  readonly recommendation: string | undefined;
  readonly deprecations: readonly DeprecationFacts[];
  /** What it is about: ARNs, or places in the Kubernetes API. None of one that passes. */
  readonly resources: readonly string[];
}

export interface DeprecationFacts {
  /** `/apis/flowcontrol.apiserver.k8s.io/v1beta2/flowschemas` */
  readonly usage: string;
  readonly replacedWith: string | undefined;
  readonly stopServing: string | undefined;
  /** User agents that called it in the last 30 days. */
  readonly clients: readonly string[];
}

export interface UpgradeFacts {
  readonly name: string;
  readonly version: string;
  readonly status: string;
  readonly supportType: 'STANDARD' | 'EXTENDED' | undefined;
  readonly autoMode: boolean;
  readonly offered: readonly OfferedVersion[];
  readonly groups: readonly GroupFacts[];
  readonly addons: readonly AddonFacts[];
  readonly fargateProfiles: readonly string[];
  readonly insights: readonly InsightFacts[];
  /** The last upgrade of the control plane that succeeded; undefined: none, it was made at its version. */
  readonly lastUpgrade: { readonly to: string; readonly at: number } | undefined;
  /** What the cluster's stack says; undefined: there is none of ours. */
  readonly stackVersion: string | undefined;
}
