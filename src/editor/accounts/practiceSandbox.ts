import { access } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { PrivateEksError } from '../../core/errors.ts';
import { readStateJson } from '../../core/state/stateFile.ts';
import { startCli, type CliPlace } from '../cliProcess.ts';
import type { Account } from './account.ts';

/** Written by the sandbox's process into its folder; never its keys, which stand in `credentials` beside it. */
export interface SandboxRecord {
  readonly endpoint: string;
  readonly pid: number;
  readonly speed: number;
  readonly realEpoch: number;
  readonly epoch: number;
}

export const sandboxProfile = 'private-eks-sandbox';
const sandboxRegion = 'eu-west-1';
const startTimeoutMs = 20_000;

export function sandboxFolder(home: string): string {
  return join(home, 'sandbox');
}

/** The practice account as a profile in files of its own; nothing else in the editor knows that it is simulated. */
export function sandboxAccount(home: string): Account {
  const folder = sandboxFolder(home);
  return {
    id: 'sandbox',
    label: 'Sandbox',
    profile: sandboxProfile,
    region: sandboxRegion,
    isSandbox: true,
    place: { configFile: join(folder, 'config'), credentialsFile: join(folder, 'credentials') },
  };
}

/** The running sandbox, or undefined. */
export async function findSandbox(home: string): Promise<SandboxRecord | undefined> {
  const value = await readStateJson(join(sandboxFolder(home), 'sandbox.json'));
  if (typeof value !== 'object' || value === null) return undefined;
  const { endpoint, pid, speed, realEpoch, epoch } = value as Record<string, unknown>;
  const complete =
    typeof endpoint === 'string' &&
    [pid, speed, realEpoch, epoch].every(part => typeof part === 'number' && Number.isFinite(part));
  if (!complete || !isAlive(pid as number)) return undefined;
  const exists = await access(join(sandboxFolder(home), 'credentials')).then(
    () => true,
    () => false,
  );
  return exists ? (value as SandboxRecord) : undefined;
}

/** Starts the sandbox unless it runs, one for all windows. @throws PrivateEksError `sandbox-not-started` */
export async function ensureSandbox(place: CliPlace, signal?: AbortSignal): Promise<SandboxRecord> {
  const running = await findSandbox(place.home);
  if (running) return running;
  const child = startCli(place, { args: ['sandbox'], env: process.env, logName: 'sandbox.log' });
  const until = Date.now() + startTimeoutMs;
  while (Date.now() < until && child.exitCode === null) {
    signal?.throwIfAborted();
    const record = await findSandbox(place.home);
    if (record) return record;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  throw new PrivateEksError('sandbox-not-started', 'The sandbox did not start.', {
    retryable: true,
    fix: `What it said stands in ${join(place.home, 'logs', 'sandbox.log')}.`,
    actions: [{ id: 'show-log', title: 'Show Log' }],
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
