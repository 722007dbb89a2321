import process from 'node:process';
import { hasCode } from './stateFile.ts';

/** Whether this machine has such a process, of whomever. */
export function processIsAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}
