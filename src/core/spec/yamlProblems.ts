import { isNode, isScalar, type Node, visit, type YAMLError } from 'yaml';
import type { SpecProblem } from './clusterSpec.ts';
import { fileProblem, rangeOf, type SpecText } from './specText.ts';
import { leftByTools, yamlSlip } from './yamlSlips.ts';

/**
 * What is wrong with the text as YAML, or is YAML that a spec has no use for. The first of a line, and at most five: the rest follow
 * from them.
 */
export function yamlProblems(spec: SpecText): SpecProblem[] {
  const { document } = spec;
  const syntax = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  // The library turns an exhausted stack into an error of the document; `parseSpec` tells it in better words.
  if (syntax.some(error => error.message.includes('Maximum call stack'))) throw new RangeError('nested too deeply');
  const unwelcome = syntax.length > 0 ? [] : unwelcomeYaml(spec);
  const left = syntax.length + unwelcome.length > 0 ? leftByTools(spec.text) : undefined;
  if (left) return [leftBehind(spec, left)];
  if (syntax.length === 0) return unwelcome.slice(0, 5);
  const lineOf = (error: YAMLError) => spec.lines.linePos(error.pos[0]).line;
  return syntax
    .filter((error, index) => index === 0 || error.code !== 'UNEXPECTED_TOKEN')
    .filter((error, index, all) => all.findIndex(other => lineOf(other) === lineOf(error)) === index)
    .slice(0, 5)
    .map(error => inOurWords(spec, error));
}

function leftBehind(spec: SpecText, { message, at, seen }: NonNullable<ReturnType<typeof leftByTools>>): SpecProblem {
  return { ...fileProblem(spec, message, seen, 'the value itself', at), ...rangeOf(spec, at, at + seen.length) };
}

/** Aliases (they can blow a small file up), tags (they change what a value is) and keys that are not words. */
function unwelcomeYaml(spec: SpecText): SpecProblem[] {
  const found: SpecProblem[] = [];
  const refuse = (node: Node | undefined, message: (seen: string) => string, allowed: string) => {
    const [from = 0, to = from] = node?.range ?? [];
    const seen = spec.text.slice(from, Math.min(to, from + 40)).split(/\r?\n/, 1)[0] ?? '';
    found.push({ ...fileProblem(spec, message(seen), seen, allowed), ...rangeOf(spec, from, to) });
  };
  visit(spec.document, {
    Alias: (_, node) =>
      refuse(node, seen => `${seen} is a YAML alias; a spec has none, write the value out.`, 'the value itself'),
    Value: (_, node) => {
      if (node.tag === undefined || node.tag === 'tag:yaml.org,2002:str') return;
      const tag = node.tag.replace('tag:yaml.org,2002:', '!!');
      refuse(node, seen => `${seen} has the YAML tag ${tag}; a spec has none.`, 'a value without a tag');
    },
    Pair: (_, { key }) => {
      if (isScalar(key) && key.value !== '__proto__' && key.value !== null) return undefined;
      refuse(
        isNode(key) ? key : undefined,
        seen => `${JSON.stringify(seen)} cannot be a key; keys are plain words.`,
        'a plain word as key',
      );
      return visit.SKIP;
    },
  });
  return found;
}

function inOurWords(spec: SpecText, error: YAMLError): SpecProblem {
  const [from, to] = error.pos;
  const line = spec.text.slice(from).split(/\r?\n/, 1)[0] ?? '';
  const told = (message: string, seen: string, allowed: string, length = to - from): SpecProblem => ({
    ...fileProblem(spec, message, seen, allowed, from),
    ...(length > 0 ? rangeOf(spec, from, from + length) : {}),
  });
  if (error.code === 'TAB_AS_INDENT') {
    return told('This line is indented with a tab; YAML is indented with spaces.', 'a tab', 'spaces');
  }
  if (error.code === 'MULTIPLE_DOCS') {
    const message = 'A second document begins here (---); a spec file describes one cluster.';
    return told(message, 'a second document', 'one document', 3);
  }
  if (error.code === 'DUPLICATE_KEY') {
    const key = /^[^\s:#]+/.exec(line)?.[0] ?? line;
    const message = `${key} is given twice; each field may be given once.`;
    return told(message, `${key}, a second time`, 'each field once', key.length);
  }
  const slip = yamlSlip(spec.text, spec.document, error);
  const what = slip?.message ?? error.message.split('\n', 1)[0] ?? error.message;
  const problem = told(`This is not YAML: ${what}.`, line.trim().slice(0, 80) || 'the end of the line', 'valid YAML');
  return slip?.at === undefined ? problem : { ...problem, ...rangeOf(spec, slip.at, slip.at + 1) };
}
