import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { LivingProcess, type Ended } from './livingProcess.ts';

export interface AccountState {
  readonly resources: readonly { readonly type: string; readonly id: string }[];
  readonly sessions: readonly { readonly sessionId: string; readonly status: string }[];
  readonly endpointAccess: readonly { readonly cluster: string; readonly endpointPublicAccess: boolean }[];
}

/** What `private-eks sandbox` prints. */
export interface SandboxLine {
  readonly endpoint: string;
  readonly control: string;
  readonly region: string;
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * A user's machine in a folder: a home, a state folder, an installed copy of the built product, and the programs that were started
 * there. Nothing of the developer's own AWS or Kubernetes settings reaches it.
 */
export class JourneyPlace {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'private-eks-headless-'));
  readonly home = path.join(this.folder, 'state');
  /** The installed copy; a test may move it away. */
  dist = path.join(this.folder, 'installed', 'dist');
  readonly started: LivingProcess[] = [];
  sandbox: SandboxLine | undefined;

  constructor() {
    // Also when the test run is interrupted: what was started here runs for good otherwise.
    process.once('exit', this.#abandon);
    cpSync(path.resolve('dist'), this.dist, { recursive: true });
  }

  env(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const own = Object.entries(process.env).filter(([name]) => !/^(AWS_|KUBE|PRIVATE_EKS_|ELECTRON_)/.test(name));
    return {
      ...Object.fromEntries(own),
      HOME: path.join(this.folder, 'user'),
      PRIVATE_EKS_HOME: this.home,
      AWS_PROFILE: 'private-eks-sandbox',
      AWS_CONFIG_FILE: path.join(this.home, 'sandbox', 'config'),
      AWS_SHARED_CREDENTIALS_FILE: path.join(this.home, 'sandbox', 'credentials'),
      AWS_EC2_METADATA_DISABLED: 'true',
      ...more,
    };
  }

  start(file: string, args: readonly string[], env: NodeJS.ProcessEnv = this.env(), input?: string): LivingProcess {
    const started = new LivingProcess(file, args, env, input);
    this.started.push(started);
    return started;
  }

  /** `private-eks …` */
  cli(...args: string[]): LivingProcess {
    return this.start(process.execPath, [path.join(this.dist, 'cli.js'), ...args]);
  }

  cliResult(...args: string[]): Promise<Ended> {
    return this.cli(...args).ended;
  }

  async startSandbox(...args: string[]): Promise<LivingProcess> {
    const running = this.cli('sandbox', ...args);
    this.sandbox = (await running.line('endpoint')) as unknown as SandboxLine;
    return running;
  }

  async state(): Promise<AccountState> {
    return (await (await fetch(`${this.#control()}/state`)).json()) as AccountState;
  }

  fault(fault: object): Promise<Record<string, unknown>> {
    return this.#post('faults', fault);
  }

  /** Quotas and service control policies of the account. */
  arrange(given: object): Promise<Record<string, unknown>> {
    return this.#post('account', given);
  }

  async #post(route: string, given: object): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.#control()}/${route}`, { method: 'POST', body: JSON.stringify(given) });
    const said = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(JSON.stringify(said));
    return said;
  }

  /** Ends what still runs, latest first. */
  async close(): Promise<void> {
    for (const running of this.started.toReversed()) if (running.isRunning) await running.stop('SIGKILL');
    process.off('exit', this.#abandon);
    this.#remove();
  }

  readonly #abandon = () => {
    for (const { child, isRunning } of this.started) if (isRunning) child.kill('SIGKILL');
    this.#remove();
  };

  #remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  #control(): string {
    if (!this.sandbox) throw new Error('no sandbox was started');
    return this.sandbox.control;
  }
}
