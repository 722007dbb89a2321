import process from 'node:process';
import { text as allText } from 'node:stream/consumers';
import { createInterface } from 'node:readline/promises';
import { hangingText } from './fitText.ts';
import { fileErrorText } from './fileErrorText.ts';

/** Where a command reads and writes; tests give their own. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Live output redraws itself only here. */
  readonly isTerminal: boolean;
  columns(): number;
  out(text: string): void;
  err(text: string): void;
  /** Asks on the terminal; empty where the input ends without an answer. */
  ask(question: string): Promise<string>;
  /** All of what comes in, until its end. */
  input(): Promise<string>;
  /**
   * Calls back at Ctrl-C or a termination signal; gives the way to stop that. What can no longer be written ends the process at once,
   * unless `onOutputLost` is there, which is then called for each try.
   */
  onInterrupt(act: () => void, onOutputLost?: () => void): () => void;
}

export function terminalIo(): Io {
  const outputLost = new Set<() => void>();
  // A reader that closes early (`| head`) and a terminal that is gone are no errors of ours.
  const lost = (error: NodeJS.ErrnoException) => {
    for (const act of outputLost) act();
    if (outputLost.size > 0) return;
    if (error.code === 'EPIPE' || error.code === 'EIO') process.exit(0);
    process.stderr.write(`The output cannot be written: ${fileErrorText(error, 'written')}.\n`, () => process.exit(1));
  };
  process.stdout.on('error', lost);
  process.stderr.on('error', lost);
  return {
    env: process.env,
    isTerminal: process.stdout.isTTY && process.env['TERM'] !== 'dumb',
    columns: () => process.stdout.columns || 80,
    out: text => void process.stdout.write(text),
    err: text => void process.stderr.write(text),
    ask: async question => {
      const terminal = createInterface({ input: process.stdin, output: process.stderr });
      try {
        // Ctrl-D, Ctrl-C and an input that ends say nothing, and no question waits for ever.
        const closed = new Promise<undefined>(resolve => void terminal.once('close', () => resolve(undefined)));
        const text = `${hangingText(question.trimEnd(), process.stdout.columns || 80)} `;
        const answer = await Promise.race([terminal.question(text), closed]);
        if (answer === undefined) process.stderr.write('\n');
        return answer ?? '';
      } finally {
        terminal.close();
      }
    },
    input: () => allText(process.stdin),
    onInterrupt: (act, onOutputLost) => {
      const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
      for (const signal of signals) process.on(signal, act);
      if (onOutputLost) outputLost.add(onOutputLost);
      return () => {
        for (const signal of signals) process.off(signal, act);
        if (onOutputLost) outputLost.delete(onOutputLost);
      };
    },
  };
}
