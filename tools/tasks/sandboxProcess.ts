import { spawn } from 'node:child_process';
import process from 'node:process';
import { createInterface } from 'node:readline';

/** The line that `private-eks sandbox` prints once it answers. */
export interface SandboxAccount {
  readonly endpoint: string;
  readonly control: string;
  readonly region: string;
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface SandboxProcess {
  readonly account: SandboxAccount;
  stop(): Promise<void>;
}

/** Starts the built command line's sandbox and resolves once it answers. */
export async function startSandbox(home: string, args: readonly string[] = []): Promise<SandboxProcess> {
  const child = spawn(process.execPath, ['dist/cli.js', 'sandbox', ...args], {
    env: { ...process.env, PRIVATE_EKS_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  const account = await new Promise<SandboxAccount>((resolve, reject) => {
    createInterface(child.stdout).once('line', line => resolve(JSON.parse(line) as SandboxAccount));
    child.once('error', reject);
    child.once('exit', code => reject(new Error(`The sandbox ended with exit code ${code} before it answered.`)));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { account, stop };
}

/** The environment in which AWS's tools and ours reach the sandbox's account, and no other. */
export function sandboxEnvironment(account: SandboxAccount): NodeJS.ProcessEnv {
  return {
    AWS_ENDPOINT_URL: account.endpoint,
    AWS_REGION: account.region,
    AWS_ACCESS_KEY_ID: account.accessKeyId,
    AWS_SECRET_ACCESS_KEY: account.secretAccessKey,
    AWS_SESSION_TOKEN: undefined,
    AWS_PROFILE: undefined,
  };
}
