export type Tags = Readonly<Record<string, string>>;

export function tagMap(
  list: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): Tags {
  return Object.fromEntries((list ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}

/**
 * The cluster for which a controller made a thing. AWS Load Balancer Controller and Auto Mode: `elbv2.k8s.aws/cluster`,
 * `eks:eks-cluster-name`; EBS CSI driver: `ebs.csi.aws.com/cluster-name`, and `KubernetesCluster`; VPC CNI:
 * `cluster.k8s.amazonaws.com/name`; EKS: `aws:eks:cluster-name`; the cloud provider: `kubernetes.io/cluster/<name>` = owned.
 */
export function clusterOfTags(tags: Tags): string | undefined {
  for (const key of controllerTagKeys) if (tags[key]) return tags[key];
  const owned = Object.keys(tags).find(key => key.startsWith(ownedPrefix) && tags[key] === 'owned');
  return owned?.slice(ownedPrefix.length);
}

const ownedPrefix = 'kubernetes.io/cluster/';
export const controllerTagKeys = [
  'elbv2.k8s.aws/cluster',
  'eks:eks-cluster-name',
  'ebs.csi.aws.com/cluster-name',
  'cluster.k8s.amazonaws.com/name',
  'aws:eks:cluster-name',
  'eks:cluster-name',
  'KubernetesCluster',
];

/** The volume claim for which a volume was made: `namespace/name`. */
export function claimOfTags(tags: Tags): string | undefined {
  const claim = tags['kubernetes.io/created-for/pvc/name'];
  const namespace = tags['kubernetes.io/created-for/pvc/namespace'];
  return claim === undefined ? undefined : namespace === undefined ? claim : `${namespace}/${claim}`;
}
