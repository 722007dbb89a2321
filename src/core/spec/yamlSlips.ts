import { isScalar, visit, type Document, type YAMLError } from 'yaml';

export interface YamlSlip {
  readonly message: string;
  /** Where the mistake was made, if the library points to where it noticed it. */
  readonly at?: number;
}

/** The library's words for what people do wrong most often, in theirs; undefined for anything else. */
export function yamlSlip(text: string, document: Document.Parsed, error: YAMLError): YamlSlip | undefined {
  const [at] = error.pos;
  const line = lineAt(text, at);
  const { code, message } = error;
  if (code === 'MULTILINE_IMPLICIT_KEY') {
    const word = /^[\w-]+:\S+/.exec(line)?.[0];
    return word ? { message: `"${word}" is one word; a colon needs a space behind it` } : undefined;
  }
  if (code === 'MISSING_CHAR' && message.startsWith('Implicit map keys'))
    return { message: `"${line.trim().slice(0, 40)}" has no colon; a field is written as name: value` };
  if (code === 'MISSING_CHAR' && message.startsWith('Missing closing')) {
    const opened = quoteBefore(document, at);
    return { message: 'the quote that begins here is not closed', ...(opened === undefined ? {} : { at: opened }) };
  }
  if (code === 'BAD_SCALAR_START') return { message: `a value cannot begin with ${text.charAt(at)}; put it in quotes` };
  if (code === 'BLOCK_IN_FLOW') return { message: 'between braces and brackets fields are separated by commas' };
  if (code === 'BAD_INDENT') {
    if (/^Flow sequence/.test(message)) return { message: 'a list that begins with [ is not closed by ]' };
    if (/^Flow map/.test(message)) return { message: 'a map that begins with { is not closed by }' };
    return { message: 'this line is indented otherwise than the fields beside it' };
  }
  return code === 'BLOCK_AS_IMPLICIT_KEY' ? nestedSlip(text, at, line) : undefined;
}

/** A value that goes on as a map: by a second colon in its line, or by a line below that is indented more. */
function nestedSlip(text: string, at: number, line: string): YamlSlip | undefined {
  if (/: |:$/.test(line))
    return { message: 'a second ": " stands in this line; put the value in quotes, or begin a new line' };
  const below = text.indexOf('\n', at) + 1;
  if (below === 0 || !/^[ ]+\S/.test(text.slice(below))) return undefined;
  return { message: 'this line is indented more than the field before it, which has a value already', at: below };
}

/** What a tool has left in a file that is no spec yet: the place of a template, or the marks of a merge. */
export function leftByTools(
  text: string,
): { readonly message: string; readonly at: number; readonly seen: string } | undefined {
  const conflict = /^(?:<{7}|={7}|>{7})(?: .*)?$/m.exec(text);
  if (conflict) {
    const [seen] = conflict;
    return { message: `${seen.trim()} is left of a merge with conflicts.`, at: conflict.index, seen };
  }
  const place = /^(?!\s*#)(.*?(?:^|[\s[,]))(\{\{.*?\}\})/m.exec(text);
  if (!place) return undefined;
  const [, before = '', seen = ''] = place;
  const message = `${seen} is a template’s place that was not filled in.`;
  return { message, at: place.index + before.length, seen };
}

function lineAt(text: string, offset: number): string {
  return text.slice(offset).split(/\r?\n/, 1)[0] ?? '';
}

function quoteBefore(document: Document.Parsed, offset: number): number | undefined {
  let found: number | undefined;
  visit(document, {
    Scalar: (_, node) => {
      const from = node.range?.[0];
      if (isScalar(node) && node.type?.startsWith('QUOTE_') && from !== undefined && from < offset) found = from;
    },
  });
  return found;
}
