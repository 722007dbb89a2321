import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { build } from './checks.ts';
import { nodeProcess } from './nodeProcess.ts';
import { sandboxEnvironment, startSandbox } from './sandboxProcess.ts';

const spec = 'examples/minimal.private-eks.yaml';
const cli = 'dist/cli.js';

interface TunnelLine {
  readonly port: number;
  readonly kubeconfig: string;
  readonly route: { readonly reason: string };
}

/** `npm run demo`: the whole journey in a terminal, on a sandbox of its own that is gone afterwards. */
export async function demo(): Promise<number> {
  const built = await build();
  if (built !== 0) return built;
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'private-eks-demo-'));
  const sandbox = await startSandbox(home, ['--empty']);
  const env = { ...sandboxEnvironment(sandbox.account), PRIVATE_EKS_HOME: home };
  const name = clusterName(fs.readFileSync(spec, 'utf8'));
  try {
    await step(['plan', '-f', spec], env);
    await step(['create', '-f', spec], env);
    await step(['list'], env);
    await lookInside(name, env);
    await step(['delete', name, '--yes'], env);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  } finally {
    await sandbox.stop();
    fs.rmSync(home, { recursive: true, force: true });
  }
}

async function step(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  console.log(`\n$ private-eks ${args.join(' ')}`);
  const code = await nodeProcess([cli, ...args], env);
  if (code !== 0) throw new Error(`private-eks ${args[0]} ended with exit code ${code}.`);
}

/** Opens a tunnel, asks kubectl for the nodes where there is one, and closes the tunnel. */
async function lookInside(name: string, env: NodeJS.ProcessEnv): Promise<void> {
  console.log(`\n$ private-eks tunnel ${name}`);
  const child = spawn(process.execPath, [cli, 'tunnel', name, '--json'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  try {
    const tunnel = await new Promise<TunnelLine>((resolve, reject) => {
      createInterface(child.stdout).once('line', line => resolve(JSON.parse(line) as TunnelLine));
      child.once('exit', code => reject(new Error(`private-eks tunnel ended with exit code ${code}.`)));
    });
    console.log(`127.0.0.1:${tunnel.port}: ${tunnel.route.reason}`);
    console.log('\n$ kubectl get nodes -o wide');
    const kubectl = spawnSync('kubectl', ['get', 'nodes', '-o', 'wide'], {
      env: { ...process.env, ...env, KUBECONFIG: tunnel.kubeconfig },
      stdio: 'inherit',
    });
    if (kubectl.error) console.log('There is no kubectl on PATH: install it to look inside the cluster.');
    else if (kubectl.status !== 0) throw new Error(`kubectl ended with exit code ${kubectl.status}.`);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

function clusterName(text: string): string {
  const name = /^\s*name:\s*(\S+)/m.exec(text)?.[1];
  if (!name) throw new Error(`${spec} names no cluster.`);
  return name;
}
