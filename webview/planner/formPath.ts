/** `('nodes', 'a-1', 'labels')` → `nodes.a-1.labels`; what is no plain word is quoted: `nodes["1a"]`. */
export function formPath(...parts: readonly string[]): string {
  return parts.reduce((path, part) => {
    if (!/^[A-Za-z_][\w-]*$/.test(part)) return `${path}[${JSON.stringify(part)}]`;
    return path === '' ? part : `${path}.${part}`;
  }, '');
}

/** The inverse of `formPath`. */
export function pathParts(path: string): string[] {
  return [...path.matchAll(/[A-Za-z_][\w-]*|\["((?:[^"\\]|\\.)*)"\]/g)].map(([whole, quoted]) =>
    quoted === undefined ? whole : (JSON.parse(`"${quoted}"`) as string),
  );
}
