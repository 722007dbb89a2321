import { validationError } from './template.ts';

const CIDR_ERROR = 'Template error: Fn::Cidr expects a CIDR block, a count from 1 to 256 and the number of subnet bits';

/** `Fn::Cidr`: the first `count` blocks of `bits` host bits each that fit into `block`, IPv4 or IPv6. */
export function cidrBlocks(block: string, count: number, bits: number): string[] {
  const [address = '', length = ''] = block.split('/');
  const width = address.includes(':') ? 128 : 32;
  const prefix = Number(length);
  const base = width === 32 ? parseV4(address) : parseV6(address);
  const whole = [prefix, count, bits].every(Number.isInteger) && /^\d+$/.test(length);
  if (base === undefined || !whole || prefix > width || count < 1 || count > 256 || bits < 1 || bits > width)
    throw validationError(`${CIDR_ERROR}: [${block}, ${count}, ${bits}]`);
  const hostBits = BigInt(width - prefix);
  const size = 1n << BigInt(bits);
  if (size * BigInt(count) > 1n << hostBits)
    throw validationError(`Template error: Fn::Cidr cannot fit ${count} blocks with ${bits} subnet bits into ${block}`);
  const start = (base >> hostBits) << hostBits;
  const format = width === 32 ? formatV4 : formatV6;
  return Array.from({ length: count }, (_, i) => `${format(start + size * BigInt(i))}/${width - bits}`);
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every(part => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function formatV4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map(shift => (value >> shift) & 255n).join('.');
}

function parseV6(text: string): bigint | undefined {
  const [head = '', tail] = text.split('::');
  const left = head ? head.split(':') : [];
  const right = tail ? tail.split(':') : [];
  const gap = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(Math.max(gap, 0)).fill('0'), ...right];
  if (groups.length !== 8 || !groups.every(group => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

function formatV6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  const zeros = groups.join(':').match(/(?:^|:)0(?::0)+(?=:|$)/g);
  if (!zeros) return groups.join(':');
  const longest = zeros.reduce((best, run) => (run.length > best.length ? run : best));
  return groups
    .join(':')
    .replace(longest, ':')
    .replace(/^:(?!:)/, '::')
    .replace(/:$/, '::')
    .replace(':::', '::');
}
