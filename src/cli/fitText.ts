import type { Io } from './io.ts';

/** Text for people, its long lines broken at words on a terminal; what goes to a file or a program keeps them whole. */
export function fitText(io: Pick<Io, 'isTerminal' | 'columns'>, text: string): string {
  return io.isTerminal ? hangingText(text, io.columns()) : text;
}

/** Room that a line needs at least beside its indentation. */
const leastRoom = 20;

/** What follows a break stands below the words of its line, right of its mark: `✗ `, `  → `, `ERROR    `, `  12:03  `. */
export function hangingText(text: string, columns: number): string {
  return text
    .split('\n')
    .map(line => hangingLine(line, columns))
    .join('\n');
}

/** Words; a command stays whole, so that it can be copied: the terminal breaks it without a line's end. */
function unbroken(text: string): string[] {
  const commands = /`[^`]*`|(?<![^\s(])(?:aws|kubectl|private-eks) (?:[^\s]*[^\s,;.)] )*[^\s]*/g;
  const words: string[] = [];
  let at = 0;
  for (const match of text.matchAll(commands)) {
    words.push(...splitWords(text.slice(at, match.index)));
    const joined = words.pop() ?? '';
    words.push(joined + match[0]);
    at = match.index + match[0].length;
    const [rest = ''] = /^\S*/.exec(text.slice(at)) ?? [];
    words.push((words.pop() ?? '') + rest);
    at += rest.length + 1;
  }
  return at > text.length ? words : [...words, ...splitWords(text.slice(at))];
}

const splitWords = (text: string): string[] => text.split(' ');

function hangingLine(line: string, columns: number): string {
  if (line.length <= columns) return line;
  const [head = ''] = /^\s*(?:(?:[A-Z]{5,7}|[\d.:]+) {2,}|[^\s\p{L}\p{N}"'(]+ +)?/u.exec(line) ?? [];
  const indent = head.trim() === '' ? head.length + 2 : head.length;
  if (columns - indent < leastRoom) return line;
  const lines: string[] = [];
  let current = head;
  let isEmpty = true;
  for (const word of unbroken(line.slice(head.length))) {
    if (!isEmpty && current.length + 1 + word.length > columns) {
      lines.push(current);
      current = ' '.repeat(indent) + word;
    } else current += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, current].map(one => one.trimEnd()).join('\n');
}
