import { notImplemented } from '../kernel/awsError.ts';
import { formatCidr, parseCidr, sizeOf } from '../services/ec2/ipv4.ts';
import { validationError } from './template.ts';

const CIDR_ERROR = 'Template error: Fn::Cidr expects a CIDR block, a count from 1 to 256 and the number of subnet bits';

/** `Fn::Cidr`: the first `count` blocks of `bits` host bits each that fit into `block`. */
export function cidrBlocks(block: string, count: number, bits: number): string[] {
  if (block.includes(':')) return ipv6Blocks(block, count, bits);
  const range = parseCidr(block);
  const whole = Number.isInteger(count) && Number.isInteger(bits);
  if (!range || !whole || count < 1 || count > 256 || bits < 1 || bits > 32)
    throw validationError(`${CIDR_ERROR}: [${block}, ${count}, ${bits}]`);
  const prefix = 32 - bits;
  if (count * sizeOf(prefix) > sizeOf(range.prefix))
    throw validationError(`Template error: Fn::Cidr cannot fit ${count} blocks with ${bits} subnet bits into ${block}`);
  return Array.from({ length: count }, (_, i) => formatCidr({ base: range.base + i * sizeOf(prefix), prefix }));
}

/** /64 blocks of Amazon's /56: what VPCs have. */
function ipv6Blocks(block: string, count: number, bits: number): string[] {
  const [, base] = /^(.*:[0-9a-f]*)00::\/56$/.exec(block) ?? [];
  if (base === undefined || bits !== 64) throw notImplemented('Fn::Cidr of an IPv6 block other than a /56 into /64');
  if (!Number.isInteger(count) || count < 1 || count > 256)
    throw validationError(`${CIDR_ERROR}: [${block}, ${count}, ${bits}]`);
  return Array.from({ length: count }, (_, i) => `${base}${i.toString(16).padStart(2, '0')}::/64`);
}
