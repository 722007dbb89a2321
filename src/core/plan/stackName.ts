import type { StackId } from './plan.ts';

/** `private-eks-<cluster>-<id>`: no id ends in another, so that the name tells cluster and stack apart. */
export function stackName(cluster: string, id: StackId): string {
  return `private-eks-${cluster}-${id}`;
}
