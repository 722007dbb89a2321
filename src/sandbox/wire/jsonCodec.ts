import type { NormalizedSchema } from '@smithy/core/schema';
import { MalformedValue, readTimestamp, writeTimestamp } from './scalar.ts';

/** `value` as plain JSON by `schema`: members that the schema does not know are dropped. */
export function writeJson(schema: NormalizedSchema, value: unknown, only?: ReadonlySet<string>): unknown {
  if (schema.isUnitSchema()) return {};
  if (value == null || schema.isDocumentSchema()) return value;
  if (schema.isStructSchema()) {
    const out: Record<string, unknown> = {};
    for (const [name, member] of schema.structIterator()) {
      const memberValue = (value as Record<string, unknown>)[name];
      if (memberValue === undefined || (only && !only.has(name))) continue;
      out[member.getMergedTraits().jsonName ?? name] = writeJson(member, memberValue);
    }
    return out;
  }
  if (schema.isListSchema()) return (value as unknown[]).map(item => writeJson(schema.getValueSchema(), item));
  if (schema.isMapSchema()) return mapValues(value, item => writeJson(schema.getValueSchema(), item));
  if (schema.isTimestampSchema()) return writeTimestamp(schema, value, 7);
  if (schema.isBlobSchema()) return Buffer.from(value as Uint8Array | string).toString('base64');
  return value;
}

export function readJson(schema: NormalizedSchema, value: unknown, only?: ReadonlySet<string>): unknown {
  if (value == null) return undefined;
  if (schema.isUnitSchema()) return {};
  if (schema.isDocumentSchema()) return value;
  if (schema.isStructSchema()) {
    if (typeof value !== 'object' || Array.isArray(value)) throw mismatch(value, 'Structure');
    const out: Record<string, unknown> = {};
    for (const [name, member] of schema.structIterator()) {
      if (only && !only.has(name)) continue;
      const read = readJson(member, (value as Record<string, unknown>)[member.getMergedTraits().jsonName ?? name]);
      if (read !== undefined) out[name] = read;
    }
    return out;
  }
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw mismatch(value, 'List');
    return value.map(item => readJson(schema.getValueSchema(), item));
  }
  if (schema.isMapSchema()) {
    if (typeof value !== 'object' || Array.isArray(value)) throw mismatch(value, 'Map');
    return mapValues(value, item => readJson(schema.getValueSchema(), item));
  }
  if (schema.isTimestampSchema()) {
    if (typeof value === 'number' || typeof value === 'string') return readTimestamp(value);
    throw mismatch(value, 'Timestamp');
  }
  if (schema.isBlobSchema()) {
    if (typeof value === 'string') return new Uint8Array(Buffer.from(value, 'base64'));
    throw mismatch(value, 'Blob');
  }
  const type = schema.isBooleanSchema() ? 'boolean' : schema.isStringSchema() ? 'string' : 'number';
  if (typeof value !== type) throw mismatch(value, type.charAt(0).toUpperCase() + type.slice(1));
  return value;
}

function mapValues(value: object, change: (item: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item)]));
}

function mismatch(value: unknown, wanted: string): MalformedValue {
  const seen = Array.isArray(value)
    ? 'START_ARRAY'
    : typeof value === 'object'
      ? 'START_OBJECT'
      : typeof value === 'string'
        ? 'STRING_VALUE'
        : typeof value === 'number'
          ? 'NUMBER_VALUE'
          : 'BOOLEAN_VALUE';
  return new MalformedValue(`${seen} can not be converted to ${wanted === 'Integer' ? 'an' : 'a'} ${wanted}`);
}
