import { access, stat } from 'node:fs/promises';
import path from 'node:path';

/** What decides which file kubectl reads and writes. */
export interface KubeconfigSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The user's home folder, when no variable names it. */
  readonly homedir: string;
  /** Files in here are ours, and nothing is merged into them: a terminal of ours has one of them in KUBECONFIG. */
  readonly ownFolder: string;
}

export interface KubeconfigChoice {
  /** The file to write new entries to, as it was named. */
  readonly file: string;
  /** All files that kubectl reads, in its order; the first to define a name wins. */
  readonly all: readonly string[];
}

/**
 * The file that kubectl itself would write a new entry to: the one in KUBECONFIG; of several the first that exists, else the last; without
 * KUBECONFIG `~/.kube/config`. As client-go's `PathOptions.GetDefaultFilename` and `GetEnvVarFiles` have it.
 */
export async function chooseKubeconfig(surroundings: KubeconfigSurroundings): Promise<KubeconfigChoice> {
  const { env, platform, ownFolder } = surroundings;
  const paths = platform === 'win32' ? path.win32 : path.posix;
  const isOurs = (file: string) => {
    const within = paths.relative(ownFolder, paths.resolve(file));
    return !within.startsWith('..') && !paths.isAbsolute(within);
  };
  const named = splitPathList(env['KUBECONFIG'] ?? '', platform).filter(file => !isOurs(file));
  if (named.length === 0) {
    const file = paths.join(await kubeHome(surroundings), '.kube', 'config');
    return { file, all: [file] };
  }
  const all = [...new Set(named)];
  for (const file of all) if (await exists(file)) return { file, all };
  return { file: all.at(-1) ?? '', all };
}

/** As Go splits a list of paths; on Windows a quoted one may hold a semicolon. Empty ones name nothing. */
export function splitPathList(list: string, platform: NodeJS.Platform): string[] {
  if (platform !== 'win32') return list.split(':').filter(Boolean);
  const parts = list.match(/(?:"[^"]*"?|[^;"])+/g) ?? [];
  return parts.map(part => part.replaceAll('"', '')).filter(Boolean);
}

/** client-go's order; on Windows the first of three that has a kubeconfig, else the first that exists. */
async function kubeHome({ env, platform, homedir }: KubeconfigSurroundings): Promise<string> {
  if (platform !== 'win32') return env['HOME'] || homedir;
  const drive = env['HOMEDRIVE'] && env['HOMEPATH'] ? `${env['HOMEDRIVE']}${env['HOMEPATH']}` : undefined;
  for (const home of [env['HOME'], drive, env['USERPROFILE']])
    if (home && (await exists(path.join(home, '.kube', 'config')))) return home;
  for (const home of [env['HOME'], env['USERPROFILE'], drive])
    if (
      home &&
      (await stat(home).then(
        found => found.isDirectory(),
        () => false,
      ))
    )
      return home;
  return homedir;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
