/**
 * A kubeconfig as people and tools may have written it: any order, quotes, block and flow, comments wherever they may stand, anchors,
 * tags, line endings, a byte order mark. The same seed gives the same text.
 */
export function randomKubeconfig(seed: number): string {
  const random = new Random(seed);
  const text = random.often(0.12) ? jsonFile(random) : random.often(0.03) ? nearlyNothing(random) : blockFile(random);
  const eol = random.often(0.2) ? text.replaceAll('\n', '\r\n') : text;
  return random.often(0.05) ? `\uFEFF${eol}` : eol;
}

const lists = ['clusters', 'users', 'contexts'] as const;

class Random {
  #state: number;
  anchors = 0;
  readonly texts: string[] = [];

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761) >>> 0 || 1;
  }

  next(): number {
    // Mulberry32
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  often(share: number): boolean {
    return this.next() < share;
  }

  upTo(most: number): number {
    return Math.floor(this.next() * (most + 1));
  }

  of<T>(choices: readonly T[]): T {
    const choice = choices[this.upTo(choices.length - 1)];
    if (choice === undefined) throw new Error('nothing to choose from');
    return choice;
  }

  shuffled<T>(items: readonly T[]): T[] {
    return items
      .map(item => ({ item, at: this.next() }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ item }) => item);
  }
}

type Data = string | boolean | null | Data[] | { [key: string]: Data };

function entryOf(random: Random, list: (typeof lists)[number], at: number): Data {
  const name = random.of([`${list}-${at}`, `arn:aws:eks:eu-west-1:111122223333:cluster/c${at}`, `ö ${at}`, `- ${at}`]);
  const inner: Record<(typeof lists)[number], () => Data> = {
    clusters: () => ({
      server: `https://c${at}.example:${random.upTo(65_535)}`,
      ...(random.often(0.6) ? { 'certificate-authority-data': 'QUJD'.repeat(1 + random.upTo(60)) } : {}),
      ...(random.often(0.2) ? { 'insecure-skip-tls-verify': random.often(0.5) } : {}),
      ...(random.often(0.1) ? { 'proxy-url': 'http://proxy.example:3128' } : {}),
    }),
    users: () =>
      random.of<() => Data>([
        () => ({ token: 'not # a: comment, [nor] {a map}' }),
        () => ({ 'client-certificate-data': 'QUJD'.repeat(random.upTo(50)), 'client-key-data': 'REVG' }),
        () => ({ exec: { apiVersion: 'v1', command: 'aws', args: ['eks', '--x=1', ''], env: null } }),
        () => ({ exec: { command: 'C:\\Program Files\\x', env: [{ name: 'A', value: '1' }] } }),
        () => ({}),
      ])(),
    contexts: () => ({
      cluster: `clusters-${at}`,
      user: `users-${at}`,
      ...(random.often(0.4) ? { namespace: 'team' } : {}),
      ...(random.often(0.1) ? { extensions: [{ name: 'x', extension: { note: 'line one\nline two\n' } }] } : {}),
    }),
  };
  const word = list.slice(0, -1);
  return random.often(0.5) ? { name, [word]: inner[list]() } : { [word]: inner[list](), name };
}

function fields(random: Random): { [key: string]: Data } {
  const all: { [key: string]: Data } = {
    apiVersion: 'v1',
    kind: 'Config',
    preferences: random.of<Data>([{}, null, { colors: true }]),
    'current-context': random.of(['contexts-0', '', 'nowhere']),
    'x-unknown': random.of<Data>(['text', { a: ['b', { c: 'line\n\n  deeper\n' }] }, [], 'two\nlines']),
    extensions: [],
  };
  for (const list of lists) {
    const count = random.of([0, 1, 1, 2, 3]);
    all[list] =
      count === 0 && random.often(0.6) ? null : Array.from({ length: count }, (_, at) => entryOf(random, list, at));
  }
  const keys = random.shuffled(Object.keys(all)).filter(() => random.often(0.85));
  return Object.fromEntries(keys.map(key => [key, all[key] ?? null]));
}

function jsonFile(random: Random): string {
  const text = JSON.stringify(fields(random), undefined, random.of([0, 2, 4, '\t']));
  return random.often(0.7) ? `${text}\n` : text;
}

function nearlyNothing(random: Random): string {
  return random.of([
    '',
    '\n',
    '# nothing yet',
    '# nothing\n\n',
    '---\n',
    '--- # begun\n',
    '---\n...\n',
    '{}',
    '{ }\n',
    '  \n',
  ]);
}

function blockFile(random: Random): string {
  const indent = random.often(0.1) ? '  ' : '';
  const body = mapLines(random, fields(random), indent);
  const head = [
    ...(random.often(0.3) ? comments(random, '') : []),
    ...(random.often(0.08) ? ['%YAML 1.2', '---'] : random.often(0.2) ? [random.of(['---', '--- # all mine'])] : []),
    ...(random.often(0.3) ? comments(random, indent) : []),
  ];
  const foot = [
    ...(random.often(0.3) ? comments(random, random.of(['', '    '])) : []),
    ...(random.often(0.06) ? ['...', ...(random.often(0.5) ? ['# after the end'] : [])] : []),
  ];
  // Directives may have only comments before them, and an empty document is none.
  const text = [...head, ...(body.length > 0 ? body : [`${indent}kind: Config`]), ...foot].join('\n');
  return random.often(0.85) ? `${text}\n${random.often(0.1) ? '\n\n' : ''}` : text;
}

function comments(random: Random, indent: string): string[] {
  return Array.from({ length: 1 + random.upTo(1) }, () =>
    random.of(['', `${indent}# clusters:`, `${indent}#`, `# it's "mine" [`, `${indent}#\t- name: x`, `   # ö 🦫`]),
  );
}

const trailing = (random: Random) => (random.often(0.12) ? random.of(['  # note', ' # "', '   ', ' \t# t']) : '');

function mapLines(random: Random, map: { [key: string]: Data }, indent: string): string[] {
  return Object.entries(map).flatMap(([key, value]) => {
    const before = random.often(0.1) ? comments(random, indent) : [];
    const quoted = random.of([key, key, key, key, `"${key}"`, `'${key}'`]);
    if (random.often(0.03)) {
      const [first = '', ...rest] = valueLines(random, value, indent, true);
      return [...before, `${indent}? ${quoted}`, `${indent}:${first}`, ...rest];
    }
    const colon = random.often(0.04) ? ' :' : ':';
    const [first = '', ...rest] = valueLines(random, value, indent, false);
    return [...before, `${indent}${quoted}${colon}${first}`, ...rest];
  });
}

/** The rest of the key's line, then the lines below it. */
function valueLines(random: Random, value: Data, indent: string, isExplicit: boolean): string[] {
  if (value === null) return [random.of(['', ' null', ' ~', ' # nothing', ' !!null null']) + trailing(random)];
  if (typeof value !== 'object') return scalarLines(random, value, indent);
  const isEmpty = Object.keys(value).length === 0;
  if (isEmpty || random.often(0.12)) return flowLines(random, value, `${indent}  `);
  const properties = random.often(0.05)
    ? ` ${anchor(random)}`
    : random.often(0.03)
      ? ` !!${Array.isArray(value) ? 'seq' : 'map'}`
      : '';
  const inBetween = random.often(0.08) ? comments(random, indent) : [];
  if (Array.isArray(value)) {
    const deeper = isExplicit ? 2 : random.of([0, 0, 1, 2, 4]);
    return [properties + trailing(random), ...inBetween, ...seqLines(random, value, indent + ' '.repeat(deeper))];
  }
  // Without more indentation than the key a map's own keys would belong to the map around it.
  const deeper = ' '.repeat(random.of([1, 2, 2, 2, 4]));
  return [properties + trailing(random), ...inBetween, ...mapLines(random, value, indent + deeper)];
}

function seqLines(random: Random, items: readonly Data[], indent: string): string[] {
  return items.flatMap(item => {
    const before = random.often(0.1) ? comments(random, indent) : [];
    const isMap = typeof item === 'object' && item !== null && !Array.isArray(item) && Object.keys(item).length > 0;
    if (isMap && !random.often(0.12)) {
      const gap = ' '.repeat(random.of([1, 1, 1, 2, 3]));
      if (random.often(0.06)) {
        const name = random.often(0.5) ? ` ${anchor(random)}` : '';
        return [...before, `${indent}-${name}`, ...mapLines(random, item, `${indent}  `)];
      }
      const plain = mapLines(random, item, `${indent} ${gap}`);
      const [first = '', ...rest] = plain;
      // The dash takes the place of the first key's indentation, which a comment or an explicit key may stand before.
      if (first.startsWith(`${indent} ${gap}`))
        return [...before, `${indent}-${first.slice(indent.length + 1)}`, ...rest];
      return [...before, `${indent}-`, ...plain];
    }
    const [first = '', ...rest] = isMap
      ? flowLines(random, item, `${indent}  `)
      : valueLines(random, item, indent, true);
    return [...before, `${indent}-${first}`, ...rest];
  });
}

/** Only texts are named again: an alias inside what it names would be no tree. */
function anchor(random: Random, isText = false): string {
  const name = `a${random.anchors++}`;
  if (isText) random.texts.push(name);
  return `&${name}`;
}

function scalarLines(random: Random, value: string | boolean, indent: string): string[] {
  if (typeof value === 'boolean') return [` ${value}${trailing(random)}`];
  const isPlain = /^[A-Za-z0-9/][\w/.-]*$/.test(value);
  const lines = value.split('\n');
  const ways: (() => string[])[] = [() => [` ${JSON.stringify(value)}${trailing(random)}`]];
  if (isPlain)
    ways.push(
      () => [` ${value}${trailing(random)}`],
      () => [` ${value}`],
    );
  if (lines.length === 1) ways.push(() => [` '${value.replaceAll("'", "''")}'${trailing(random)}`]);
  if (isPlain && random.often(0.1)) ways.push(() => [` !!str ${value}`]);
  if (isPlain && random.often(0.1)) ways.push(() => [` ${anchor(random, true)} ${value}`]);
  if (isPlain && random.often(0.1)) ways.push(() => ['', `${indent}  ${value}`]);
  if (random.texts.length > 0 && random.often(0.05)) ways.push(() => [` *${random.of(random.texts)}`]);
  if (value !== '' && !/^\s/.test(value))
    ways.push(() => {
      const chomp = random.of(['', '-', '+']);
      const body = lines.map(line => (line === '' ? '' : `${indent}  ${line}`));
      return [` ${random.of(['|', '>'])}${chomp}${random.often(0.2) ? ' # text' : ''}`, ...body];
    });
  return random.of(ways)();
}

function flowLines(random: Random, value: Data, indent: string): string[] {
  const text = flow(random, value, indent, random.often(0.3));
  const [first = '', ...rest] = ` ${text}${trailing(random)}`.split('\n');
  return [first, ...rest];
}

function flow(random: Random, value: Data, indent: string, isOpen: boolean): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const isList = Array.isArray(value);
  const parts = isList
    ? value.map(item => flow(random, item, `${indent}  `, isOpen))
    : Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${flow(random, one, `${indent}  `, isOpen)}`);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (parts.length === 0) return random.of([`${open}${close}`, `${open} ${close}`, `${open}\n${indent}${close}`]);
  const comma = random.often(0.2) ? ',' : '';
  if (!isOpen) return `${open}${parts.join(', ')}${comma}${close}`;
  const note = random.often(0.2) ? ' # in a flow' : '';
  return `${open}${note}\n${parts.map(part => `${indent}  ${part}`).join(',\n')}${comma}\n${indent}${close}`;
}
