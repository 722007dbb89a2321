import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface Ended {
  /** Exit code, or the signal that ended it. */
  readonly code: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

/** Longer than anything here takes on a busy machine; what is not seen by then never comes. */
const patienceMs = 60_000;

/** A program that runs while a test looks at what it prints. */
export class LivingProcess {
  readonly child: ChildProcess;
  readonly title: string;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';
  #looks = new Set<() => void>();

  constructor(file: string, args: readonly string[], env: NodeJS.ProcessEnv, input?: string) {
    this.title = [file.split(/[\\/]/).at(-1), ...args].join(' ');
    this.child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    const { stdin, stdout, stderr } = this.child;
    stdout?.setEncoding('utf8').on('data', (text: string) => this.#look((this.stdout += text)));
    stderr?.setEncoding('utf8').on('data', (text: string) => this.#look((this.stderr += text)));
    stdin?.on('error', () => undefined);
    stdin?.end(input);
    this.ended = new Promise((resolve, reject) => {
      this.child.on('error', reject);
      this.child.on('close', (code, signal) => {
        resolve({ code: code ?? signal ?? 'SIGKILL', stdout: this.stdout, stderr: this.stderr });
      });
    });
    this.ended.catch(() => undefined);
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The JSON objects printed so far, a line each. */
  get lines(): Record<string, unknown>[] {
    return this.stdout
      .split('\n')
      .slice(0, -1)
      .map(line => JSON.parse(line) as Record<string, unknown>);
  }

  /** Waits until `seen` gives something of what was printed; fails with the output when the program ends before. */
  async until<T>(what: string, seen: (of: this) => T | undefined | false): Promise<T> {
    const timeout = new AbortController();
    const deadline = setTimeout(() => timeout.abort(), patienceMs);
    try {
      return await new Promise<T>((resolve, reject) => {
        const look = () => {
          const found = seen(this);
          if (found === undefined || found === false) return;
          this.#looks.delete(look);
          resolve(found);
        };
        const fail = (why: string) => {
          look();
          this.#looks.delete(look);
          reject(new Error(`${this.title}: ${why} before ${what}\n${this.stdout}\n${this.stderr}`));
        };
        this.#looks.add(look);
        timeout.signal.addEventListener('abort', () => fail(`${patienceMs / 1000} s passed`));
        void this.ended.then(
          ({ code }) => fail(`ended with ${code}`),
          (error: unknown) => fail(String(error)),
        );
        look();
      });
    } finally {
      clearTimeout(deadline);
    }
  }

  /** The first JSON line, from line `from` on, that has this member. */
  line(member: string, from = 0): Promise<Record<string, unknown>> {
    return this.until(`a line with "${member}"`, ({ lines }) => lines.slice(from).find(line => member in line));
  }

  async stop(signal: NodeJS.Signals): Promise<Ended> {
    if (this.isRunning) {
      this.child.kill(signal);
      await once(this.child, 'close');
    }
    return this.ended;
  }

  #look(_text: string): void {
    for (const look of this.#looks) look();
  }
}
