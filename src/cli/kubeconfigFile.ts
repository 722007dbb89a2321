import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { installCredentialLauncher } from '../core/kube/installLauncher.ts';
import { kubeconfigText } from '../core/kube/kubeconfig.ts';
import { PrivateEksError } from '../core/errors.ts';
import { safeName } from '../core/state/safeName.ts';
import { writeStateFile } from '../core/state/stateFile.ts';
import type { ClusterAccess } from '../core/tunnel/route/clusterAccess.ts';

export interface KubeconfigFileInput {
  readonly home: string;
  readonly cluster: ClusterAccess;
  readonly accountId: string;
  readonly port: number;
  readonly profile: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Default: the cluster's own file in the state folder. */
  readonly out?: string | undefined;
}

/** Variables that the credential plugin needs to find the same account again; names of files and hosts, never a key. */
const handedOn = ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_CA_BUNDLE', 'AWS_SDK_LOAD_CONFIG'];

/** Writes the kubeconfig (0600) and the launcher that it names; gives its path. */
export async function writeKubeconfigFile(input: KubeconfigFileInput): Promise<string> {
  const { home, cluster, accountId, port, profile, env } = input;
  const launcher = await installCredentialLauncher({
    home,
    plugin: await pluginFile(),
    runtime: process.execPath,
    platform: process.platform,
  });
  const environment = Object.fromEntries(
    handedOn.flatMap(name => (env[name] ? [[name, path.resolve(env[name])]] : [])),
  );
  const text = kubeconfigText({ cluster, port, launcher, profile, environment });
  const name = `${safeName(`${accountId}-${cluster.region}-${cluster.name}`)}.yaml`;
  const file = input.out === undefined ? path.join(home, 'kubeconfig', name) : path.resolve(input.out);
  await writeStateFile(file, text);
  return file;
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
