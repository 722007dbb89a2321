import process from 'node:process';
import { createInterface } from 'node:readline/promises';

/** Where a command reads and writes; tests give their own. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Live output redraws itself only here. */
  readonly isTerminal: boolean;
  columns(): number;
  out(text: string): void;
  err(text: string): void;
  /** Asks on the terminal. */
  ask(question: string): Promise<string>;
  /** Calls back at Ctrl-C or a termination signal; gives the way to stop that. */
  onInterrupt(act: () => void): () => void;
}

export function terminalIo(): Io {
  // A reader that closes early (`| head`) is no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    env: process.env,
    isTerminal: process.stdout.isTTY && process.env['TERM'] !== 'dumb',
    columns: () => process.stdout.columns || 80,
    out: text => void process.stdout.write(text),
    err: text => void process.stderr.write(text),
    ask: async question => {
      const terminal = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return await terminal.question(question);
      } finally {
        terminal.close();
      }
    },
    onInterrupt: act => {
      const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
      for (const signal of signals) process.on(signal, act);
      return () => signals.forEach(signal => process.off(signal, act));
    },
  };
}
