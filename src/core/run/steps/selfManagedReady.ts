import { toPrivateEksError } from '../../aws/errors.ts';
import { isCancellation } from '../../errors.ts';
import type { KubernetesApi } from '../../kube/kubernetesApi.ts';
import { listNodes, type NodeSeen } from '../../kube/nodeReadiness.ts';
import type { ClusterSpec } from '../../spec/clusterSpec.ts';
import { nodeGroups } from '../../spec/nodeGroups.ts';
import { gatherInstances } from '../nodeLooks/instanceLooks.ts';
import type { StepContext } from '../step.ts';
import { notVerified } from './notVerified.ts';

/**
 * Holds the instances of self-managed groups, which EKS knows nothing of, to Kubernetes' own word. One line for people, undefined where
 * there are none. @throws StepFailure `not-verified`
 */
export async function selfManagedReady(
  spec: ClusterSpec,
  api: KubernetesApi,
  { session, cluster, cancel }: StepContext,
): Promise<string | undefined> {
  const groups = nodeGroups(spec).filter(({ kind }) => kind === 'self-managed');
  if (groups.length === 0) return undefined;
  let nodes: readonly NodeSeen[];
  try {
    nodes = await listNodes(api, cancel);
  } catch (error) {
    if (isCancellation(error)) throw error;
    return `its nodes could not be asked for: ${toPrivateEksError(error).message}`;
  }
  const seen = await Promise.all(
    groups.map(({ name }) => gatherInstances(session, { cluster, group: name, nodegroup: undefined }, cancel)),
  );
  const running = seen.flatMap(({ instances }) => instances).filter(({ state }) => state === 'running');
  const wrong = running.flatMap(({ id }) => {
    const node = nodes.find(({ instanceId }) => instanceId === id);
    if (!node) return [`instance ${id} is no node of the cluster`];
    return node.ready ? [] : [`node ${node.name} (${id}) is not Ready: ${node.reason}`];
  });
  if (wrong.length > 0) throw notVerified(wrong, 'Kubernetes itself says so; EKS knows nothing of self-managed nodes.');
  return running.length === 1 ? 'the self-managed node is Ready' : `all ${running.length} self-managed nodes are Ready`;
}
