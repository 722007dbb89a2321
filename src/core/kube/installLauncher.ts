import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { ensureStateDir, writeStateFile } from '../state/stateFile.ts';
import { launcherName, launcherText } from './credentialLauncher.ts';

export interface InstallLauncherInput {
  /** The state folder. */
  readonly home: string;
  /** The credential plugin as one self-contained file. */
  readonly plugin: string;
  /** The runtime that executes it: this process's own. */
  readonly runtime: string;
  readonly platform: NodeJS.Platform;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export function launcherPath(home: string, platform: NodeJS.Platform): string {
  return join(home, 'bin', launcherName(platform));
}

/**
 * Writes the credential launcher and, beside it, its own copy of the plugin: a kubeconfig goes on working when the extension's folder is
 * renamed, updated or removed. Called whenever the product starts.
 */
export async function installCredentialLauncher({
  home,
  plugin,
  runtime,
  platform,
  env = process.env,
}: InstallLauncherInput): Promise<string> {
  const bin = join(home, 'bin');
  await ensureStateDir(bin);
  const copy = join(bin, 'private-eks-token.mjs');
  const [fresh, old] = await Promise.all([readFile(plugin, 'utf8'), readFile(copy, 'utf8').catch(() => undefined)]);
  if (fresh !== old) await writeStateFile(copy, fresh);
  const path = launcherPath(home, platform);
  const text = launcherText({ cli: copy, runtime, platform, env });
  const written = await readFile(path, 'utf8').catch(() => undefined);
  if (written !== text) await writeStateFile(path, text, 0o700);
  return path;
}
