import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../core/clock.ts';
import { PrivateEksError } from '../core/errors.ts';
import { installCredentialLauncher } from '../core/kube/installLauncher.ts';
import { kubeconfigEntries, kubeconfigText, type KubeconfigInput } from '../core/kube/kubeconfig.ts';
import { refreshMerged } from '../core/kube/merge/mergedKubeconfig.ts';
import { mergeReportText, ownKubeconfigPath } from '../core/kube/ownKubeconfig.ts';
import { writeStateFile } from '../core/state/stateFile.ts';
import type { ClusterAccess } from '../core/tunnel/route/clusterAccess.ts';

export interface KubeconfigFileInput {
  readonly home: string;
  readonly cluster: ClusterAccess;
  readonly accountId: string;
  readonly port: number;
  readonly profile: string | undefined;
  /** As STS tells it: contexts are named after the role. */
  readonly callerArn?: string | undefined;
  /** For the kind of file that names the endpoint itself and reaches it by the tunnel's proxy. */
  readonly proxyUrl?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Default: the cluster's own file in the state folder. */
  readonly out?: string | undefined;
  /** Sentences about merged kubeconfigs; unheard by default. */
  readonly onNote?: (text: string) => void;
}

/** Variables that the credential plugin needs to find the same account again; names of files and hosts, never a key. */
const handedOn = ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_CA_BUNDLE', 'AWS_SDK_LOAD_CONFIG'];

/** Writes the kubeconfig (0600) and the launcher that it names; brings earlier merges of it up to date. Gives its path. */
export async function writeKubeconfigFile(input: KubeconfigFileInput): Promise<string> {
  const { home, proxyUrl, callerArn } = input;
  const content = await kubeconfigInput(input);
  const own = ownKubeconfigPath(home, keyOf(input), { callerArn, isProxy: proxyUrl !== undefined });
  const file = input.out === undefined ? own : path.resolve(input.out);
  await writeStateFile(file, kubeconfigText(content));
  if (proxyUrl === undefined) await refresh(input, content);
  return file;
}

/** A tunnel does not fail because a kubeconfig elsewhere cannot be written; that is said. */
async function refresh(input: KubeconfigFileInput, content: KubeconfigInput): Promise<void> {
  const place = { home: input.home, clock: systemClock };
  for (const report of await refreshMerged(place, keyOf(input), kubeconfigEntries(content)))
    if (report.outcome === 'updated' || report.notes.length > 0) input.onNote?.(mergeReportText(report).trimEnd());
}

async function kubeconfigInput(input: KubeconfigFileInput): Promise<KubeconfigInput> {
  const { home, cluster, port, profile, callerArn, proxyUrl, env } = input;
  const launcher = await installCredentialLauncher({
    home,
    plugin: await pluginFile(),
    runtime: process.execPath,
    platform: process.platform,
  });
  const environment = Object.fromEntries(
    handedOn.flatMap(name => (env[name] ? [[name, path.resolve(env[name])]] : [])),
  );
  return { cluster, port, launcher, profile, callerArn, proxyUrl, environment };
}

function keyOf({ accountId, cluster }: KubeconfigFileInput) {
  return { accountId, region: cluster.region, cluster: cluster.name };
}

/** `dist/token.js`, beside the built command line or, run from its sources, in the build. */
async function pluginFile(): Promise<string> {
  const { access } = await import('node:fs/promises');
  for (const candidate of ['./token.js', '../token.js', '../../dist/token.js']) {
    const file = fileURLToPath(new URL(candidate, import.meta.url));
    const exists = await access(file).then(
      () => true,
      () => false,
    );
    if (exists) return file;
  }
  throw new PrivateEksError('not-built', 'The credential plugin dist/token.js is missing.', {
    fix: 'Build it: npm run build.',
  });
}
