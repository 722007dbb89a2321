import type { TemplateParameter, TemplateValue } from './template.ts';
import { parameter, ref, select } from './templateParts.ts';

/** How many blocks of the VPC a template tells of. */
export interface VpcBlockCount {
  readonly ipv4: number;
  readonly ipv6: number;
}

/** Parameters for a VPC's blocks; `use` says of the blocks what they do: `that may use the proxy`. */
export function blockParameters({ ipv6 }: VpcBlockCount, use: string): Record<string, TemplateParameter> {
  return {
    VpcCidrs: parameter('CommaDelimitedList', `IPv4 blocks ${use}.`),
    ...(ipv6 > 0 ? { VpcIpv6Cidrs: parameter('CommaDelimitedList', `IPv6 blocks ${use}.`) } : {}),
  };
}

/** Each block by itself, with the parameter that it comes from. */
export function eachBlock({ ipv4, ipv6 }: VpcBlockCount): { list: keyof typeof properties; value: TemplateValue }[] {
  const of = (list: keyof typeof properties, count: number) =>
    Array.from({ length: count }, (_, index) => ({ list, value: select(index, ref(list)) }));
  return [...of('VpcCidrs', ipv4), ...of('VpcIpv6Cidrs', ipv6)];
}

const properties = { VpcCidrs: 'CidrIp', VpcIpv6Cidrs: 'CidrIpv6' } as const;

/** Ingress rules of a security group that let each block in to one TCP port. */
export function ingressFromBlocks(blocks: VpcBlockCount, port: number, description: string): TemplateValue[] {
  return eachBlock(blocks).map(({ list, value }) => ({
    IpProtocol: 'tcp',
    FromPort: port,
    ToPort: port,
    [properties[list]]: value,
    Description: description,
  }));
}
