import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { PrivateEksError } from '../core/errors.ts';

/** What a child of ours says in its log: one JSON object a line among plain lines. */
export interface CliLine {
  readonly [key: string]: unknown;
}

/**
 * Waits until `isAnswer` finds what it waits for, telling each new line to `onLine`.
 * @throws PrivateEksError the child's own error when it ended first; `AbortError` on cancel
 */
export async function cliAnswer<T>(
  child: ChildProcess,
  log: string,
  isAnswer: () => Promise<T | undefined>,
  options: { readonly onLine?: (line: CliLine) => void; readonly signal?: AbortSignal } = {},
): Promise<T> {
  let read = 0;
  let lines: CliLine[] = [];
  for (;;) {
    options.signal?.throwIfAborted();
    const ended = child.exitCode !== null || child.signalCode !== null;
    lines = parseLines(await readFile(log, 'utf8').catch(() => ''));
    for (const line of lines.slice(read)) options.onLine?.(line);
    read = lines.length;
    const answer = await isAnswer();
    if (answer !== undefined) return answer;
    if (ended) throw cliError(lines, log);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

function parseLines(text: string): CliLine[] {
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  return complete.split('\n').flatMap(line => {
    if (!line.startsWith('{')) return [];
    try {
      return [JSON.parse(line) as CliLine];
    } catch {
      return [];
    }
  });
}

function cliError(lines: readonly CliLine[], log: string): PrivateEksError {
  const said = lines.findLast(line => line.type === 'error');
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const fix = text(said?.fix);
  return new PrivateEksError(
    text(said?.code) ?? 'process-ended',
    text(said?.message) ?? `The process ended early; its words stand in ${log}.`,
    {
      ...(fix === undefined ? {} : { fix }),
      actions: said?.code === 'signed-out' ? [{ id: 'sign-in', title: 'Sign In' }] : [],
    },
  );
}
