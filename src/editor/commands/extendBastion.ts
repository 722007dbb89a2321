import * as vscode from 'vscode';
import type { Bastion } from '../../core/tunnel/bastion/bastion.ts';
import type { Account } from '../accounts/account.ts';
import { withSignIn } from '../accounts/signIn.ts';
import { extensionConsent, extensionOutcome } from '../bastions/extension.ts';
import type { EditorServices } from '../services.ts';
import { taskId } from '../tree/bastionRows.ts';
import { tunnelSettings } from '../tunnels/tunnelSettings.ts';
import type { LiveTunnel } from '../tunnels/tunnelStore.ts';
import { bastionOf, inProgress } from './bastionCommands.ts';

const timeText = (time: number) =>
  new Date(time).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A tunnel that nobody uses changes its session within seconds; ms. */
const moveWithinMs = 30_000;

/** *Extend Bastion…*: says what it costs and how long it lives then; idle tunnels of this machine move at once. */
export async function extendBastion(services: EditorServices, node?: unknown): Promise<void> {
  const chosen = await bastionOf(services, node);
  if (!chosen) return;
  const { account, cluster, bastion } = chosen;
  const { bastionImage, bastionTtlMinutes: ttlMinutes } = tunnelSettings();
  const ttlSeconds = ttlMinutes * 60;
  const [{ extendBastion: extend, retireOlder, livesAsLong }, deps] = await Promise.all([
    import('../../core/tunnel/bastion/extendBastion.ts'),
    services.bastions.deps(account),
  ]);
  const now = deps.clock.now();
  if (livesAsLong(bastion, now, ttlSeconds)) {
    void vscode.window.showInformationMessage(
      `This bastion lives until ${timeText(bastion.expiresAt)} already, as long as the setting privateEks.bastion.ttlMinutes gives.`,
    );
    return;
  }
  const users = () => usersOf(services, account, bastion);
  const names = (isBusy: boolean) =>
    users()
      .filter(user => isInUse(user) === isBusy)
      .map(({ record }) => record.cluster);
  const { hourlyUsd } = bastion;
  const { isSandbox } = account;
  const extension = { bastion, now, ttlMinutes, hourlyUsd, idle: names(false), busy: names(true), isSandbox };
  const go = await vscode.window.showInformationMessage(
    `Extend bastion ${taskId(bastion).slice(0, 8)}?`,
    { modal: true, detail: extensionConsent(extension, timeText) },
    'Extend',
  );
  if (go !== 'Extend') return;
  const said = await withSignIn(services.accounts, account, () =>
    inProgress(`Extending the bastion for ${cluster.name}`, async (report, signal) => {
      const { describeClusterAccess } = await import('../../core/tunnel/route/clusterAccess.ts');
      const request = {
        cluster: await describeClusterAccess(deps.session, cluster.name, signal),
        ttlSeconds,
        ...(bastionImage ? { image: bastionImage } : {}),
        onProgress: ({ text }: { readonly text: string }) => report(text),
      };
      try {
        const next = await extend(deps, request, signal);
        report('Moving what carries nothing');
        await moveIdle(
          services,
          users().filter(user => !isInUse(user)),
          next,
          signal,
        );
        return extensionOutcome(next, await retireOlder(deps, next, signal), timeText);
      } finally {
        services.bastions.refresh(account, bastion.vpcId);
      }
    }),
  );
  void vscode.window.showInformationMessage(said);
}

function usersOf({ tunnels }: EditorServices, account: Account, { target }: Bastion): LiveTunnel[] {
  return tunnels
    .list()
    .filter(({ record, status: { route } }) => record.region === account.region && goesThrough(route, target));
}

function goesThrough(route: LiveTunnel['status']['route'], target: string | undefined): boolean {
  return route?.kind === 'bastion' && route.target === target;
}

function isInUse({ status }: LiveTunnel): boolean {
  return status.openConnections > 0;
}

/** Resolves when they go through the new one, or have not done so in time: then they move when the old one ends. */
async function moveIdle(
  { tunnels }: EditorServices,
  idle: readonly LiveTunnel[],
  { target }: Bastion,
  signal: AbortSignal,
): Promise<void> {
  for (const { record } of idle) tunnels.chooseRoute(record, { kind: 'bastion' });
  const giveUpAt = Date.now() + moveWithinMs;
  const isMoved = ({ record }: LiveTunnel) => {
    const status = tunnels.get(record)?.status;
    return !status || (goesThrough(status.route, target) && status.sessions.length <= 1);
  };
  while (!idle.every(isMoved) && Date.now() < giveUpAt) {
    signal.throwIfAborted();
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}
