import type { NormalizedSchema } from '@smithy/core/schema';
import { MalformedValue, readScalar, writeScalar } from './scalar.ts';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\r': '&#xD;',
};

/** Of text between tags: what is told is full of JSON, whose quotes may stand as they are. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>\r]/g, character => escapes[character] ?? character);
}

/** The members of a structure as elements, without an element around them. */
export function writeXmlMembers(schema: NormalizedSchema, value: object, only?: ReadonlySet<string>): string {
  if (!schema.isStructSchema()) return '';
  let out = '';
  for (const [name, member] of schema.structIterator()) {
    const memberValue = (value as Record<string, unknown>)[name];
    if (memberValue == null || (only && !only.has(name))) continue;
    out += writeXml(member.getMemberTraits().xmlName ?? name, member, memberValue);
  }
  return out;
}

export function writeXml(tag: string, schema: NormalizedSchema, value: unknown, attributes = ''): string {
  const flat = schema.getMergedTraits().xmlFlattened;
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const itemTag = flat ? tag : (item.getMergedTraits().xmlName ?? 'member');
    const items = (value as unknown[]).map(element => writeXml(itemTag, item, element)).join('');
    return flat ? items : `<${tag}${attributes}>${items}</${tag}>`;
  }
  if (schema.isMapSchema()) {
    const keyTag = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
    const valueSchema = schema.getValueSchema();
    const valueTag = valueSchema.getMergedTraits().xmlName ?? 'value';
    const entryTag = flat ? tag : 'entry';
    const entries = Object.entries(value as object).map(([key, entry]) => {
      const pair = `<${keyTag}>${escapeXml(key)}</${keyTag}>${writeXml(valueTag, valueSchema, entry)}`;
      return `<${entryTag}>${pair}</${entryTag}>`;
    });
    return flat ? entries.join('') : `<${tag}${attributes}>${entries.join('')}</${tag}>`;
  }
  const content = schema.isStructSchema()
    ? writeXmlMembers(schema, value as object)
    : escapeXml(writeScalar(schema, value, 5));
  return `<${tag}${attributes}>${content}</${tag}>`;
}

export interface XmlElement {
  readonly tag: string;
  text: string;
  readonly children: XmlElement[];
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(#x?[0-9a-f]+|[a-z]+);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return entities[name] ?? whole;
    const code = name.toLowerCase().startsWith('#x') ? parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** Elements and text only: attributes, comments and processing instructions are passed over, entities are never expanded further. */
export function parseXml(source: string): XmlElement {
  const root: XmlElement = { tag: '', text: '', children: [] };
  const open = [root];
  const token = /<\?[^]*?\?>|<!--[^]*?-->|<(\/?)([\w:.-]+)[^>]*?(\/?)>|([^<]+)/y;
  while (token.lastIndex < source.length) {
    const match = token.exec(source);
    const current = open.at(-1);
    if (!match || !current) throw new MalformedValue('The XML you provided was not well-formed');
    const [, closing, tag, empty, text] = match;
    if (text !== undefined) current.text += unescapeXml(text);
    else if (tag === undefined) continue;
    else if (closing) {
      if (open.pop()?.tag !== tag || open.length === 0)
        throw new MalformedValue('The XML you provided was not well-formed');
    } else {
      const element: XmlElement = { tag, text: '', children: [] };
      current.children.push(element);
      if (!empty) open.push(element);
    }
  }
  const [document] = root.children;
  if (!document || open.length !== 1) throw new MalformedValue('The XML you provided was not well-formed');
  return document;
}

export function readXml(schema: NormalizedSchema, element: XmlElement): unknown {
  if (schema.isStructSchema()) {
    const out: Record<string, unknown> = {};
    for (const [name, member] of schema.structIterator()) {
      const tag = member.getMemberTraits().xmlName ?? name;
      const found = element.children.filter(child => child.tag === tag);
      const [first] = found;
      if (!first) continue;
      if (member.isListSchema() && member.getMergedTraits().xmlFlattened)
        out[name] = found.map(child => readXml(member.getValueSchema(), child));
      else out[name] = readXml(member, first);
    }
    return out;
  }
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const tag = item.getMergedTraits().xmlName ?? 'member';
    return element.children.filter(child => child.tag === tag).map(child => readXml(item, child));
  }
  return readScalar(schema, element.text);
}
