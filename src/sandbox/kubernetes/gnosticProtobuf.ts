// OpenAPI v2 in the protobuf form that kubectl reads (gnostic's openapi.v2.Document): field numbers by message, written from the JSON.
import { isObject, type Json } from './fields.ts';

/** Field number and how the value is written: s string, b bool, a message by name, `*` repeated, `{}` a map as (name, value) pairs. */
type Message = Readonly<Record<string, readonly [number, string]>>;

const messages: Readonly<Record<string, Message>> = {
  Document: { swagger: [1, 's'], info: [2, 'Info'], paths: [8, 'Paths'], definitions: [9, 'Definitions'] },
  Info: { title: [1, 's'], version: [2, 's'] },
  PathItem: {
    get: [2, 'Operation'],
    put: [3, 'Operation'],
    post: [4, 'Operation'],
    delete: [5, 'Operation'],
    patch: [8, 'Operation'],
  },
  Operation: { operationId: [5, 's'], parameters: [8, 'Parameter*'] },
  Query: { in: [2, 's'], name: [4, 's'], type: [6, 's'], uniqueItems: [20, 'b'] },
  Schema: {
    $ref: [1, 's'],
    format: [2, 's'],
    description: [4, 's'],
    required: [19, 's*'],
    additionalProperties: [21, 'AdditionalProperties'],
    type: [22, 'Type'],
    items: [23, 'Items'],
    properties: [25, 'Definitions'],
  },
};
const extensionField: Readonly<Record<string, number>> = { Operation: 13, Schema: 31 };

export function gnosticDocument(document: Json): Uint8Array {
  return message('Document', document);
}

function message(name: string, value: unknown): Buffer {
  if (!isObject(value)) return Buffer.alloc(0);
  switch (name) {
    case 'Paths':
      return pairs(2, 'PathItem', value);
    case 'Definitions':
      return pairs(1, 'Schema', value);
    case 'AdditionalProperties':
    case 'Items':
      return bytes(1, message('Schema', value));
    case 'Parameter':
      // ParametersItem.parameter, Parameter.non_body_parameter, NonBodyParameter.query_parameter_sub_schema
      return bytes(1, bytes(2, bytes(3, message('Query', value))));
    default: {
      const fields = Object.entries(messages[name] ?? {}).flatMap(([key, [number, type]]) =>
        field(number, type, value[key]),
      );
      const extensions = Object.entries(value)
        .filter(([key]) => key.startsWith('x-'))
        .map(([key, extension]) =>
          bytes(extensionField[name] ?? 0, Buffer.concat([text(1, key), bytes(2, text(2, JSON.stringify(extension)))])),
        );
      return Buffer.concat([...fields, ...extensions]);
    }
  }
}

function field(number: number, type: string, value: unknown): Buffer[] {
  if (value === undefined) return [];
  if (type.endsWith('*')) return (value as unknown[]).flatMap(item => field(number, type.slice(0, -1), item));
  if (type === 's') return [text(number, value as string)];
  if (type === 'b') return [Buffer.concat([varint(number << 3), varint(value === true ? 1 : 0)])];
  return [bytes(number, type === 'Type' ? text(1, value as string) : message(type, value))];
}

/** A map, as gnostic keeps its order: repeated messages of name and value. */
function pairs(number: number, of: string, map: Json): Buffer {
  return Buffer.concat(
    Object.entries(map).map(([name, value]) =>
      bytes(number, Buffer.concat([text(1, name), bytes(2, message(of, value))])),
    ),
  );
}

const text = (number: number, value: string) => bytes(number, Buffer.from(value));
const bytes = (number: number, value: Buffer) =>
  Buffer.concat([varint((number << 3) | 2), varint(value.length), value]);

function varint(value: number): Buffer {
  const out: number[] = [];
  for (; value > 0x7f; value >>>= 7) out.push((value & 0x7f) | 0x80);
  return Buffer.from([...out, value]);
}
