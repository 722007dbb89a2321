import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, openSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { editorProxyEnvironment } from './editorProxy.ts';

export interface CliPlace {
  /** Absolute path of `dist/cli.js`. */
  readonly cli: string;
  /** The state folder, told to the child. */
  readonly home: string;
}

export interface CliCall {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Name of the log file in the state folder that takes what the child prints. */
  readonly logName: string;
  /** True: the log begins anew, because the caller reads what this call says. */
  readonly fresh?: boolean;
  /** What a code of an MFA device would be for, in words for people; absent: the child asks for none. */
  readonly purpose?: string;
}

/**
 * Runs the command line as a process of its own, which outlives this window: runs, tunnels and the sandbox. The editor's own runtime
 * executes it. Arguments never hold a secret: everybody on the machine can read them.
 */
export function startCli(place: CliPlace, call: CliCall): ChildProcess {
  mkdirSync(join(place.home, 'logs'), { recursive: true, mode: 0o700 });
  const log = openSync(logFile(place, call.logName), call.fresh ? 'w' : 'a', 0o600);
  try {
    const { purpose } = call;
    const asks = purpose === undefined ? {} : { PRIVATE_EKS_MFA_FOR: purpose };
    const child = spawn(process.execPath, [place.cli, ...call.args], {
      env: {
        ...call.env,
        ...asks,
        ...editorProxyEnvironment(),
        ELECTRON_RUN_AS_NODE: '1',
        PRIVATE_EKS_HOME: place.home,
      },
      stdio: ['ignore', log, log],
      detached: true,
      windowsHide: true,
    });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

export function logFile(place: CliPlace, logName: string): string {
  return join(place.home, 'logs', logName);
}
