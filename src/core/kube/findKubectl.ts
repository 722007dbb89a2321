import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

export interface KubectlSearch {
  /** Absolute path, when found. */
  readonly path: string | undefined;
  /** Where it was sought, in order, for the message to people. */
  readonly sought: readonly string[];
}

/** PATH first, then where package managers put kubectl: a GUI-started editor often misses those on macOS. */
export async function findKubectl(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): Promise<KubectlSearch> {
  const name = platform === 'win32' ? 'kubectl.exe' : 'kubectl';
  const onPath = (environment.PATH ?? environment.Path ?? '').split(delimiter).filter(Boolean);
  const sought = [...new Set([...onPath, ...usualFolders(environment, platform)])];
  for (const folder of sought) {
    const path = join(folder, name);
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return { path, sought };
  }
  return { path: undefined, sought };
}

function usualFolders(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string[] {
  const home = environment.HOME ?? environment.USERPROFILE ?? '';
  if (platform === 'win32')
    return [
      join(environment.ProgramFiles ?? 'C:\\Program Files', 'Docker', 'Docker', 'resources', 'bin'),
      join(environment.ProgramData ?? 'C:\\ProgramData', 'chocolatey', 'bin'),
      join(home, 'scoop', 'shims'),
    ];
  const shared = ['/usr/local/bin', '/usr/bin', join(home, '.local', 'bin'), join(home, 'bin')];
  if (platform === 'darwin')
    return ['/opt/homebrew/bin', ...shared, join(home, '.docker', 'bin'), join(home, '.rd', 'bin')];
  return [...shared, '/snap/bin', join(home, '.asdf', 'shims'), '/home/linuxbrew/.linuxbrew/bin'];
}

/** How to get kubectl, in one sentence, for the message when it is missing. */
export const kubectlHelp =
  'Install kubectl (https://kubernetes.io/docs/tasks/tools/) within one minor version of the cluster.';
