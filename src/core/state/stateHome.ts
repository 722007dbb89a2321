import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
}

/** The one folder for journals, records and launchers, shared by the editor and the command line; `PRIVATE_EKS_HOME` moves it. */
export function stateHome(surroundings: Partial<Surroundings> = {}): string {
  const { env = process.env, platform = process.platform, home = homedir() } = surroundings;
  const chosen = env['PRIVATE_EKS_HOME'];
  if (chosen) return path.resolve(chosen);
  const join = (...parts: string[]) => (platform === 'win32' ? path.win32 : path.posix).join(...parts);
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'private-eks');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'private-eks');
  return join(env['XDG_STATE_HOME'] ?? join(home, '.local', 'state'), 'private-eks');
}
