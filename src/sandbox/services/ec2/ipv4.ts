/** An IPv4 range: first address as a number, and prefix length. */
export interface Cidr {
  readonly base: number;
  readonly prefix: number;
}

/** Host bits are dropped, as EC2 does; undefined for what is no IPv4 CIDR. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', length = '', ...rest] = text.split('/');
  const number = parseAddress(address);
  const prefix = Number(length);
  if (rest.length > 0 || number === undefined || !/^\d{1,2}$/.test(length) || prefix > 32) return undefined;
  return { base: Math.floor(number / sizeOf(prefix)) * sizeOf(prefix), prefix };
}

export function formatCidr({ base, prefix }: Cidr): string {
  return `${formatAddress(base)}/${prefix}`;
}

export function parseAddress(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every(part => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function formatAddress(number: number): string {
  return [24, 16, 8, 0].map(shift => Math.floor(number / 2 ** shift) % 256).join('.');
}

export const sizeOf = (prefix: number): number => 2 ** (32 - prefix);

export function contains(outer: Cidr, inner: Cidr): boolean {
  return (
    inner.prefix >= outer.prefix && Math.floor(inner.base / sizeOf(outer.prefix)) * sizeOf(outer.prefix) === outer.base
  );
}

export const overlaps = (a: Cidr, b: Cidr): boolean => contains(a, b) || contains(b, a);
