import { evaluate, extensionFailure, usesLanguageExtensions, type Scope } from './intrinsics.ts';
import { isObject, type JsonObject, type Template } from './template.ts';

const PREFIX = 'Fn::ForEach::';

/** Expands every `Fn::ForEach` of a template that names the transform AWS::LanguageExtensions; others come back as they are. */
export function expandForEach(template: Template, scope: Scope): Template {
  if (!usesLanguageExtensions(template)) return template;
  const { Resources, Conditions, Outputs } = template;
  const expanded = [Resources, Conditions, Outputs].map(section => expand(section, scope)) as [never, never, never];
  return { ...template, Resources: expanded[0], Conditions: expanded[1], Outputs: expanded[2] };
}

function expand(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map(item => expand(item, scope));
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const members = key.startsWith(PREFIX) ? loop(key, item, scope) : { [key]: expand(item, scope) };
    for (const [name, member] of Object.entries(members)) {
      if (name in result) extensionFailure(`Fn::ForEach produced the duplicate key ${name}`);
      result[name] = member;
    }
  }
  return result;
}

function loop(key: string, argument: unknown, scope: Scope): JsonObject {
  const [identifier, collection, body] =
    Array.isArray(argument) && argument.length === 3 ? (argument as unknown[]) : [];
  if (typeof identifier !== 'string' || !isObject(body) || !/^[A-Za-z0-9]+$/.test(key.slice(PREFIX.length)))
    return extensionFailure('Fn::ForEach layout is incorrect');
  const items = (Array.isArray(collection) ? collection : [collection]).flatMap(item => evaluate(item, scope));
  if (items.some(item => typeof item !== 'string' && typeof item !== 'number'))
    return extensionFailure('Fn::ForEach layout is incorrect');
  const members = items.map(item => expand(replace(body, identifier, String(item)), scope) as JsonObject);
  return members.reduce<JsonObject>((all, member) => {
    for (const name of Object.keys(member))
      if (name in all) extensionFailure(`Fn::ForEach produced the duplicate key ${name}`);
    return { ...all, ...member };
  }, {});
}

/** `${identifier}`, `&{identifier}` (alphanumerics only) and `{ "Ref": identifier }` become the item, in keys and values. */
function replace(value: unknown, identifier: string, item: string): unknown {
  const inText = (text: string): string =>
    text.replaceAll(`\${${identifier}}`, item).replaceAll(`&{${identifier}}`, item.replace(/[^A-Za-z0-9]/g, ''));
  if (typeof value === 'string') return inText(value);
  if (Array.isArray(value)) return value.map(entry => replace(entry, identifier, item));
  if (!isObject(value)) return value;
  if (value['Ref'] === identifier) return item;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [inText(key), replace(entry, identifier, item)]),
  );
}
