import * as vscode from 'vscode';
import { PrivateEksError } from '../../core/errors.ts';
import type { RunView } from '../../core/run/runView.ts';
import { editorRunActions } from '../runs/editorRunActions.ts';
import type { EditorServices } from '../services.ts';
import type { ClusterTarget } from './commandTarget.ts';
import { cliJson } from './dryRun.ts';

/**
 * Asks what is to be planned. An update or upgrade that was interrupted stands in the way of the next: it is carried on, which gives
 * undefined, or given up, and asked again.
 */
export async function planOver<T>(
  services: EditorServices,
  target: ClusterTarget,
  plan: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await plan();
  } catch (error) {
    const run =
      error instanceof PrivateEksError && /^(update|upgrade)-interrupted$/.test(error.code) && last(services, target);
    if (!run) throw error;
    const [resume, giveUp] = ['Resume It', 'Give It Up'];
    const detail = `Resume goes on where it stood. Giving it up changes nothing: what it has done stays, and the next plan is made from what is there.`;
    const answer = await vscode.window.showWarningMessage(error.message, { modal: true, detail }, resume, giveUp);
    if (answer === resume) {
      await editorRunActions(services).carryOn(run);
      await services.runPanels.show(run.runId);
    }
    if (answer !== giveUp) return undefined;
    const { specPath } = run.started;
    const call = run.kind === 'upgrade' ? ['upgrade', run.cluster] : ['update', '-f', specPath ?? ''];
    const title = `Giving up the ${run.kind} of ${run.cluster}`;
    await cliJson(services, target.account, title, [...call, '--give-up'], 'runId');
    return plan();
  }
}

function last({ runs }: EditorServices, { account, cluster }: ClusterTarget): RunView | undefined {
  return runs.list().find(run => run.cluster === cluster.name && run.started.region === account.region);
}
