/** An IPv4 block: `base` is its first address as an unsigned 32-bit number, `prefix` its length in bits. */
export interface Cidr {
  readonly base: number;
  readonly prefix: number;
}

const octet = '(?:0|[1-9]\\d{0,2})';
const cidrText = new RegExp(`^(${octet})\\.(${octet})\\.(${octet})\\.(${octet})/(0|[1-9]\\d?)$`);

/** Reads `10.40.0.0/16`. Undefined when it is not a block at all; host bits are kept, see `isCanonical`. */
export function parseCidr(text: string): Cidr | undefined {
  const match = cidrText.exec(text);
  if (!match) return undefined;
  const numbers = match.slice(1).map(Number);
  const prefix = numbers.pop() ?? 0;
  if (prefix > 32 || numbers.some(number => number > 255)) return undefined;
  return { base: numbers.reduce((sum, number) => sum * 256 + number, 0), prefix };
}

export function formatCidr(cidr: Cidr): string {
  return `${formatAddress(cidr.base)}/${cidr.prefix}`;
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map(shift => (address >>> shift) & 255).join('.');
}

/** Addresses in the block, AWS's five reserved ones included. */
export function addressCount(cidr: Cidr): number {
  return 2 ** (32 - cidr.prefix);
}

/** A block is canonical when its base has no host bits; AWS and Kubernetes 1.36 refuse others. */
export function isCanonical(cidr: Cidr): boolean {
  return cidr.base % addressCount(cidr) === 0;
}

export function toCanonical(cidr: Cidr): Cidr {
  return { base: cidr.base - (cidr.base % addressCount(cidr)), prefix: cidr.prefix };
}

export function contains(outer: Cidr, inner: Cidr): boolean {
  return (
    inner.prefix >= outer.prefix &&
    toCanonical({ base: inner.base, prefix: outer.prefix }).base === toCanonical(outer).base
  );
}

export function overlaps(a: Cidr, b: Cidr): boolean {
  return contains(a, b) || contains(b, a);
}

/** All blocks of length `prefix` inside the block, in order; at most 4096 of them. */
export function split(cidr: Cidr, prefix: number): Cidr[] {
  if (prefix < cidr.prefix || prefix > 32 || prefix - cidr.prefix > 12) {
    throw new RangeError(`cannot split /${cidr.prefix} into /${prefix}`);
  }
  const { base } = toCanonical(cidr);
  return Array.from({ length: 2 ** (prefix - cidr.prefix) }, (_, index) => ({
    base: base + index * 2 ** (32 - prefix),
    prefix,
  }));
}
