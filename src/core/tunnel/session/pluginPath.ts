import { posix, win32 } from 'node:path';

/** What the search depends on; `exists` says whether a path is a file that may be run. */
export interface PluginSearch {
  readonly platform: NodeJS.Platform;
  readonly environment: NodeJS.ProcessEnv;
  readonly exists: (path: string) => boolean;
}

/** PATH first, then where AWS's installers and Homebrew put it: an editor that was not started from a shell misses those. */
export function pluginCandidates({ platform, environment }: Omit<PluginSearch, 'exists'>): string[] {
  const paths = platform === 'win32' ? win32 : posix;
  const name = platform === 'win32' ? 'session-manager-plugin.exe' : 'session-manager-plugin';
  const onPath = (environment.PATH ?? environment.Path ?? '').split(paths.delimiter).filter(Boolean);
  return [...new Set([...onPath, ...usualFolders(platform, environment)])].map(folder => paths.join(folder, name));
}

/** Absolute path of AWS's session-manager-plugin; relative folders on PATH are passed over, a repository could plant one. */
export function findPlugin(search: PluginSearch): string | undefined {
  const paths = search.platform === 'win32' ? win32 : posix;
  return pluginCandidates(search).find(path => paths.isAbsolute(path) && search.exists(path));
}

function usualFolders(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): string[] {
  if (platform === 'win32')
    return [environment.ProgramFiles ?? 'C:\\Program Files', environment.ProgramW6432, environment['ProgramFiles(x86)']]
      .filter(folder => folder !== undefined)
      .map(folder => win32.join(folder, 'Amazon', 'SessionManagerPlugin', 'bin'));
  const installed = ['/usr/local/sessionmanagerplugin/bin', '/usr/local/bin', '/usr/bin'];
  if (platform === 'darwin') return ['/opt/homebrew/bin', ...installed];
  return [...installed, '/home/linuxbrew/.linuxbrew/bin'];
}
