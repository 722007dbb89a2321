import { createHash } from 'node:crypto';
import process from 'node:process';
import * as vscode from 'vscode';
import type { RunView } from '../../core/run/runView.ts';
import { PrivateEksError } from '../../core/errors.ts';
import type { Account } from '../accounts/account.ts';
import { accountEnvironment } from '../accounts/account.ts';
import { cliAnswer } from '../cliAnswer.ts';
import { logFile, startCli } from '../cliProcess.ts';
import { isOver } from '../runs/runStore.ts';
import type { EditorServices } from '../services.ts';

/**
 * Starts a run as a process of its own and waits until its journal shows up; from there on the journal tells the rest.
 * @throws PrivateEksError what the process said when it ended before that
 */
export async function startRun(
  services: EditorServices,
  account: Account,
  cluster: string,
  args: readonly string[],
): Promise<RunView> {
  const env = accountEnvironment(account, process.env);
  const logName = `run-${createHash('sha256').update(`${account.id}/${cluster}`).digest('hex').slice(0, 12)}.log`;
  const { runs, place } = services;
  await runs.load();
  const before = new Map(runs.list().map(run => [run.runId, run.steps.length === 0 ? 0 : run.lastAt]));
  const purpose = `${args[0] ?? 'run'} ${cluster}`;
  const child = startCli(place, { args: [...args, '--json'], env, logName, fresh: true, purpose });
  const begun = (run: RunView) =>
    run.cluster === cluster &&
    run.started.region === account.region &&
    !isOver(run.status) &&
    before.get(run.runId) !== run.lastAt;
  return vscode.window.withProgress({ location: { viewId: 'privateEks.runs' }, title: 'Starting' }, () =>
    cliAnswer(child, logFile(place, logName), async () => {
      await runs.load();
      // A run that ended within moments, refused by its preflight, is shown like any other.
      return (
        runs.list().find(begun) ??
        (child.exitCode === null
          ? undefined
          : runs.list().find(run => !before.has(run.runId) && run.cluster === cluster))
      );
    }),
  );
}

/** @throws PrivateEksError `run-on` when a run works on the cluster now */
export function refuseWhileBusy(services: EditorServices, region: string, cluster: string): void {
  const busy = services.runs.active({ region, cluster });
  if (busy)
    throw new PrivateEksError('run-on', `A run works on ${cluster} already: ${busy.kind}, ${busy.status}.`, {
      fix: 'Watch it, or cancel it first.',
    });
}
