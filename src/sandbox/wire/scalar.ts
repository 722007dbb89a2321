import type { NormalizedSchema } from '@smithy/core/schema';

/** Schema sentinels of timestamps; 4 means the protocol's or location's default. */
const dateTime = 5;
const httpDate = 6;
const epochSeconds = 7;
export type TimestampFormat = typeof dateTime | typeof httpDate | typeof epochSeconds;

/** A value that does not fit its member's type; each protocol has its own words for it. */
export class MalformedValue extends Error {
  override readonly name = 'MalformedValue';
}

function timestampFormat(schema: NormalizedSchema, usual: TimestampFormat): TimestampFormat {
  const own = schema.getSchema();
  return own === dateTime || own === httpDate || own === epochSeconds ? own : usual;
}

/** Rows that went through a snapshot hold ISO strings where `Date`s were; numbers are ms since the epoch. */
function toDate(value: unknown): Date {
  const date = value instanceof Date ? value : new Date(value as string | number);
  if (Number.isNaN(date.getTime())) throw new TypeError(`not a timestamp: ${String(value)}`);
  return date;
}

export function writeTimestamp(schema: NormalizedSchema, value: unknown, usual: TimestampFormat): string | number {
  const date = toDate(value);
  switch (timestampFormat(schema, usual)) {
    case dateTime:
      return date.toISOString();
    case httpDate:
      return date.toUTCString();
    case epochSeconds:
      return date.getTime() / 1000;
  }
}

/** Text of a scalar in XML, a header or a query. */
export function writeScalar(schema: NormalizedSchema, value: unknown, usual: TimestampFormat): string {
  if (schema.isTimestampSchema()) return String(writeTimestamp(schema, value, usual));
  if (schema.isBlobSchema()) return Buffer.from(value as Uint8Array | string).toString('base64');
  return String(value);
}

export function readScalar(schema: NormalizedSchema, text: string): unknown {
  if (schema.isBooleanSchema()) {
    if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
    throw new MalformedValue(`'${text}' is not a boolean`);
  }
  if (schema.isNumericSchema() || schema.isBigIntegerSchema() || schema.isBigDecimalSchema()) {
    const number = Number(text);
    if (text.trim() !== '' && Number.isFinite(number)) return number;
    throw new MalformedValue(`'${text}' is not a number`);
  }
  if (schema.isTimestampSchema()) return readTimestamp(text);
  if (schema.isBlobSchema()) return new Uint8Array(Buffer.from(text, 'base64'));
  return text;
}

/** Any of the three formats: they cannot be mistaken for one another. */
export function readTimestamp(value: string | number): Date {
  const date = new Date(/^-?\d+(\.\d+)?$/.test(String(value)) ? Number(value) * 1000 : value);
  if (Number.isNaN(date.getTime())) throw new MalformedValue(`'${value}' is not a timestamp`);
  return date;
}
