import * as vscode from 'vscode';
import type { Bastion } from '../../core/tunnel/bastion/bastion.ts';
import type { Account } from '../accounts/account.ts';
import { withSignIn } from '../accounts/signIn.ts';
import type { EditorServices } from '../services.ts';
import { ownerName, taskId } from '../tree/bastionRows.ts';
import { tunnelSettings } from '../tunnels/tunnelSettings.ts';
import { bastionOffer, consents } from './changeRoute.ts';
import { accountOf, clusterOf } from './commandTarget.ts';
import { choose } from '../questions.ts';

/** *Start Bastion…*: says what it costs first; a tunnel takes it as its route when it is chosen or nothing else works. */
export async function startBastion(services: EditorServices, node?: unknown): Promise<void> {
  const target = await clusterOf(services, node);
  if (!target || !(await consents(target.cluster.name, await bastionOffer(), target.account.isSandbox))) return;
  const { account, cluster } = target;
  const { bastionImage, bastionTtlMinutes } = tunnelSettings();
  await withSignIn(services.accounts, account, () =>
    inProgress(`Starting a bastion for ${cluster.name}`, async (report, signal) => {
      const [{ startBastion: start }, { describeClusterAccess }, deps] = await Promise.all([
        import('../../core/tunnel/bastion/startBastion.ts'),
        import('../../core/tunnel/route/clusterAccess.ts'),
        services.bastions.deps(account),
      ]);
      const reach = await describeClusterAccess(deps.session, cluster.name, signal);
      try {
        await start(
          deps,
          {
            cluster: reach,
            ttlSeconds: bastionTtlMinutes * 60,
            ...(bastionImage ? { image: bastionImage } : {}),
            onProgress: ({ text, step }) => {
              report(text);
              if (step === 'task') services.bastions.refresh(account, cluster.vpcId);
            },
          },
          signal,
        );
      } finally {
        services.bastions.refresh(account, cluster.vpcId);
      }
    }),
  );
}

export async function stopBastion(services: EditorServices, node?: unknown): Promise<void> {
  const chosen = await bastionOf(services, node);
  if (!chosen) return;
  const { account, bastion } = chosen;
  const users = services.tunnels.list().filter(({ status }) => {
    const { route } = status;
    return route?.kind === 'bastion' && route.target === bastion.target;
  });
  const detail = [
    `Started by ${ownerName(bastion)}. It may be shared: whoever uses it loses what is open through it.`,
    ...users.map(({ record }) => `Your tunnel to ${record.cluster} goes through it, and will look for another route.`),
  ].join('\n\n');
  const question = `Stop bastion ${taskId(bastion).slice(0, 8)}?`;
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Stop')) !== 'Stop') return;
  await withSignIn(services.accounts, account, async () => {
    const { stopBastion: stop } = await import('../../core/tunnel/bastion/stopBastion.ts');
    await stop(await services.bastions.deps(account), { vpcId: bastion.vpcId, taskArn: bastion.taskArn });
    services.bastions.refresh(account, bastion.vpcId);
  });
}

/** *Sweep Leftovers…*: of the row's VPC, or of the whole region from the palette. What somebody uses stays. */
export async function sweepBastions(services: EditorServices, node?: unknown): Promise<void> {
  const account = await accountOf(services, node);
  if (!account) return;
  const row = isBastionPlace(node) ? node.cluster.vpcId : undefined;
  const where = row ?? `every VPC of ${account.region}`;
  const go = await vscode.window.showWarningMessage(
    `Sweep what bastions left in ${where}?`,
    {
      modal: true,
      detail: `In account ${account.label}: security group rules and stacks of VPCs in which no bastion runs. Only what this extension made, by its tags; what is in use stays.`,
    },
    'Sweep',
  );
  if (go !== 'Sweep') return;
  const { removed, kept } = await withSignIn(services.accounts, account, () =>
    inProgress(`Sweeping ${where}`, async (report, signal) => {
      const { sweepBastions: sweep } = await import('../../core/tunnel/bastion/sweepBastions.ts');
      const deps = await services.bastions.deps(account);
      return sweep(deps, { ...(row ? { vpcId: row } : {}), onProgress: report }, signal);
    }),
  );
  services.bastions.refresh(account, row ?? '');
  const list = (what: readonly string[]) => what.join('; ');
  void vscode.window.showInformationMessage(
    [
      removed.length > 0 ? `Removed: ${list(removed)}.` : 'Nothing was left over.',
      ...(kept.length > 0 ? [`Kept: ${list(kept)}.`] : []),
    ].join(' '),
  );
}

export async function bastionOf(
  services: EditorServices,
  node: unknown,
): Promise<{ account: Account; cluster: BastionPlace['cluster']; bastion: Bastion } | undefined> {
  if (isBastionPlace(node) && node.bastion)
    return { account: node.account, cluster: node.cluster, bastion: node.bastion };
  const target = await clusterOf(services, node);
  if (!target) return undefined;
  const { account, cluster } = target;
  services.bastions.refresh(account, cluster.vpcId);
  const { found } = await withSignIn(services.accounts, account, () => services.bastions.of(account, cluster.vpcId));
  const items = found.bastions.map(bastion => ({
    label: `Bastion ${taskId(bastion).slice(0, 8)}`,
    description: `${bastion.state} · ${ownerName(bastion)}`,
    bastion,
  }));
  if (items.length === 0) {
    void vscode.window.showInformationMessage(`No bastion runs in the VPC of ${cluster.name}.`);
    return undefined;
  }
  const chosen = await choose(items, { title: 'Which bastion?', placeHolder: 'Bastion' });
  return chosen && { account, cluster, bastion: chosen.bastion };
}

interface BastionPlace {
  readonly account: Account;
  readonly cluster: { readonly name: string; readonly vpcId: string };
  readonly bastion?: Bastion;
}

function isBastionPlace(node: unknown): node is BastionPlace {
  return typeof node === 'object' && node !== null && 'account' in node && 'cluster' in node;
}

export function inProgress<T>(
  title: string,
  act: (report: (message: string) => void, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return Promise.resolve(
    vscode.window.withProgress(options, (progress, token) => {
      const cancel = new AbortController();
      token.onCancellationRequested(() => cancel.abort());
      return act(message => progress.report({ message }), cancel.signal);
    }),
  );
}
