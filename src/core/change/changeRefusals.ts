import type { ClusterSpec } from '../spec/clusterSpec.ts';
import type { ChangeRefusal, ResourceChange, StackChangePlan } from './changePlan.ts';
import { isReplaced } from './recreation.ts';
import type { LiveCluster } from './settleCluster.ts';

/** What an update does not do, each with the way there is. */
export function changeRefusals(
  spec: ClusterSpec,
  stacks: readonly StackChangePlan[],
  live: LiveCluster | undefined,
): ChangeRefusal[] {
  return [
    ...versionRefusal(spec, live),
    ...encryptionRefusal(spec, live),
    ...egressRefusal(spec, live),
    ...stacks.flatMap(stack => networkRefusal(spec, stack)),
    ...stacks.flatMap(stack => clusterRefusal(spec, stack)),
  ];
}

function versionRefusal({ name, version }: ClusterSpec, live: LiveCluster | undefined): ChangeRefusal[] {
  if (!live || live.version === version) return [];
  return [
    {
      code: 'version-differs',
      message: `The spec says Kubernetes ${version}, and ${name} runs ${live.version}. A version is changed by an upgrade, with its add-ons and nodes.`,
      fix: `private-eks upgrade ${name}, or set version: "${live.version}" in the spec.`,
      byName: false,
    },
  ];
}

function encryptionRefusal({ name, encryption }: ClusterSpec, live: LiveCluster | undefined): ChangeRefusal[] {
  if (!live?.keyArn) return [];
  const other = encryption.key === 'aws-owned' || (encryption.key !== 'new' && encryption.key !== live.keyArn);
  if (!other) return [];
  return [
    {
      code: 'encryption-fixed',
      message: `${name} encrypts its secrets with ${live.keyArn}; EKS never takes that back, nor another key.`,
      fix: `Set encryption.key as it was, or make the cluster anew: --replace ${name}.`,
      byName: true,
    },
  ];
}

/** A stack that no longer says it would be updated without a word, and the control plane stay as it is. */
function egressRefusal({ name, controlPlane }: ClusterSpec, live: LiveCluster | undefined): ChangeRefusal[] {
  const now = live?.egress ?? 'AWS_MANAGED';
  const wanted = controlPlane.egress.toUpperCase().replace('-', '_');
  if (now === 'AWS_MANAGED' || now === wanted) return [];
  const was = now.toLowerCase().replace('_', '-');
  return [
    {
      code: 'egress-fixed',
      message: `The control plane of ${name} goes out by the VPC (${was}); EKS never takes that back.`,
      fix: `Set controlPlane.egress: ${was}, or make the cluster anew: --replace ${name}.`,
      byName: true,
    },
  ];
}

/** EKS keeps its interfaces in the VPC it was made in, and CloudFormation cannot delete a subnet under them. */
function networkRefusal({ name }: ClusterSpec, { id, action, resources }: StackChangePlan): ChangeRefusal[] {
  if (id !== 'network') return [];
  const fix = 'Undo the change of the network in the spec; a cluster in another network is another cluster.';
  if (action === 'delete')
    return [{ code: 'network-fixed', message: `The network of ${name} would be deleted.`, fix, byName: false }];
  const under = resources.filter(
    change =>
      /^AWS::EC2::(VPC|Subnet|VPCCidrBlock)$/.test(change.type) && (change.action === 'remove' || isReplaced(change)),
  );
  const become = (what: string, isSo: (change: ResourceChange) => boolean) => {
    const ids = under.filter(isSo).map(({ logicalId }) => logicalId);
    return ids.length === 0 ? [] : [`${ids.join(', ')} would be ${what}`];
  };
  const words = [
    ...become('removed', change => change.action === 'remove'),
    ...become('replaced', change => change.action !== 'remove'),
  ];
  if (words.length === 0) return [];
  const message = `${words.join(', and ')} under the interfaces of ${name}, which cannot work.`;
  return [{ code: 'network-fixed', message, fix, byName: false }];
}

function clusterRefusal({ name }: ClusterSpec, { action, resources }: StackChangePlan): ChangeRefusal[] {
  const cluster = resources.find(({ type }) => type === 'AWS::EKS::Cluster');
  if (!cluster || action === 'none' || action === 'create') return [];
  if (cluster.action === 'modify' && !isReplaced(cluster)) return [];
  if (cluster.action === 'add') return [];
  const causes = cluster.properties.filter(({ recreation }) => recreation !== 'Never').map(({ path }) => path);
  const why = causes.length > 0 ? ` (${causes.map(path => path.replace('/Properties/', '')).join(', ')})` : '';
  return [
    {
      code: 'cluster-replaced',
      message: `The control plane of ${name} would be ${cluster.action === 'remove' ? 'deleted' : 'replaced'}${why}: everything in it is lost.`,
      fix: `Undo that in the spec. If it is meant, name the cluster: --replace ${name}.`,
      byName: true,
    },
  ];
}
