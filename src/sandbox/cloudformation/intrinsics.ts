import { cidrBlocks } from './cidr.ts';
import { conditionHolds } from './conditions.ts';
import { isObject, transformsOf, validationError, type JsonObject, type Template } from './template.ts';

/** What `{ "Ref": "AWS::NoValue" }` gives: the member that holds it is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

/** What the functions of a template can see. Names that are not there throw as AWS does. */
export interface Scope {
  readonly template: Template;
  readonly pseudo: Readonly<Record<string, unknown>>;
  readonly parameters: Readonly<Record<string, string | readonly string[]>>;
  readonly region: string;
  ref(logicalId: string): unknown;
  getAtt(logicalId: string, attribute: string): unknown;
  importValue(name: string): unknown;
  availabilityZones(region: string): readonly string[];
}

type IntrinsicFunction = (argument: unknown, scope: Scope) => unknown;

export const fail = (message: string): never => {
  throw validationError(`Template error: ${message}`);
};

export const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** Evaluates every function in `value`; members that come to `AWS::NoValue` are dropped. */
export function evaluate(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map(item => evaluate(item, scope)).filter(item => item !== NO_VALUE);
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  const [only] = keys;
  if (keys.length === 1 && only !== undefined && (only === 'Ref' || only.startsWith('Fn::'))) {
    const run = FUNCTIONS[only];
    if (!run) return unsupported(only);
    return run(value[only], scope);
  }
  const entries = Object.entries(value).map(([key, item]) => [key, evaluate(item, scope)] as const);
  return Object.fromEntries(entries.filter(([, item]) => item !== NO_VALUE));
}

const unsupported = (name: string): never =>
  fail(
    `Encountered unsupported function: ${name} Supported functions are: [Fn::Base64, Fn::GetAtt, Fn::GetAZs, Fn::ImportValue, Fn::Join, Fn::Split, Fn::FindInMap, Fn::Select, Ref, Fn::Equals, Fn::If, Fn::Not, Condition, Fn::And, Fn::Or, Fn::Contains, Fn::EachMemberEquals, Fn::EachMemberIn, Fn::ValueOf, Fn::ValueOfAll, Fn::RefAll, Fn::Sub, Fn::Cidr]`,
  );

/** A function's argument as text, or the function's own complaint. */
function text(value: unknown, scope: Scope, complaint: string): string {
  const result = evaluate(value, scope);
  return isScalar(result) ? String(result) : fail(complaint);
}

export const listOf = (value: unknown, lengths: readonly number[], complaint: string): readonly unknown[] =>
  Array.isArray(value) && lengths.includes(value.length) ? value : fail(complaint);

const JOIN =
  'every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.';
const SPLIT =
  'every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.';
const SUB =
  "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string";
const SELECT = 'Fn::Select requires a list argument with two elements: an integer index and a list';
const INDEX = 'Fn::Select requires a list argument with a valid index value as its first element';
const FIND =
  'every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value';
const GETATT =
  'every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute';
const CIDR = 'every Fn::Cidr object requires three parameters, the ip block, the count and the cidr bits';

const FUNCTIONS: Readonly<Record<string, IntrinsicFunction>> = {
  Ref(name, scope) {
    const key = usesLanguageExtensions(scope.template) ? evaluate(name, scope) : name;
    if (typeof key !== 'string') return fail('All References must be of type string');
    if (key === 'AWS::NoValue') return NO_VALUE;
    if (key in scope.pseudo) return scope.pseudo[key];
    return scope.parameters[key] ?? scope.ref(key);
  },
  'Fn::GetAtt'(argument, scope) {
    const parts: unknown = typeof argument === 'string' ? argument.split(/\.(.*)/s, 2) : argument;
    const [resource, attribute] = listOf(parts, [2], GETATT).map(part => text(part, scope, GETATT));
    return resource && attribute ? scope.getAtt(resource, attribute) : fail(GETATT);
  },
  'Fn::Sub'(argument, scope) {
    const [pattern, given] = Array.isArray(argument) ? listOf(argument, [2], SUB) : [argument, {}];
    if (typeof pattern !== 'string' || !isObject(given)) return fail(SUB);
    return substitute(pattern, given, scope);
  },
  'Fn::Join'(argument, scope) {
    const [delimiter, list] = listOf(argument, [2], JOIN);
    const items = evaluate(list, scope);
    if (typeof delimiter !== 'string' || !Array.isArray(items) || !items.every(isScalar)) return fail(JOIN);
    return items.map(String).join(delimiter);
  },
  'Fn::Split'(argument, scope) {
    const [delimiter, source] = listOf(argument, [2], SPLIT);
    if (typeof delimiter !== 'string' || delimiter === '') return fail(SPLIT);
    return text(source, scope, SPLIT).split(delimiter);
  },
  'Fn::Select'(argument, scope) {
    if (!Array.isArray(argument) || argument.length < 1) return fail(INDEX);
    const index = text(argument[0], scope, INDEX);
    if (!/^-?\d+$/.test(index)) return fail(INDEX);
    const items = argument.length === 2 ? evaluate(argument[1], scope) : undefined;
    if (!Array.isArray(items)) return fail(SELECT);
    const item: unknown = items[Number(index)];
    return item ?? fail(`Fn::Select cannot select nonexistent value at index ${index}`);
  },
  'Fn::FindInMap'(argument, scope) {
    const extended = usesLanguageExtensions(scope.template);
    const [map, key, attribute, options] = listOf(argument, extended ? [3, 4] : [3], FIND);
    const [mapName = '', first = '', second = ''] = [map, key, attribute].map(part => text(part, scope, FIND));
    const found = scope.template.Mappings[mapName]?.[first]?.[second];
    if (found !== undefined) return found;
    if (isObject(options) && 'DefaultValue' in options) return evaluate(options['DefaultValue'], scope);
    if (!scope.template.Mappings[mapName])
      return fail(`Mapping named '${mapName}' is not present in the 'Mappings' section of template.`);
    return fail(`Unable to get mapping for ${mapName}::${first}::${second}`);
  },
  'Fn::If'(argument, scope) {
    if (!Array.isArray(argument) || typeof argument[0] !== 'string')
      return fail('Fn::If requires a list argument with the first element being a condition');
    const [condition, yes, no] = listOf(argument, [3], 'Fn::If requires a list argument with three elements');
    return evaluate(conditionHolds(condition as string, scope) ? yes : no, scope);
  },
  'Fn::Base64'(argument, scope) {
    return Buffer.from(text(argument, scope, 'every Fn::Base64 object must have a String-typed value.')).toString(
      'base64',
    );
  },
  'Fn::Cidr'(argument, scope) {
    const [block, count, bits] = listOf(argument, [3], CIDR).map(part => text(part, scope, CIDR));
    return cidrBlocks(block ?? '', Number(count), Number(bits));
  },
  'Fn::GetAZs'(argument, scope) {
    return scope.availabilityZones(
      text(argument, scope, 'every Fn::GetAZs object must have a String-typed value.') || scope.region,
    );
  },
  'Fn::ImportValue'(argument, scope) {
    return scope.importValue(
      text(argument, scope, 'the attribute in Fn::ImportValue must be a string or a function that returns a string'),
    );
  },
  'Fn::Length'(argument, scope) {
    if (!usesLanguageExtensions(scope.template)) return unsupported('Fn::Length');
    const list = evaluate(argument, scope);
    return Array.isArray(list) ? list.length : extensionFailure('Fn::Length layout is incorrect');
  },
  'Fn::ToJsonString'(argument, scope) {
    if (!usesLanguageExtensions(scope.template)) return unsupported('Fn::ToJsonString');
    const value = evaluate(argument, scope);
    return typeof value === 'object' ? JSON.stringify(value) : extensionFailure('Fn::ToJsonString layout is incorrect');
  },
};

export const extensionFailure = (what: string): never => {
  throw validationError(`Transform AWS::LanguageExtensions failed with: ${what}.`);
};

export const usesLanguageExtensions = (template: { readonly Transform?: unknown }): boolean =>
  transformsOf(template).includes('AWS::LanguageExtensions');

function substitute(pattern: string, given: JsonObject, scope: Scope): string {
  return pattern.replace(/\$\{([^}]*)\}/g, (whole, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (!/^[A-Za-z0-9_.:]+$/.test(name))
      return fail(
        'variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons',
      );
    const [resource = '', attribute] = name.split(/\.(.*)/s, 2);
    const value =
      name in given
        ? evaluate(given[name], scope)
        : FUNCTIONS[attribute === undefined ? 'Ref' : 'Fn::GetAtt']?.(
            attribute === undefined ? name : [resource, attribute],
            scope,
          );
    return isScalar(value)
      ? String(value)
      : fail(`variable ${name} in Fn::Sub expression does not resolve to a string`);
  });
}
