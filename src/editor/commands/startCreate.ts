import * as vscode from 'vscode';
import { buildPlan } from '../../core/plan/buildPlan.ts';
import type { Plan } from '../../core/plan/plan.ts';
import { parseSpec } from '../../core/spec/parseSpec.ts';
import { PrivateEksError } from '../../core/errors.ts';
import type { Account } from '../accounts/account.ts';
import { withSignIn } from '../accounts/signIn.ts';
import type { EditorServices } from '../services.ts';
import { refuseWhileBusy, startRun } from './startRun.ts';

/** Confirms account, region, cost and what cannot be changed later; then saves the file and starts the run. */
export async function startCreate(
  services: EditorServices,
  document: vscode.TextDocument,
  chosen: Account,
): Promise<void> {
  const { spec, problems } = parseSpec(document.getText());
  if (!spec) {
    const first = problems.find(problem => problem.severity === 'error');
    throw new PrivateEksError('spec-invalid', `The file has errors: ${first?.message ?? 'it cannot be read'}`, {
      actions: [
        {
          id: 'open-spec',
          title: 'Show',
          target: `${document.uri.fsPath}:${first?.start.line ?? 1}:${first?.start.column ?? 1}`,
        },
      ],
    });
  }
  const account: Account = { ...chosen, region: spec.region };
  refuseWhileBusy(services, spec.region, spec.name);
  await withSignIn(services.accounts, account, async () => {
    const state = await services.accounts.signIn(account);
    if (state.state !== 'signed-in') throw state.error;
    const plan = buildPlan(spec);
    const detail = confirmation(plan, account, state.accountId);
    const go = await vscode.window.showInformationMessage(
      `Create ${spec.name} in ${account.label}?`,
      { modal: true, detail },
      'Create',
    );
    if (go !== 'Create') return;
    if (document.isDirty && !(await document.save()))
      throw new PrivateEksError('not-saved', `${document.fileName} could not be saved.`);
    const run = await startRun(services, account, spec.name, ['create', '-f', document.uri.fsPath]);
    await services.runPanels.show(run.runId);
  });
}

function confirmation(plan: Plan, account: Account, accountId: string): string {
  const { spec, cost, time } = plan;
  return [
    `Account ${accountId} (${account.label}), region ${spec.region}.`,
    `About ${Math.round(time.totalSeconds / 60)} minutes; about ${Math.round(cost.monthlyUsd)} USD a month (${cost.priceRegion} list prices of ${cost.priceDate}).${account.isSandbox ? ' The sandbox costs nothing.' : ''}`,
    `Cannot be changed later: the name, the region, the address range ${spec.network.cidr}${spec.encryption.key === 'aws-owned' ? '' : ', the key of your own'}.`,
    'Its Kubernetes endpoint is private from the first second.',
  ].join('\n\n');
}
