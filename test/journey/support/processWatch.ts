import { readdirSync, readFileSync } from 'node:fs';

export interface SeenProcess {
  readonly pid: number;
  readonly commandLine: string;
  readonly environment: string;
}

const everyMs = 25;

/** Looks again and again at what everybody on the machine can see of this process's children and their children. Linux. */
export class ProcessWatch {
  readonly #seen = new Map<string, SeenProcess>();
  readonly #timer: NodeJS.Timeout;
  samples = 0;

  constructor() {
    this.#timer = setInterval(() => this.#look(), everyMs);
  }

  get seen(): readonly SeenProcess[] {
    return [...this.#seen.values()];
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    this.samples++;
    const parents = new Map<number, number>();
    for (const name of readdirSync('/proc')) {
      const pid = Number(name);
      // "pid (name) state ppid …"; the name may hold spaces and brackets.
      const parent = pid > 0 ? /.*\) \S (\d+)/s.exec(read(`/proc/${name}/stat`))?.[1] : undefined;
      if (parent !== undefined) parents.set(pid, Number(parent));
    }
    for (const pid of parents.keys()) {
      if (!descends(pid, parents)) continue;
      const commandLine = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
      const key = `${pid} ${commandLine}`;
      // A process that has just been forked still shows its parent's command line, hence the key.
      if (commandLine === '' || this.#seen.has(key)) continue;
      this.#seen.set(key, { pid, commandLine, environment: read(`/proc/${pid}/environ`) });
    }
  }
}

function descends(pid: number, parents: ReadonlyMap<number, number>): boolean {
  for (let up = parents.get(pid); up !== undefined && up > 1; up = parents.get(up)) if (up === process.pid) return true;
  return false;
}

/** Empty where the process is gone. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
