import * as vscode from 'vscode';
import { isCancellation, PrivateEksError } from '../../core/errors.ts';
import type { AccountFacts } from '../../core/plan/plan.ts';
import { parseSpec } from '../../core/spec/parseSpec.ts';
import { isSpecFile } from '../../core/spec/specFile.ts';
import type { ClusterSpec } from '../../core/spec/clusterSpec.ts';
import { inRegion, type Account } from '../accounts/account.ts';
import type { EditorServices } from '../services.ts';

/** What is known of a spec's account, and by whom. */
export type SpecFacts =
  | { readonly state: 'seen'; readonly facts: AccountFacts; readonly by: string }
  | { readonly state: 'refused'; readonly by: string; readonly why: string }
  | { readonly state: 'nobody' };

/** The file that was clicked, that of the planner in front, or the one that is edited. */
export async function documentOf({ planners }: EditorServices, uri: unknown): Promise<vscode.TextDocument | undefined> {
  if (uri instanceof vscode.Uri && isSpecFile(uri.path)) return vscode.workspace.openTextDocument(uri);
  const active = vscode.window.activeTextEditor?.document;
  return planners.shown()?.document ?? (active && isSpecFile(active.fileName) ? active : undefined);
}

/** @throws PrivateEksError `spec-invalid`, which leads to the first error's place */
export function validSpec(document: vscode.TextDocument): ClusterSpec {
  const { spec, problems } = parseSpec(document.getText());
  if (spec) return spec;
  const first = problems.find(({ severity }) => severity === 'error');
  const place = `${document.uri.fsPath}:${first?.start.line ?? 1}:${first?.start.column ?? 1}`;
  throw new PrivateEksError('spec-invalid', `The file has errors: ${first?.message ?? 'it cannot be read'}`, {
    actions: document.isUntitled ? [] : [{ id: 'open-spec', title: 'Show', target: place }],
  });
}

/**
 * What the spec's planner has seen; else the given account is looked at, or the only one that is shown for the spec's region, or at all.
 * Undefined: cancelled. An account that refuses is no error: what only it tells stays open.
 */
export async function factsOf(
  services: EditorServices,
  document: vscode.TextDocument,
  spec: ClusterSpec,
  given?: Account,
): Promise<SpecFacts | undefined> {
  const planned = services.planners.shown(document.uri);
  const shown = services.accounts.list();
  const account =
    given ?? planned?.account ?? only(shown.filter(({ region }) => region === spec.region)) ?? only(shown);
  if (planned?.facts) return { state: 'seen', facts: planned.facts, by: account?.label ?? planned.facts.accountId };
  return account ? lookAt(services, account, spec) : { state: 'nobody' };
}

function only<T>(items: readonly T[]): T | undefined {
  return items.length === 1 ? items[0] : undefined;
}

async function lookAt(
  { accounts, log }: EditorServices,
  account: Account,
  spec: ClusterSpec,
): Promise<SpecFacts | undefined> {
  const title = `Looking at ${spec.network.vpc?.id ?? account.label} in ${spec.region}`;
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (_, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    const { signal } = abort;
    try {
      const { readAccountFacts } = await import('../../core/aws/accountFacts.ts');
      const facts = await readAccountFacts(await accounts.session(inRegion(account, spec.region)), { spec, signal });
      return { state: 'seen', facts, by: account.label };
    } catch (error) {
      if (isCancellation(error) || signal.aborted) return undefined;
      log.warn(`${account.label} cannot be looked at: ${String(error)}`);
      return { state: 'refused', by: account.label, why: error instanceof Error ? error.message : String(error) };
    }
  });
}
