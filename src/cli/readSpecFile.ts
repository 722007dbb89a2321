import { readFile } from 'node:fs/promises';
import { decodeText } from '../core/decodeText.ts';
import type { ClusterSpec, SpecProblem } from '../core/spec/clusterSpec.ts';
import { UsageError, type CommandInput } from './command.ts';
import { fileErrorText } from './fileErrorText.ts';

/** `-f FILE`, as every command that reads a spec has it. */
export const fileOption = {
  file: { type: 'string', short: 'f', value: 'FILE', help: 'Spec, *.private-eks.yaml', required: true },
} as const;

export interface SpecInput {
  readonly path: string;
  readonly text: string;
  readonly spec: ClusterSpec;
}

/** A spec with errors, which have been told line by line. */
export class SpecError extends Error {
  override readonly name = 'SpecError';
  readonly problems: readonly SpecProblem[];

  constructor(path: string, problems: readonly SpecProblem[]) {
    const errors = problems.filter(({ severity }) => severity === 'error').length;
    super(`${path} has ${errors === 1 ? 'an error' : `${errors} errors`}.`);
    this.problems = problems;
  }
}

/**
 * Reads the spec that `-f` names, and tells of what is wrong in it.
 * @throws SpecError when that keeps it from being one
 */
export async function readSpecFile(input: CommandInput): Promise<SpecInput> {
  const path = input.text('file');
  if (path === undefined) throw new UsageError('Which spec? Give it with -f FILE.');
  if (path === '-') throw new UsageError('A spec is read from a file, not from the standard input.');
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new UsageError(`${path} cannot be read: ${fileErrorText(error)}.`);
  });
  const text = decodeText(bytes);
  if (text.includes('\0')) throw new UsageError(`${path} is no text; a spec is YAML in UTF-8.`);
  const { parseSpec } = await import('../core/spec/parseSpec.ts');
  const { spec, problems } = parseSpec(text);
  input.io.err(problemLines(path, problems));
  if (!spec) throw new SpecError(path, problems);
  return { path, text, spec };
}

/** `cluster.yaml:3:9: error: …`, as editors and terminals link it. */
function problemLines(path: string, problems: readonly SpecProblem[]): string {
  return problems
    .map(({ severity, message, start }) => `${path}:${start.line}:${start.column}: ${severity}: ${message}\n`)
    .join('');
}
