import type { NormalizedSchema } from '@smithy/core/schema';
import { readJson, writeJson } from './jsonCodec.ts';
import type { Matched } from './route.ts';
import { MalformedValue, readScalar, writeScalar } from './scalar.ts';
import { splitTarget, type WireRequest, type WireResponse } from './wireMessage.ts';
import { parseXml, readXml, writeXml, writeXmlMembers } from './xmlCodec.ts';

export interface BodyFormat {
  readonly xml: boolean;
  readonly xmlNamespace: string;
}

/** REST input: labels, query, headers and body brought together by the members' bindings. */
export function readBound(schema: NormalizedSchema, matched: Matched, request: WireRequest, xml: boolean): object {
  const { query } = splitTarget(request.target);
  const out: Record<string, unknown> = {};
  const inBody = new Set<string>();
  if (!schema.isStructSchema()) return out;
  for (const [name, member] of schema.structIterator()) {
    const traits = member.getMergedTraits();
    let value: unknown;
    if (traits.httpLabel)
      value = matched.labels[name] === undefined ? undefined : readScalar(member, matched.labels[name]);
    else if (traits.httpQuery) value = readList(member, query.getAll(traits.httpQuery));
    else if (traits.httpHeader) value = readHeader(member, request.headers[traits.httpHeader.toLowerCase()]);
    else if (traits.httpPrefixHeaders) value = readPrefixed(traits.httpPrefixHeaders.toLowerCase(), request.headers);
    else if (traits.httpPayload) value = readPayload(member, request.body, xml);
    else {
      inBody.add(name);
      continue;
    }
    if (value !== undefined) out[name] = value;
  }
  if (inBody.size > 0 && request.body.byteLength > 0)
    Object.assign(
      out,
      xml
        ? readXml(schema, parseXml(Buffer.from(request.body).toString('utf8')))
        : readJson(schema, parseJson(request.body), inBody),
    );
  return out;
}

export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8')) as unknown;
  } catch {
    throw new MalformedValue('Unable to parse the request body as JSON');
  }
}

function readList(schema: NormalizedSchema, values: readonly string[]): unknown {
  if (schema.isListSchema())
    return values.length === 0 ? undefined : values.map(v => readScalar(schema.getValueSchema(), v));
  return values[0] === undefined ? undefined : readScalar(schema, values[0]);
}

function readHeader(schema: NormalizedSchema, value: string | undefined): unknown {
  if (value === undefined) return undefined;
  if (schema.isListSchema()) return value.split(/\s*,\s*/).map(item => readScalar(schema.getValueSchema(), item));
  return readScalar(schema, value);
}

function readPrefixed(prefix: string, headers: Readonly<Record<string, string>>): Record<string, string> | undefined {
  const found = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
  return found.length === 0
    ? undefined
    : Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]));
}

function readPayload(schema: NormalizedSchema, body: Uint8Array, xml: boolean): unknown {
  if (schema.isBlobSchema()) return body;
  if (body.byteLength === 0) return undefined;
  if (schema.isStringSchema()) return Buffer.from(body).toString('utf8');
  return xml ? readXml(schema, parseXml(Buffer.from(body).toString('utf8'))) : readJson(schema, parseJson(body));
}

export function writeBound(schema: NormalizedSchema, output: object, status: number, format: BodyFormat): WireResponse {
  const { xml, xmlNamespace } = format;
  const headers: Record<string, string> = { 'content-type': xml ? 'application/xml' : 'application/json' };
  if (!schema.isStructSchema()) return { status, headers, body: xml ? '' : '{}' };
  const inBody = new Set<string>();
  let payload: string | Uint8Array | undefined;
  let bound = false;
  for (const [name, member] of schema.structIterator()) {
    const value = (output as Record<string, unknown>)[name];
    const traits = member.getMergedTraits();
    if (traits.httpPayload) bound = true;
    if (!traits.httpHeader && !traits.httpPrefixHeaders && !traits.httpPayload && !traits.httpResponseCode)
      inBody.add(name);
    if (value == null) continue;
    if (traits.httpHeader) headers[traits.httpHeader.toLowerCase()] = writeScalar(member, value, 6);
    else if (traits.httpPrefixHeaders)
      for (const [key, entry] of Object.entries(value as Record<string, string>))
        headers[`${traits.httpPrefixHeaders}${key}`] = entry;
    else if (traits.httpPayload) payload = writePayload(member, value, format);
  }
  if (bound) return { status, headers, body: payload ?? '' };
  if (!xml) return { status, headers, body: JSON.stringify(writeJson(schema, output, inBody)) };
  if (inBody.size === 0) return { status, headers, body: '' };
  const tag = schema.getMergedTraits().xmlName ?? schema.getName() ?? '';
  const members = writeXmlMembers(schema, output, inBody);
  return { status, headers, body: document(`<${tag} xmlns="${xmlNamespace}">${members}</${tag}>`) };
}

function writePayload(
  schema: NormalizedSchema,
  value: unknown,
  { xml, xmlNamespace }: BodyFormat,
): string | Uint8Array {
  if (schema.isBlobSchema() || schema.isStringSchema()) return value as string | Uint8Array;
  if (!xml) return JSON.stringify(writeJson(schema, value));
  return document(
    writeXml(schema.getMergedTraits().xmlName ?? schema.getName() ?? '', schema, value, ` xmlns="${xmlNamespace}"`),
  );
}

export function document(xml: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xml}`;
}
