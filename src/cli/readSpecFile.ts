import { readFile } from 'node:fs/promises';
import type { ClusterSpec, SpecProblem } from '../core/spec/clusterSpec.ts';
import { UsageError, type CommandInput } from './command.ts';

/** `-f FILE`, as every command that reads a spec has it. */
export const fileOption = {
  file: { type: 'string', short: 'f', value: 'FILE', help: 'Spec, *.private-eks.yaml' },
} as const;

export interface SpecInput {
  readonly path: string;
  readonly text: string;
  /** Absent when a problem is an error. */
  readonly spec: ClusterSpec | undefined;
  readonly problems: readonly SpecProblem[];
}

export async function readSpecFile(input: CommandInput): Promise<SpecInput> {
  const path = input.text('file');
  if (path === undefined) throw new UsageError('Which spec? Give it with -f FILE.');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  const { parseSpec } = await import('../core/spec/parseSpec.ts');
  const { spec, problems } = parseSpec(text);
  return { path, text, spec, problems };
}

/** `cluster.yaml:3:9: error: …`, as editors and terminals link it. */
export function problemLines({ path, problems }: SpecInput): string {
  return problems
    .map(({ severity, message, start }) => `${path}:${start.line}:${start.column}: ${severity}: ${message}\n`)
    .join('');
}
