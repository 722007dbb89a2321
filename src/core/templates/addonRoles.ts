import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { clusterShape } from './clusterShape.ts';

/** An add-on whose own pods call AWS, and what AWS has as a policy for it. */
export interface AddonRoleNeed {
  readonly addon: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Managed policy by its path below `policy/`. */
  readonly policy: string;
  /** Logical id of the role that is made; its output is this and `Arn`. */
  readonly role: string;
  readonly what: string;
}

const need = (addon: string, serviceAccount: string, policy: string, role: string, what: string) => ({
  ...{ addon, serviceAccount, policy, role, what, namespace: 'kube-system' },
});

/**
 * Sources: EKS guide, the add-on's own page each. Not the VPC CNI: its permission is the node role's, because it starts before anything
 * could give it credentials. Add-ons for which AWS has no policy (Mountpoint for S3, external-dns), or only one for everything (FSx), get the
 * role that the spec names.
 */
const needs: readonly AddonRoleNeed[] = [
  need(
    'aws-ebs-csi-driver',
    'ebs-csi-controller-sa',
    'service-role/AmazonEBSCSIDriverPolicy',
    'EbsCsiRole',
    'EBS driver',
  ),
  need(
    'aws-efs-csi-driver',
    'efs-csi-controller-sa',
    'service-role/AmazonEFSCSIDriverPolicy',
    'EfsCsiRole',
    'EFS driver',
  ),
  {
    ...need('amazon-cloudwatch-observability', 'cloudwatch-agent', 'CloudWatchAgentServerPolicy', 'CloudWatchRole', ''),
    namespace: 'amazon-cloudwatch',
    what: 'CloudWatch agent',
  },
];

/** How pods get AWS credentials: by Pod Identity where its agent runs, which Fargate has not; else by the OIDC provider, if there is one. */
export function credentialsBy(spec: ClusterSpec): 'pod-identity' | 'irsa' | undefined {
  const { nodes, auto } = clusterShape(spec);
  if (spec.features.podIdentity && (nodes || auto)) return 'pod-identity';
  return spec.features.irsa ? 'irsa' : undefined;
}

/** The roles that are made for add-ons of the plan, where the spec names none: by the permissions stack, or after the OIDC provider. */
export function madeAddonRoles(spec: ClusterSpec, by: 'pod-identity' | 'irsa'): AddonRoleNeed[] {
  if (credentialsBy(spec) !== by) return [];
  return needs.filter(({ addon, serviceAccount }) => {
    const planned = addon in spec.addons || (addon === 'aws-ebs-csi-driver' && derivesEbsDriver(spec));
    return planned && spec.addons[addon]?.podIdentity[serviceAccount] === undefined;
  });
}

/** Volumes cannot be mounted on Fargate, and Auto Mode has a driver of its own. */
export function derivesEbsDriver(spec: ClusterSpec): boolean {
  return spec.features.ebs && clusterShape(spec).nodes;
}
