import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { RunEvent } from '../../../src/core/run/runEvent.ts';

const cli = process.env['PRIVATE_EKS_CLI'] ?? path.resolve(import.meta.dirname, '../../../src/cli.ts');

export interface PracticeAccount {
  readonly endpoint: string;
  readonly control: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

function start(args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, [cli, ...args], {
    // Nothing of the surrounding AWS environment gets in.
    env: { PATH: process.env['PATH'], HOME: env['PRIVATE_EKS_HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The command line as its own processes: a sandbox, and commands against it. */
export class CliProcesses {
  readonly account: PracticeAccount;
  readonly #sandbox: ChildProcess;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(sandbox: ChildProcess, account: PracticeAccount, home: string) {
    this.#sandbox = sandbox;
    this.account = account;
    this.#env = {
      PRIVATE_EKS_HOME: home,
      AWS_CONFIG_FILE: path.join(home, 'none'),
      AWS_SHARED_CREDENTIALS_FILE: path.join(home, 'none'),
      AWS_ENDPOINT_URL: account.endpoint,
      AWS_REGION: account.region,
      AWS_ACCESS_KEY_ID: account.accessKeyId,
      AWS_SECRET_ACCESS_KEY: account.secretAccessKey,
    };
  }

  static async start(home: string, speed: number): Promise<CliProcesses> {
    const sandbox = start(['sandbox', '--empty', '--speed', String(speed)], { PRIVATE_EKS_HOME: home });
    const [line] = await Promise.race([firstLine(sandbox), failed(sandbox)]);
    return new CliProcesses(sandbox, JSON.parse(line) as PracticeAccount, home);
  }

  /** Runs a command to its end; a SIGKILL comes at the first NDJSON event that `killAt` takes. */
  async run(
    args: readonly string[],
    killAt: (event: RunEvent) => boolean = () => false,
  ): Promise<{
    readonly code: number | null;
    readonly killed: boolean;
    readonly events: RunEvent[];
    readonly stdout: string;
    readonly stderr: string;
  }> {
    const child = start(args, this.#env);
    const events: RunEvent[] = [];
    let killed = false;
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (text: Buffer) => (stdout += text.toString()));
    child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()));
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', line => {
        if (!args.includes('--json') || !line.startsWith('{')) return;
        const event = JSON.parse(line) as RunEvent;
        events.push(event);
        if (killed || !killAt(event)) return;
        killed = true;
        child.kill('SIGKILL');
      });
    const code = await new Promise<number | null>(resolve => child.once('close', resolve));
    return { code, killed, events, stdout, stderr };
  }

  /** How many resources of each type the account holds. */
  async census(): Promise<Record<string, number>> {
    const response = await fetch(`${this.account.control}/state`);
    const { resources } = (await response.json()) as { resources: readonly { type: string }[] };
    const counts: Record<string, number> = {};
    for (const { type } of resources) counts[type] = (counts[type] ?? 0) + 1;
    return counts;
  }

  async stop(): Promise<void> {
    const closed = new Promise(resolve => this.#sandbox.once('close', resolve));
    this.#sandbox.kill('SIGTERM');
    await closed;
  }
}

function firstLine(child: ChildProcess): Promise<[string]> {
  return new Promise(resolve => {
    if (child.stdout) createInterface({ input: child.stdout }).once('line', line => resolve([line]));
  });
}

function failed(child: ChildProcess): Promise<never> {
  return new Promise((_resolve, reject) => {
    let stderr = '';
    child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()));
    child.once('close', code => reject(new Error(`the sandbox ended with ${code}: ${stderr}`)));
  });
}
