import type { EntryValue } from './kubeconfigEntry.ts';

/** The lines of `- …` in a block list whose dashes stand at `indent`. */
export function blockItem(value: EntryValue, indent: string): string[] {
  if (!isMap(value)) return [`${indent}- ${inline(value)}`];
  const [first = '', ...rest] = blockMap(value, `${indent}  `);
  return [`${indent}- ${first.slice(indent.length + 2)}`, ...rest];
}

function blockMap(map: { readonly [key: string]: EntryValue }, indent: string): string[] {
  return Object.entries(map).flatMap(([key, value]) => {
    const start = `${indent}${scalar(key)}:`;
    if (Array.isArray(value) && value.length > 0)
      return [start, ...value.flatMap((item: EntryValue) => blockItem(item, indent))];
    if (isMap(value) && Object.keys(value).length > 0) return [start, ...blockMap(value, `${indent}  `)];
    return [`${start} ${inline(value)}`];
  });
}

function inline(value: EntryValue): string {
  return typeof value === 'string' ? scalar(value) : flowText(value);
}

/** On one line, as JSON: what a flow list of YAML takes as well as a JSON file. */
export function flowText(value: EntryValue): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map(flowText).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, one]) => `${quoted(key)}: ${flowText(one)}`)
    .join(', ')}}`;
}

/** Plain where no reader of YAML, 1.1 or 1.2, could take it for anything but this text. */
function scalar(text: string): string {
  const isPlain = /^[A-Za-z/][\w/.@+=-]*(?::[\w/.@+=-]+)*$/.test(text);
  const isWord = /^(?:true|false|yes|no|on|off|null|y|n)$/i.test(text);
  return isPlain && !isWord ? text : quoted(text);
}

/** JSON's own escapes, and those for what JSON leaves as it is and YAML takes for a line break or refuses. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function isMap(value: EntryValue): value is { readonly [key: string]: EntryValue } {
  return typeof value === 'object' && !Array.isArray(value);
}
