import { isAlias, isMap, isScalar, isSeq, parseDocument, type Document, type Node } from 'yaml';
import { AwsError, notImplemented } from '../kernel/awsError.ts';

export type JsonObject = Record<string, unknown>;

export interface ResourceTemplate {
  readonly Type: string;
  readonly Properties?: JsonObject;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Metadata?: unknown;
  readonly CreationPolicy?: unknown;
  readonly UpdatePolicy?: unknown;
}

export interface ParameterTemplate {
  readonly Type: string;
  readonly Default?: unknown;
  readonly Description?: string;
  readonly NoEcho?: unknown;
  readonly AllowedValues?: readonly unknown[];
  readonly AllowedPattern?: string;
  readonly ConstraintDescription?: string;
  readonly MinLength?: unknown;
  readonly MaxLength?: unknown;
  readonly MinValue?: unknown;
  readonly MaxValue?: unknown;
}

export interface OutputTemplate {
  readonly Value: unknown;
  readonly Description?: string;
  readonly Condition?: string;
  readonly Export?: { readonly Name: unknown };
}

export interface Template {
  readonly Description?: string;
  readonly Metadata?: unknown;
  readonly Transform?: unknown;
  readonly Parameters: Readonly<Record<string, ParameterTemplate>>;
  readonly Mappings: Readonly<Record<string, Record<string, Record<string, unknown>>>>;
  readonly Conditions: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, ResourceTemplate>>;
  readonly Outputs: Readonly<Record<string, OutputTemplate>>;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const validationError = (message: string): AwsError => new AwsError('ValidationError', message);
export const formatError = (message: string): AwsError => validationError(`Template format error: ${message}`);

/** Dynamic references are not simulated: found in a template or a parameter's value, before anything is made. */
export function refuseDynamic(text: string): void {
  const [, service] = /\{\{resolve:([a-z-]+):/.exec(text) ?? [];
  if (service !== undefined) throw notImplemented(`dynamic reference resolve:${service}`);
}

const SHORT_FORMS =
  'Ref Condition GetAtt Sub Join Select Split FindInMap If And Or Not Equals Base64 Cidr GetAZs ImportValue Transform Length ToJsonString Contains EachMemberEquals EachMemberIn RefAll ValueOf ValueOfAll';
const customTags = SHORT_FORMS.split(' ').flatMap(name => [
  { tag: `!${name}`, resolve: (text: string) => text },
  { tag: `!${name}`, collection: 'seq' as const, resolve: (node: Node) => node },
  { tag: `!${name}`, collection: 'map' as const, resolve: (node: Node) => node },
]);

/** Reads the text of a template, JSON or YAML with short tags, into plain values in the long form of the functions. */
export function readTemplateText(text: string): JsonObject {
  const value = /^\s*\{/.test(text) ? readJson(text) : readYaml(text);
  if (!isObject(value)) throw formatError('unsupported structure.');
  return value;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const offset = Number(/position (\d+)/.exec(String(error))?.[1] ?? text.length);
    const before = text.slice(0, offset).split('\n');
    throw formatError(`JSON not well-formed. (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`);
  }
}

function readYaml(text: string): unknown {
  // YAML 1.1 without merge keys, as CloudFormation documents it: an unquoted `yes` is true.
  const document = parseDocument(text, { customTags, version: '1.1', merge: false });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) {
    const at = problem.linePos?.[0];
    throw formatError(`YAML not well-formed. (line ${at?.line ?? 1}, column ${at?.col ?? 1})`);
  }
  return document.contents ? toValue(document.contents, document) : undefined;
}

function toValue(node: Node, document: Document.Parsed): unknown {
  if (isAlias(node)) {
    const target = node.resolve(document);
    return target ? toValue(target, document) : null;
  }
  let value: unknown = null;
  // Dates stay text, and so do `y` and `n`, which CloudFormation's parser does not take for booleans.
  if (isScalar(node))
    value = node.value instanceof Date || /^[yn]$/i.test(node.source ?? '') ? node.source : node.value;
  else if (isSeq(node)) value = node.items.map(item => toValue(item as Node, document));
  else if (isMap(node))
    value = Object.fromEntries(
      node.items.map(pair => [
        String(toValue(pair.key as Node, document)),
        pair.value === null ? null : toValue(pair.value as Node, document),
      ]),
    );
  const name = node.tag?.startsWith('!') ? node.tag.slice(1) : undefined;
  if (name === undefined) return value;
  if (name === 'GetAtt' && typeof value === 'string') {
    const dot = value.indexOf('.');
    return { 'Fn::GetAtt': dot === -1 ? [value] : [value.slice(0, dot), value.slice(dot + 1)] };
  }
  return { [name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`]: value };
}

/** The transforms a template names, in order. */
export function transformsOf(template: { readonly Transform?: unknown }): string[] {
  const { Transform } = template;
  if (Transform === undefined) return [];
  return (Array.isArray(Transform) ? Transform : [Transform]).map(item => {
    const name: unknown = isObject(item) ? item['Name'] : item;
    if (typeof name !== 'string') throw validationError('Key Name of transform definition must be a string.');
    return name;
  });
}
