import { isDeepStrictEqual } from 'node:util';
import { isMap, isScalar } from 'yaml';
import { PrivateEksError } from '../errors.ts';
import { spliceRemoval, spliceValue } from './spliceYaml.ts';
import { parseSpecPath, type SpecPath } from './specPath.ts';
import { readSpecText, type SpecText } from './specText.ts';
import { isPlainMap, valueAt } from './specValues.ts';
import { yamlProblems } from './yamlProblems.ts';

/** What the planner writes: scalars, lists and flat maps of them. */
export type SpecValue = string | number | boolean | readonly SpecValue[] | { readonly [key: string]: SpecValue };

/**
 * Sets one field in a spec's text, or removes it with `undefined` (and maps that are empty then), and leaves everything else as it
 * stands: comments, order, blanks, line endings, byte order mark. `path` is a path as `SpecProblem.path` has it. Throws
 * `spec-not-editable` where the text is not YAML or the path is none.
 */
export function setSpecValue(source: string, path: string | SpecPath, value: SpecValue | undefined): string {
  const keys = typeof path === 'string' ? parseSpecPath(path) : path;
  if (!keys || typeof keys[0] !== 'string' || keys.includes('__proto__'))
    throw notEditable(`There is no field "${String(path)}".`);
  const mark = source.startsWith('\uFEFF') ? '\uFEFF' : '';
  const spec = readEditable(source);
  const values = valuesOf(spec);
  const [wholePath, wholeValue] = wholeList(values, keys, value);
  const wanted = withValue(values, wholePath, wholeValue);
  if (isDeepStrictEqual(wanted, values)) return source;
  const spliced = wholeValue === undefined ? spliceRemoval(spec, wholePath) : spliceValue(spec, wholePath, wholeValue);
  if (spliced !== undefined && holds(spliced, wanted)) return mark + spliced;
  return mark + rewritten(spec, wholePath, wholeValue);
}

function readEditable(source: string): SpecText {
  const spec = readSpecText(source);
  const [problem] = yamlProblems(spec);
  if (problem) throw notEditable(`Line ${problem.start.line}: ${problem.message}`, 'Mend that line in the file first.');
  const root = spec.document.contents;
  if (root && !isMap(root) && !(isScalar(root) && root.value === null))
    throw notEditable('The file is not a map of fields.');
  return spec;
}

function notEditable(why: string, fix?: string): PrivateEksError {
  return new PrivateEksError(
    'spec-not-editable',
    `The spec cannot be edited. ${why}`,
    fix === undefined ? {} : { fix },
  );
}

function valuesOf(spec: SpecText): Record<string, unknown> {
  const values: unknown = spec.document.toJS();
  return isPlainMap(values) ? values : {};
}

function holds(text: string, wanted: object): boolean {
  const spec = readSpecText(text);
  return yamlProblems(spec).length === 0 && isDeepStrictEqual(valuesOf(spec), wanted);
}

/** An item of a list is set by setting the list: its text is one line or a few. */
function wholeList(values: object, path: SpecPath, value: SpecValue | undefined): [SpecPath, SpecValue | undefined] {
  const at = path.findIndex(part => typeof part === 'number');
  if (at < 0) return [path, value];
  const index = path[at];
  const list = valueAt(values, path.slice(0, at));
  const items = Array.isArray(list) ? [...(list as SpecValue[])] : [];
  if (typeof index !== 'number' || at !== path.length - 1 || index > items.length) {
    throw notEditable('A list has no such item.');
  }
  items.splice(index, 1, ...(value === undefined ? [] : [value]));
  return [path.slice(0, at), items];
}

function withValue(
  values: Record<string, unknown>,
  path: SpecPath,
  value: SpecValue | undefined,
): Record<string, unknown> {
  const [key, ...rest] = path.map(String);
  if (key === undefined) return values;
  const copy = { ...values };
  const inner = copy[key];
  const next = rest.length > 0 ? withValue(isPlainMap(inner) ? inner : {}, rest, value) : value;
  const emptied = rest.length > 0 && value === undefined && isPlainMap(next) && Object.keys(next).length === 0;
  if (next === undefined || emptied) delete copy[key];
  else copy[key] = next;
  return copy;
}

/** The library writes the whole file anew: comments and order stay, blanks may not. For shapes that no splice fits. */
function rewritten(spec: SpecText, path: SpecPath, value: SpecValue | undefined): string {
  const { document, text } = spec;
  const [key = ''] = path;
  const next = withValue(valuesOf(spec), path, value)[key];
  if (next === undefined) document.delete(key);
  else document.set(key, document.createNode(next));
  const written = document.toString({ lineWidth: 0 });
  return text.includes('\r\n') ? written.replace(/\r?\n/g, '\r\n') : written;
}
