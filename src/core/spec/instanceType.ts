export const instanceTypePattern =
  /^[a-z][a-z0-9-]*\.(?:nano|micro|small|medium|large|\d{0,2}xlarge|metal(?:-\d{1,2}xl)?)$/;

/** Graviton families have a `g` among the letters after the generation (`m7g`, `c7gn`, `im4gn`), or are the first, `a1`. */
export function architectureOf(instanceType: string): 'x86_64' | 'arm64' {
  const family = instanceType.split('.')[0] ?? '';
  return family === 'a1' || /^[a-z]+\d+[a-z]*?g[a-z]*(?:-|$)/.test(family) ? 'arm64' : 'x86_64';
}

/** Families that EKS takes only with another image than the standard one, or not at all, with the reason. */
export function unsupportedFamily(instanceType: string): string | undefined {
  const family = instanceType.split('.')[0] ?? '';
  if (/^mac/.test(family)) return 'EKS runs no nodes on Mac instances';
  if (/^(?:p\d|g\d|gr\d)/.test(family)) return 'GPU types need the NVIDIA image, which is not supported yet';
  if (/^(?:inf|trn)\d/.test(family))
    return 'Inferentia and Trainium types need the Neuron image, which is not supported yet';
  return undefined;
}

/**
 * Pods that fit on a node with the VPC CNI's default mode (network interfaces × (addresses - 1) + 2); also about how many addresses a
 * full node takes. Undefined for types that are not in the table. Source: EC2's limits of interfaces and addresses by size.
 */
export function maxPodsOf(instanceType: string): number | undefined {
  const [family = '', size = ''] = instanceType.split('.');
  if (/^t\d/.test(family)) return burstable[size];
  return /^[mcr][5-8]/.test(family) ? regular[size] : undefined;
}

const burstable: Readonly<Record<string, number>> = {
  nano: 4,
  micro: 4,
  small: 11,
  medium: 17,
  large: 35,
  xlarge: 58,
  '2xlarge': 58,
};
const regular: Readonly<Record<string, number>> = {
  medium: 8,
  large: 29,
  xlarge: 58,
  '2xlarge': 58,
  '4xlarge': 234,
  '8xlarge': 234,
  '12xlarge': 234,
  '16xlarge': 737,
  '24xlarge': 737,
};
