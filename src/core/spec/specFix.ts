import { isMap } from 'yaml';
import type { SpecFix } from './clusterSpec.ts';
import { setSpecValue, type SpecValue } from './editSpec.ts';
import { entryAt, readSpecText } from './specText.ts';

/** A spec's text with one of its problems mended. */
export function applyFix(source: string, fix: SpecFix): string {
  return 'names' in fix ? nameNodeGroup(source) : setSpecValue(source, fix.path, fix.value as SpecValue | undefined);
}

/** Puts the fields of the one node group that there used to be under the name `default`; comments and blanks stay. */
function nameNodeGroup(source: string): string {
  const { text, document } = readSpecText(source);
  const mark = source.length === text.length ? '' : '\uFEFF';
  const { key, value } = entryAt(document, ['nodes']) ?? {};
  const [from = 0, to = 0] = value?.range ?? [];
  if (!isMap(value) || !key?.range) return source;
  if (value.flow === true) return `${mark}${text.slice(0, from)}{default: ${text.slice(from, to)}}${text.slice(to)}`;
  const lineEnd = text.indexOf('\n', key.range[1]) + 1;
  const newline = text[lineEnd - 2] === '\r' ? '\r\n' : '\n';
  const block = text.slice(lineEnd, to).replace(/^(?=[^\r\n])/gm, '  ');
  const indent = /^ */.exec(text.slice(text.lastIndexOf('\n', from - 1) + 1))?.[0] ?? '  ';
  return `${mark}${text.slice(0, lineEnd)}${indent}default:${newline}${block}${text.slice(to)}`;
}
