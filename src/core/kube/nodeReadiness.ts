import { refusal, type KubernetesApi } from './kubernetesApi.ts';

export interface NodeSeen {
  readonly name: string;
  /** `i-…`; empty where the node is none of EC2's. */
  readonly instanceId: string;
  readonly ready: boolean;
  /** What the kubelet says where it is not ready. */
  readonly reason: string;
}

interface NodeObject {
  readonly metadata?: { readonly name?: string };
  readonly spec?: { readonly providerID?: string };
  readonly status?: {
    readonly conditions?: readonly { readonly type?: string; readonly status?: string; readonly message?: string }[];
  };
}

/** The nodes as Kubernetes knows them. @throws PrivateEksError as `missingNamespaces` */
export async function listNodes(api: KubernetesApi, signal: AbortSignal): Promise<NodeSeen[]> {
  const answer = await api({ method: 'GET', path: '/api/v1/nodes' }, signal);
  if (answer.status !== 200) throw refusal('to list the nodes', answer);
  const { items = [] } = (answer.body ?? {}) as { items?: readonly NodeObject[] };
  return items.map(({ metadata, spec, status }) => {
    const condition = status?.conditions?.find(({ type }) => type === 'Ready');
    return {
      name: metadata?.name ?? '',
      instanceId: /\/(i-[0-9a-f]+)$/.exec(spec?.providerID ?? '')?.[1] ?? '',
      ready: condition?.status === 'True',
      reason: condition?.message ?? 'the kubelet says nothing of it',
    };
  });
}
