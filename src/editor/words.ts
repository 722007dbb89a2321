/** `1 file`, `3 files`, `2 entries`. */
export function countWords(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** The same with a capital at its beginning, unless that is a name such as `gp3`. */
export function sentence(text: string): string {
  return /^[a-z]+(?![\w-])/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** As it is, in Markdown. `MarkdownString.appendText` would make every blank one that no line breaks at. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-!|<>~]/g, '\\$&');
}
