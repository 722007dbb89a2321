import { spawn } from 'node:child_process';
import process from 'node:process';

/** Runs a Node program of this repository to its end, showing its output. Resolves to its exit code, 1 when a signal ended it. */
export function nodeProcess(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  const child = spawn(process.execPath, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', code => resolve(code ?? 1));
  });
}
