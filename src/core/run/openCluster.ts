import type { KubernetesApi } from '../kube/kubernetesApi.ts';
import type { RouteKind } from '../tunnel/route/route.ts';
import type { StepContext } from './step.ts';

/** The Kubernetes API through a tunnel that lives until `close`. */
export interface OpenedCluster {
  readonly api: KubernetesApi;
  readonly latencyMs: number | undefined;
  readonly close: () => Promise<void>;
}

/** Opens a tunnel by the first of these ways that stands; nothing that costs money is begun for it. @throws PrivateEksError */
export type OpenCluster = (
  context: Pick<StepContext, 'session' | 'cluster' | 'clock' | 'cancel'>,
  ways: readonly Exclude<RouteKind, 'new-bastion'>[],
) => Promise<OpenedCluster>;
