import { isMap, isScalar, isSeq, type Node } from 'yaml';
import type { SpecProblem } from './clusterSpec.ts';
import type { Finding } from './finding.ts';
import { formatSpecPath } from './specPath.ts';
import { entryAt, locate, type SpecText } from './specText.ts';

/** Gives a finding its place in the text and its sentence: "<field> is <seen>, <why>; it must be <allowed>." */
export function toProblem(spec: SpecText, finding: Finding): SpecProblem {
  const field = formatSpecPath(finding.path);
  const entry = entryAt(spec.document, finding.path);
  const seen = finding.seen ?? (entry?.value ? describe(entry.value) : 'nothing');
  const verb = seen === 'nothing' ? 'is missing' : `is ${seen}`;
  const why = finding.why ? `${finding.why.startsWith('(') ? '' : ','} ${finding.why}` : '';
  return {
    severity: finding.severity ?? 'error',
    path: field,
    message: finding.message ?? `${field} ${verb}${why}; it must be ${finding.allowed}.`,
    seen,
    allowed: finding.allowed,
    ...locate(spec, finding.path, finding.at),
  };
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
