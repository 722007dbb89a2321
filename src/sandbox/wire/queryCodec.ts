import type { NormalizedSchema } from '@smithy/core/schema';
import { readScalar } from './scalar.ts';

interface Node {
  value?: string;
  readonly children: Map<string, Node>;
}

/** Reads `A.member.1.B=x` (query) or `A.1.B=x` (EC2) into the shape of `schema`. */
export function readQuery(schema: NormalizedSchema, parameters: URLSearchParams, ec2: boolean): object {
  const root: Node = { children: new Map() };
  for (const [key, value] of parameters) {
    let node = root;
    for (const part of key.split('.')) {
      let child = node.children.get(part);
      if (!child) node.children.set(part, (child = { children: new Map() }));
      node = child;
    }
    node.value = value;
  }
  return schema.isStructSchema() ? (readNode(schema, root, ec2) as object) : {};
}

function readNode(schema: NormalizedSchema, node: Node, ec2: boolean): unknown {
  if (schema.isStructSchema()) {
    const out: Record<string, unknown> = {};
    for (const [name, member] of schema.structIterator()) {
      const child = node.children.get(memberKey(name, member, ec2));
      if (child) out[name] = readNode(member, child, ec2);
    }
    return out;
  }
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const items = node.children.get(item.getMergedTraits().xmlName ?? 'member') ?? node;
    return numbered(items).map(child => readNode(item, child, ec2));
  }
  if (schema.isMapSchema()) {
    const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
    const valueSchema = schema.getValueSchema();
    const valueName = valueSchema.getMergedTraits().xmlName ?? 'value';
    const out: Record<string, unknown> = {};
    for (const entry of numbered(node.children.get('entry') ?? node)) {
      const value = entry.children.get(valueName);
      if (value) out[entry.children.get(keyName)?.value ?? ''] = readNode(valueSchema, value, ec2);
    }
    return out;
  }
  return readScalar(schema, node.value ?? '');
}

function memberKey(name: string, member: NormalizedSchema, ec2: boolean): string {
  const { ec2QueryName, xmlName } = member.getMergedTraits();
  const key = xmlName ?? name;
  if (!ec2) return key;
  return typeof ec2QueryName === 'string' ? ec2QueryName : key.charAt(0).toUpperCase() + key.slice(1);
}

function numbered(node: Node): Node[] {
  return [...node.children]
    .filter(([key]) => /^\d+$/.test(key))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);
}
