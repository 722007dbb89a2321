import type { NodeGroupSpec } from '../spec/clusterSpec.ts';
import { acceleratorOf } from '../spec/instanceType.ts';

type Image = Pick<NodeGroupSpec, 'os' | 'architecture' | 'instanceTypes'>;

/** The first type decides: EKS wants all types of a group to fit one image. */
function imageAccelerator({ instanceTypes: [type = ''] }: Pick<NodeGroupSpec, 'instanceTypes'>) {
  return acceleratorOf(type);
}

/** EKS's name for its own image of a managed group. Bottlerocket has no Neuron variant, and AL2023 none for ARM. */
export function amiTypeOf(image: Image): string {
  const accelerator = imageAccelerator(image);
  const arm = image.architecture === 'arm64';
  if (image.os === 'bottlerocket') {
    return `BOTTLEROCKET_${arm ? 'ARM_64' : 'x86_64'}${accelerator === 'nvidia' ? '_NVIDIA' : ''}`;
  }
  const variant = accelerator === 'nvidia' ? 'NVIDIA' : accelerator === 'neuron' && !arm ? 'NEURON' : 'STANDARD';
  return `AL2023_${arm ? 'ARM_64' : 'x86_64'}_${variant}`;
}

/** AWS's public parameter that names EKS's own image: what self-managed groups take. Sources: EKS and Bottlerocket guides. */
export function imageParameterOf(image: Image, version: string): string {
  const accelerator = imageAccelerator(image);
  if (image.os === 'bottlerocket') {
    const variant = `aws-k8s-${version}${accelerator === 'nvidia' ? '-nvidia' : ''}`;
    return `/aws/service/bottlerocket/${variant}/${image.architecture}/latest/image_id`;
  }
  const neuron = accelerator === 'neuron' && image.architecture === 'x86_64';
  const variant = accelerator === 'nvidia' ? 'nvidia' : neuron ? 'neuron' : 'standard';
  return `/aws/service/eks/optimized-ami/${version}/amazon-linux-2023/${image.architecture}/${variant}/recommended/image_id`;
}
