type Toml = string | Toml[] | { [key: string]: Toml };

/** Reads the TOML that user data uses: tables, bare and quoted keys, basic strings and arrays of them. Anything else is an error. */
export function readToml(text: string): { [key: string]: Toml } {
  const root: { [key: string]: Toml } = {};
  let table = root;
  for (const line of text.split('\n')) {
    const header = /^\[([A-Za-z0-9_.-]+)\]$/.exec(line)?.[1];
    if (line.trim() === '') continue;
    if (header === undefined) readPair(line, table);
    else table = header.split('.').reduce(open, root);
  }
  return root;
}

function open(table: { [key: string]: Toml }, key: string): { [key: string]: Toml } {
  const inner = (table[key] ??= {});
  if (typeof inner === 'string' || Array.isArray(inner)) throw new SyntaxError(`${key} is no table`);
  return inner;
}

const basicString = String.raw`"(?:[^"\\\u0000-\u001f]|\\(?:["\\bfnrt]|u[0-9a-fA-F]{4}))*"`;
const pair = new RegExp(`^(?:([A-Za-z0-9_-]+)|(${basicString})) = (.+)$`, 'u');
const value = new RegExp(`^(?:${basicString}|\\[(?:${basicString}(?:, ${basicString})*)?\\])$`, 'u');

function readPair(line: string, table: { [key: string]: Toml }): void {
  const [, bare, quoted, right = ''] = pair.exec(line) ?? [];
  const key = bare ?? (quoted === undefined ? undefined : (JSON.parse(quoted) as string));
  // Of what the pattern lets through, JSON reads strings and arrays as TOML does.
  if (key === undefined || !value.test(right)) throw new SyntaxError(`not TOML: ${line}`);
  if (Object.hasOwn(table, key)) throw new SyntaxError(`${key} is there twice`);
  table[key] = JSON.parse(right) as Toml;
}
