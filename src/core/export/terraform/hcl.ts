/** A value of Terraform's language. Texts are plain: whatever would be a template in them is escaped when it is written. */
export type HclValue =
  | string
  | number
  | boolean
  | readonly HclValue[]
  | { readonly [key: string]: HclValue }
  | HclExpression
  | HclTemplate
  | HclCall;

/** Written as it stands: `aws_vpc.vpc.id`. */
export class HclExpression {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A text with values in it. */
export class HclTemplate {
  readonly parts: readonly (string | HclExpression)[];
  constructor(parts: readonly (string | HclExpression)[]) {
    this.parts = parts;
  }
}

/** `jsonencode(…)` */
export class HclCall {
  readonly name: string;
  readonly values: readonly HclValue[];
  constructor(name: string, values: readonly HclValue[]) {
    this.name = name;
    this.values = values;
  }
}

export interface HclBlock {
  /** `resource`, `vpc_config` */
  readonly type: string;
  readonly labels?: readonly string[];
  readonly body: HclBody;
  /** Lines above it, without their `#`. */
  readonly comment?: readonly string[];
}

export type HclBody = readonly HclEntry[];
export type HclEntry = { readonly name: string; readonly value: HclValue } | { readonly block: HclBlock };

export const attribute = (name: string, value: HclValue): HclEntry => ({ name, value });
export const block = (type: string, body: HclBody, labels: readonly string[] = []): HclEntry => ({
  block: { type, labels, body },
});
export const expression = (text: string): HclExpression => new HclExpression(text);

/** Blocks as a file, formatted as `terraform fmt` formats: two spaces, equals signs of neighbouring lines under each other. */
export function hclFile(blocks: readonly HclBlock[]): string {
  return blocks.map(one => `${blockLines(one, '').join('\n')}\n`).join('\n');
}

function blockLines({ type, labels = [], body, comment = [] }: HclBlock, indent: string): string[] {
  const head = [type, ...labels.map(quoted)].join(' ');
  const above = comment.map(line => `${indent}# ${line}`.trimEnd());
  if (body.length === 0) return [...above, `${indent}${head} {}`];
  return [...above, `${indent}${head} {`, ...bodyLines(body, `${indent}  `), `${indent}}`];
}

function bodyLines(body: HclBody, indent: string): string[] {
  const lines: string[] = [];
  let neighbours: { name: string; text: string }[] = [];
  const flush = () => {
    const width = Math.max(0, ...neighbours.map(({ name }) => name.length));
    for (const { name, text } of neighbours) lines.push(`${indent}${name.padEnd(width)} = ${text}`);
    neighbours = [];
  };
  for (const [index, entry] of body.entries()) {
    if ('block' in entry) {
      flush();
      if (index > 0) lines.push('');
      lines.push(...blockLines(entry.block, indent));
      continue;
    }
    const text = hclText(entry.value, indent);
    const previous = body[index - 1];
    if (previous && 'block' in previous) lines.push('');
    if (text.includes('\n')) {
      flush();
      lines.push(`${indent}${entry.name} = ${text}`);
    } else {
      neighbours.push({ name: entry.name, text });
    }
  }
  flush();
  return lines;
}

/** A value as an expression; lines after the first are indented for a place at `indent`. */
export function hclText(value: HclValue, indent = ''): string {
  if (typeof value === 'string') return heredocOf([value]) ?? quoted(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof HclExpression) return value.text;
  if (value instanceof HclTemplate) return templateText(value);
  const inner = `${indent}  `;
  if (value instanceof HclCall) {
    const texts = value.values.map(one => hclText(one, indent));
    // What ends a heredoc has its line to itself.
    return `${value.name}(${texts.join(', ')}${texts.at(-1)?.endsWith('\nEOT') ? `\n${indent}` : ''})`;
  }
  if (isList(value)) {
    const texts = value.map(one => hclText(one, inner));
    const line = `[${texts.join(', ')}]`;
    if (!line.includes('\n') && indent.length + line.length <= 100) return line;
    return `[\n${texts.map(text => `${inner}${text}${comma(text)}\n`).join('')}${indent}]`;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  const body = entries.map(([key, item]) => attribute(isIdentifier(key) ? key : quoted(key), item));
  return `{\n${bodyLines(body, inner).join('\n')}\n${indent}}`;
}

const comma = (text: string) => (text.endsWith('\nEOT') ? '\n,' : ',');

function isList(value: HclValue): value is readonly HclValue[] {
  return Array.isArray(value);
}

function templateText({ parts }: HclTemplate): string {
  const [only] = parts;
  if (parts.length === 1 && only instanceof HclExpression) return only.text;
  const heredoc = heredocOf(parts);
  if (heredoc !== undefined) return heredoc;
  return `"${parts.map(part => (part instanceof HclExpression ? `\${${part.text}}` : escapedQuoted(part))).join('')}"`;
}

/** Long texts keep their lines. A heredoc has no escapes but those of templates, and always ends in a line's end. */
function heredocOf(parts: readonly (string | HclExpression)[]): string | undefined {
  const texts = parts.filter(part => typeof part === 'string');
  const whole = texts.join('');
  const last = parts.at(-1);
  if (typeof last !== 'string' || !last.endsWith('\n') || (whole.match(/\n/g) ?? []).length < 2) return undefined;
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(whole) || /^\s*EOT\s*$/m.test(whole)) return undefined;
  return `<<EOT\n${parts.map(part => (part instanceof HclExpression ? `\${${part.text}}` : escapedTemplate(part))).join('')}EOT`;
}

export function quoted(text: string): string {
  return `"${escapedQuoted(text)}"`;
}

function escapedQuoted(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replace(/[\u0000-\u001f\u007f]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return escapedTemplate(escaped);
}

/** `${` and `%{` begin templates; doubled they are themselves. */
function escapedTemplate(text: string): string {
  return text.replace(/[$%]\{/g, found => `${found[0]}${found}`);
}

function isIdentifier(key: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) && !['true', 'false', 'null', 'for', 'if', 'in'].includes(key);
}

/** `PrivateSubnet1`, `ecr.api` → `private_subnet_1`, `ecr_api` */
export function hclName(name: string): string {
  const words = name
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Za-z])([0-9]+)$/, '$1_$2')
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .toLowerCase();
  return /^[a-z_]/.test(words) ? words : `n${words}`;
}
