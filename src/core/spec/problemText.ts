import { isMap, isScalar, isSeq, type Node } from 'yaml';
import type { SpecProblem } from './clusterSpec.ts';
import type { Finding } from './finding.ts';
import { formatSpecPath } from './specPath.ts';
import { entryAt, locate, type SpecText } from './specText.ts';
import { visibleText } from './visibleText.ts';

/** Gives a finding its place in the text and its sentence: "<field> is <seen>, <why>; it must be <allowed>." */
export function toProblem(spec: SpecText, finding: Finding): SpecProblem {
  const field = formatSpecPath(finding.path);
  const seen = withoutPassword(seenBy(spec, finding));
  const why = finding.why ? `${finding.why.startsWith('(') ? '' : ','} ${finding.why}` : '';
  const subject =
    finding.at === 'key'
      ? `${formatSpecPath(finding.path.slice(0, -1))} has the key ${seen}`
      : `${field} is ${seen === 'nothing' ? 'missing' : seen}`;
  return {
    severity: finding.severity ?? 'error',
    path: field,
    message: visibleText(finding.message ?? `${subject}${why}; it must be ${finding.allowed}.`),
    seen: visibleText(seen),
    allowed: finding.allowed,
    ...(finding.fix ? { fix: finding.fix } : {}),
    ...locate(spec, finding.path, finding.at),
  };
}

function seenBy(spec: SpecText, { path, at, seen }: Finding): string {
  if (at === 'key' && seen !== undefined) return seen;
  const node = entryAt(spec.document, path)?.value;
  if (node) return describe(node);
  return seen === undefined ? 'nothing' : `${seen} (the default)`;
}

/** A value as people would name it; YAML's own reading is told where it differs from what stands there. */
export function describe(node: Node): string {
  if (isMap(node)) return node.items.length === 0 ? 'an empty map' : 'a map';
  if (isSeq(node)) return node.items.length === 0 ? 'an empty list' : `a list of ${node.items.length}`;
  if (!isScalar(node)) return 'an alias';
  const { value, source } = node;
  if (value === null) return 'nothing';
  if (typeof value === 'number') return `the number ${source ?? String(value)}`;
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  return typeof value === 'boolean' ? String(value) : 'a value of another kind';
}

/** A URL's user and password are not told again, in a message that goes to logs and panels. */
function withoutPassword(seen: string): string {
  return seen.replace(/\/\/[^/\s"]*@/g, '//…@');
}
