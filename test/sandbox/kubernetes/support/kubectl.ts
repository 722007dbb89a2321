import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Credential } from '../../../../src/sandbox/kernel/credential.ts';
import { serveConnection } from '../../../../src/sandbox/kubernetes/server.ts';
import { apiHost, clusterName, makeToken, testCluster, type TestCluster } from './testCluster.ts';

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A simulated cluster with a listener before it that only tests have, and a kubectl that talks to it. */
export interface Kubectl extends TestCluster {
  (...args: string[]): Promise<Run>;
  readonly folder: string;
  /** With other credentials. */
  as(credential: Credential, ...args: string[]): Promise<Run>;
  /** With a file or text on standard input. */
  withInput(input: string, ...args: string[]): Promise<Run>;
  /** Starts a kubectl that goes on until `until` is seen in its output; `at` is called once `start` is seen. */
  watch(options: { until: RegExp; start?: RegExp; at?: () => void }, ...args: string[]): Promise<string>;
  close(): Promise<void>;
}

/** Path of kubectl 1.32 or later on PATH. */
export function kubectlOnPath(): string | undefined {
  return worksAsKubectl('kubectl') ? 'kubectl' : undefined;
}

/** Debian's kubectl 1.20.2, unpacked from its package without root; undefined where it cannot be had. */
export function debianKubectl(folder: string): string | undefined {
  try {
    const run = (command: string, ...args: string[]) =>
      execFileSync(command, args, { cwd: folder, stdio: 'pipe', timeout: 60_000 });
    run('apt-get', 'download', 'kubernetes-client');
    run('sh', '-c', 'dpkg-deb -x kubernetes-client_1.20*.deb .');
    const binary = path.join(folder, 'usr/bin/kubectl');
    return worksAsKubectl(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

function worksAsKubectl(binary: string): boolean {
  try {
    execFileSync(binary, ['version', '--client'], { stdio: 'pipe', timeout: 30_000 });
    return true;
  } catch {
    return false;
  }
}

/** Account seconds per real second: enough for pods to come up while kubectl looks on. */
const speed = 20;

export async function startKubectl(binary: string): Promise<Kubectl> {
  const cluster = testCluster();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'private-eks-kubectl-'));
  const sockets = new Set<net.Socket>();
  const listener = net.createServer(socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serveConnection(cluster.key, socket);
  });
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as net.AddressInfo;
  const ticking = setInterval(() => cluster.pass(speed / 20), 50);
  let files = 0;

  const start = async (
    credential: Credential,
    args: readonly string[],
    input: string | undefined,
    onOutput?: (text: string, kill: () => void) => void,
  ): Promise<Run> => {
    const config = path.join(folder, `config-${++files}.json`);
    writeFileSync(config, JSON.stringify(kubeconfig(port, cluster.caPem, await makeToken(credential))), {
      mode: 0o600,
    });
    const env = {
      PATH: process.env['PATH'],
      HOME: folder,
      KUBECONFIG: config,
      KUBECTL_EXTERNAL_DIFF: 'diff -u',
      EDITOR: process.env['TEST_EDITOR'] ?? 'true',
    };
    return await new Promise(resolve => {
      const child = execFile(
        binary,
        args,
        { env, cwd: folder, timeout: 60_000, maxBuffer: 64 << 20 },
        (error, stdout, stderr) => {
          const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
          resolve({ code, stdout, stderr });
        },
      );
      if (onOutput) {
        let text = '';
        child.stdout?.on('data', (part: string) => onOutput((text += part), () => child.kill()));
      }
      child.stdin?.end(input);
    });
  };

  const run = (...args: string[]) => start(cluster.admin, args, undefined);
  return Object.assign(run, cluster, {
    folder,
    as: (credential: Credential, ...args: string[]) => start(credential, args, undefined),
    withInput: (input: string, ...args: string[]) => start(cluster.admin, args, input),
    watch: async (
      { until, start: first, at }: { until: RegExp; start?: RegExp; at?: () => void },
      ...args: string[]
    ) => {
      let started = first === undefined;
      const look = (text: string, kill: () => void) => {
        if (!started && first?.test(text)) {
          started = true;
          at?.();
        }
        if (until.test(text)) kill();
      };
      return (await start(cluster.admin, args, undefined, look)).stdout;
    },
    close: async () => {
      clearInterval(ticking);
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => listener.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  });
}

function kubeconfig(port: number, caPem: string, token: string): object {
  const server = {
    server: `https://127.0.0.1:${port}`,
    'tls-server-name': apiHost,
    'certificate-authority-data': Buffer.from(caPem).toString('base64'),
  };
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': clusterName,
    clusters: [{ name: clusterName, cluster: server }],
    users: [{ name: clusterName, user: { token } }],
    contexts: [{ name: clusterName, context: { cluster: clusterName, user: clusterName } }],
  };
}
