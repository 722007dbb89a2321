import { interfaceLimitsOf } from './interfaceLimits.ts';

export const instanceTypePattern =
  /^[a-z][a-z0-9-]*\.(?:nano|micro|small|medium|large|\d{0,2}xlarge|metal(?:-\d{1,2}xl)?)$/;

/** Graviton families have a `g` among the letters after the generation (`m7g`, `c7gn`, `im4gn`), are the first, `a1`, or have a Grace superchip (`p6e-gb200`). */
export function architectureOf(instanceType: string): 'x86_64' | 'arm64' {
  const family = familyOf(instanceType);
  return family === 'a1' || /^[a-z]+\d+[a-z]*?g[a-z]*(?:-|$)/.test(family) || /^p\d+e-gb\d/.test(family)
    ? 'arm64'
    : 'x86_64';
}

/** What a type computes with beside its processor, as far as EKS has images for it: the group then needs that image. */
export type Accelerator = 'nvidia' | 'neuron';
export function acceleratorOf(instanceType: string): Accelerator | undefined {
  const family = familyOf(instanceType);
  if (/^(?:inf|trn)\d/.test(family)) return 'neuron';
  return /^(?:p\d|g\d|gr\d)/.test(family) && !otherGpu.test(family) ? 'nvidia' : undefined;
}

/** Families for which EKS has no image, with the reason. */
export function unsupportedFamily(instanceType: string): string | undefined {
  const family = familyOf(instanceType);
  if (/^mac/.test(family)) return 'EKS runs no nodes on Mac instances';
  if (otherGpu.test(family)) return 'EKS has no image with AMD’s GPU driver';
  if (/^(?:dl\d|vt\d|f\d)/.test(family)) return 'EKS has no image with this accelerator’s driver';
  return undefined;
}

/** IPv6 prefixes need Nitro; these are the families from before it. Source: EC2's list of instances built on the Nitro System. */
export function isNitro(instanceType: string): boolean {
  return !/^(?:t[12]|m[1-4]|c[1-4]|cc\d|cr1|r3|r4|i2|i3(?=\.(?!metal))|x1|x1e|p[23]|g[23]|g3s|f1|d2|h1|hs1)\./.test(
    instanceType,
  );
}

const otherGpu = /^g\d+ad/;

function familyOf(instanceType: string): string {
  return instanceType.split('.')[0] ?? '';
}

/**
 * Pods that fit on a node with the VPC CNI's default mode: network interfaces × (addresses - 1), and two on the host's network. Undefined
 * for types whose limits are not in the table.
 */
export function maxPodsOf(instanceType: string): number | undefined {
  const limits = interfaceLimitsOf(instanceType);
  return limits && limits.interfaces * (limits.addresses - 1) + 2;
}
