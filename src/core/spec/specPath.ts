/** A place in a spec: keys and list indexes from the top. */
export type SpecPath = readonly (string | number)[];

/** `['nodes','instanceTypes',1]` → `nodes.instanceTypes[1]`; keys that are not plain words are quoted: `tags["team/cost"]`. */
export function formatSpecPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const key = String(part);
    if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${text}[${JSON.stringify(key)}]`;
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

/** The inverse of `formatSpecPath`; undefined when the text is not such a path. */
export function parseSpecPath(text: string): SpecPath | undefined {
  const parts: (string | number)[] = [];
  const token = /\.?([A-Za-z_][\w-]*)|\[(\d{1,6})\]|\[("(?:[^"\\]|\\.)*")\]/y;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    const dotted = text[at] === '.';
    if (!match || (at === 0 && dotted) || (at > 0 && match[1] !== undefined && !dotted)) return undefined;
    if (match[1] !== undefined) parts.push(match[1]);
    else if (match[2] !== undefined) parts.push(Number(match[2]));
    else {
      const key = readQuoted(match[3] ?? '');
      if (key === undefined) return undefined;
      parts.push(key);
    }
  }
  return parts;
}

function readQuoted(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined; // not JSON: not one of our paths
  }
}
