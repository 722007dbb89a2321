import { parseCidr, type Cidr } from './cidr.ts';

export function blockOf(text: string): Cidr {
  const parsed = parseCidr(text);
  if (!parsed) throw new TypeError(`not a CIDR block: ${text}`);
  return parsed;
}

/** RFC 1918: the blocks of Kubernetes services lie in one of these. */
export const rfc1918Blocks: readonly Cidr[] = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map(blockOf);
/** RFC 6598, shared address space: what is private without being RFC 1918. */
export const sharedBlock = blockOf('100.64.0.0/10');
/** What a VPC's first block may lie in. */
export const privateBlocks: readonly Cidr[] = [...rfc1918Blocks, sharedBlock];
