import type { KubeInput, KubeObject } from './clusterObjects.ts';
import { isObject, mapAt, numberAt } from './fields.ts';

/** `autoscaling/v1` Scale of a workload. */
export function scaleOf(workload: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = workload.metadata;
  const labels = Object.entries(mapAt(workload, 'spec.selector.matchLabels')).map(([key, value]) => `${key}=${value}`);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), uid, resourceVersion, creationTimestamp },
    spec: { replicas: numberAt(workload, 'spec.replicas') },
    status: { replicas: numberAt(workload, 'status.replicas'), selector: labels.join(',') },
  };
}

/** The workload with a scale's replicas; its resourceVersion is the writer's precondition. */
export function scaled(workload: KubeObject, scale: KubeInput): KubeObject {
  const spec = { ...(isObject(workload['spec']) ? workload['spec'] : {}), replicas: numberAt(scale, 'spec.replicas') };
  const { resourceVersion = workload.metadata.resourceVersion } = scale.metadata;
  return { ...workload, spec, metadata: { ...workload.metadata, resourceVersion } };
}
