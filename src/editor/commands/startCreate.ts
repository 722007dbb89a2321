import * as vscode from 'vscode';
import { readAccountFacts } from '../../core/aws/accountFacts.ts';
import { blockingFindings } from '../../core/network/blockingFindings.ts';
import { buildPlan } from '../../core/plan/buildPlan.ts';
import type { AccountFacts, Plan } from '../../core/plan/plan.ts';
import type { ClusterSpec } from '../../core/spec/clusterSpec.ts';
import { parseSpec } from '../../core/spec/parseSpec.ts';
import { PrivateEksError } from '../../core/errors.ts';
import { inRegion, type Account } from '../accounts/account.ts';
import { withSignIn } from '../accounts/signIn.ts';
import type { EditorServices } from '../services.ts';
import { createConfirmation } from './createConfirmation.ts';
import { refuseWhileBusy, startRun } from './startRun.ts';

/**
 * Confirms account, region, cost and what cannot be changed later; then saves the file and starts the run. `seen` is what a planner knows of
 * the account already; without it an existing VPC is looked at first.
 * @throws PrivateEksError `spec-invalid`, `vpc-not-ready`, `not-saved`, and those of `startRun`
 */
export async function startCreate(
  services: EditorServices,
  document: vscode.TextDocument,
  chosen: Account,
  seen?: AccountFacts,
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
    const facts = seen ?? (spec.network.vpc && (await lookAtVpc(services, account, spec)));
    const plan = buildPlan(spec, facts);
    refuseUnsoundVpc(plan);
    const detail = createConfirmation(plan, account, state.accountId);
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

async function lookAtVpc({ accounts }: EditorServices, account: Account, spec: ClusterSpec): Promise<AccountFacts> {
  const title = `Looking at ${spec.network.vpc?.id ?? account.label}`;
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, async () =>
    readAccountFacts(await accounts.session(inRegion(account, spec.region)), { spec }),
  );
}

function refuseUnsoundVpc(plan: Plan): void {
  const [first, ...others] = blockingFindings(plan);
  if (!first) return;
  const more = others.length === 0 ? '' : ` ${others.length} more: the planner names them all.`;
  throw new PrivateEksError(
    'vpc-not-ready',
    `${first.resource}: ${first.seen}; must be ${first.wanted}. ${first.why}${more}`,
    { fix: first.fix },
  );
}
