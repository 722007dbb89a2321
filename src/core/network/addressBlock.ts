/** An address block of either family: `base` is its first address as a number, `bits` the family's length, `prefix` its own. */
export interface AddressBlock {
  readonly bits: 32 | 128;
  readonly base: bigint;
  readonly prefix: number;
}

/** Reads `10.0.0.0/8` and `2001:db8::/56`; host bits are dropped. Undefined for what is neither. */
export function parseBlock(text: string): AddressBlock | undefined {
  const [address = '', length = '', ...more] = text.split('/');
  if (more.length > 0 || !/^\d{1,3}$/.test(length)) return undefined;
  const [bits, number] = address.includes(':')
    ? ([128, ipv6Number(address)] as const)
    : ([32, ipv4Number(address)] as const);
  const prefix = Number(length);
  if (number === undefined || prefix > bits) return undefined;
  const host = BigInt(bits - prefix);
  return { bits, base: (number >> host) << host, prefix };
}

export function blockContains(outer: AddressBlock, inner: AddressBlock): boolean {
  const host = BigInt(outer.bits - outer.prefix);
  return outer.bits === inner.bits && outer.prefix <= inner.prefix && inner.base >> host === outer.base >> host;
}

export const blocksOverlap = (a: AddressBlock, b: AddressBlock): boolean => blockContains(a, b) || blockContains(b, a);

export const isIpv6 = (text: string): boolean => text.includes(':');

/** By one block, or by several that together fill it. */
export function blocksCover(blocks: readonly AddressBlock[], wanted: AddressBlock): boolean {
  if (blocks.some(block => blockContains(block, wanted))) return true;
  const prefix = wanted.prefix + 1;
  if (prefix > wanted.bits || !blocks.some(block => blockContains(wanted, block))) return false;
  const half = 1n << BigInt(wanted.bits - prefix);
  return (
    blocksCover(blocks, { ...wanted, prefix }) && blocksCover(blocks, { ...wanted, base: wanted.base + half, prefix })
  );
}

function ipv4Number(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some(part => !/^\d{1,3}$/.test(part) || Number(part) > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function ipv6Number(text: string): bigint | undefined {
  const [left = '', right, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const [head, tail] = [groups(left), groups(right ?? '')];
  const missing = 8 - head.length - tail.length;
  if (right === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...head, ...Array.from({ length: right === undefined ? 0 : missing }, () => '0'), ...tail];
  if (all.some(group => !/^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return all.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}
