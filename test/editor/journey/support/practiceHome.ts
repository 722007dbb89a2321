import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { startSandbox, type SandboxAccount, type SandboxProcess } from '../../../../tools/tasks/sandboxProcess.ts';

/** A person's machine for one journey: a state folder with a running sandbox, a workspace, and nothing of AWS in the environment. */
export interface PracticeHome {
  readonly home: string;
  readonly workspace: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where the sandbox's account is, and its keys. */
  readonly account: SandboxAccount;
  /** What is in the sandbox's account, as `type id` lines. */
  resources(): Promise<string[]>;
  /** Makes a call or a resource of the account fail or be slow. */
  fault(fault: object): Promise<void>;
  /** The journals' folders. */
  runs(): string[];
  close(): Promise<void>;
}

export async function practiceHome(speed: number): Promise<PracticeHome> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'private-eks-journey-'));
  const [home, workspace] = [path.join(folder, 'home'), path.join(folder, 'practice')];
  fs.mkdirSync(home, { mode: 0o700 });
  fs.mkdirSync(workspace);
  const sandbox: SandboxProcess = await startSandbox(home, ['--speed', String(speed)]);
  const withoutAws = Object.fromEntries(
    Object.keys(process.env)
      .filter(name => name.startsWith('AWS_'))
      .map(name => [name, undefined]),
  );
  return {
    home,
    workspace,
    account: sandbox.account,
    env: { ...withoutAws, HOME: workspace, PRIVATE_EKS_HOME: home },
    async resources() {
      const response = await fetch(`${sandbox.account.control}/state`);
      const { resources } = (await response.json()) as { resources: { type: string; id: string }[] };
      return resources.map(({ type, id }) => `${type} ${id}`).sort();
    },
    async fault(fault) {
      const { ok, statusText } = await fetch(`${sandbox.account.control}/faults`, {
        method: 'POST',
        body: JSON.stringify(fault),
      });
      if (!ok) throw new Error(`the sandbox refused the fault: ${statusText}`);
    },
    runs: () => (fs.existsSync(path.join(home, 'runs')) ? fs.readdirSync(path.join(home, 'runs')).sort() : []),
    async close() {
      for (const kind of ['tunnels', 'leases']) endProcesses(path.join(home, kind));
      await sandbox.stop();
      fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Runs and tunnels outlive windows; those of a test that failed in the middle must not outlive the test. */
function endProcesses(records: string): void {
  for (const file of fs.existsSync(records) ? fs.readdirSync(records) : []) {
    if (!file.endsWith('.json')) continue;
    const { pid } = JSON.parse(fs.readFileSync(path.join(records, file), 'utf8')) as { pid: number };
    try {
      process.kill(pid, 'SIGTERM');
    } catch {
      // It has ended by itself.
    }
  }
}
