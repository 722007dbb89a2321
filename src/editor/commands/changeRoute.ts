import * as vscode from 'vscode';
import type { RouteChoice, RouteKind } from '../../core/tunnel/route/route.ts';
import type { TunnelKey } from '../../core/tunnel/process/tunnelRecord.ts';
import type { Account } from '../accounts/account.ts';
import type { EditorServices } from '../services.ts';
import { bastionConsent, routeItems, type BastionOffer, type KnownInstance } from '../tunnels/routeItems.ts';
import { tunnelSettings } from '../tunnels/tunnelSettings.ts';
import { accountOfTunnel, clusterKey, clusterOf, clusterOfTunnel } from './commandTarget.ts';
import { openKubectlTerminal, openTunnel } from './connectCluster.ts';
import { choose } from '../questions.ts';

/** *Choose Route…* on a row or from the palette: an open tunnel leaves its route for it, else one is opened by it. */
export async function chooseRoute(services: EditorServices, node?: unknown): Promise<void> {
  const target = await clusterOf(services, node);
  if (target) await changeRoute(services, clusterKey(target.account, target.cluster), { account: target.account });
}

export interface RouteWish {
  /** Whose cluster it is; default: whoever opened the tunnel. */
  readonly account?: Account;
  /** The way in that was chosen already; a new bastion is asked for in any case. */
  readonly kind?: RouteKind | undefined;
}

export async function changeRoute(services: EditorServices, key: TunnelKey, wish: RouteWish = {}): Promise<void> {
  const account = wish.account ?? accountOfTunnel(services, key) ?? (await clusterOfTunnel(services, key)).account;
  const choice: RouteChoice | undefined = wish.kind ? { kind: wish.kind } : await pickRoute(services, account, key);
  if (!choice) return;
  if (choice.kind === 'new-bastion' && !(await consents(key.cluster, await bastionOffer(), account.isSandbox))) return;
  if (services.tunnels.get(key)) return services.tunnels.chooseRoute(key, choice);
  await openKubectlTerminal(await openTunnel(services, account, key.cluster, choice));
}

async function pickRoute(services: EditorServices, account: Account, key: TunnelKey): Promise<RouteChoice | undefined> {
  const route = services.tunnels.get(key)?.status.route;
  const cancel = new AbortController();
  const items = async () => {
    const { report } = services.tunnels.memory(key) ?? {};
    const [instances, offer] = await Promise.all([
      instancesOf(services, account, key.cluster, cancel.signal),
      bastionOffer(),
    ]);
    return routeItems(route, report, instances, offer).map(({ detail, ...rest }) => ({
      ...rest,
      ...(detail === undefined ? {} : { detail }),
    }));
  };
  const chosen = await choose(items(), {
    title: `Which way to ${key.cluster}?`,
    placeHolder: 'Route',
    matchOnDescription: true,
  });
  cancel.abort();
  return chosen?.choice;
}

/** Which instances there are to choose from; where that cannot be seen, the choice is without them. */
async function instancesOf(
  { accounts, log }: EditorServices,
  account: Account,
  cluster: string,
  signal: AbortSignal,
): Promise<KnownInstance[]> {
  try {
    const [{ instanceFacts }, { describeClusterAccess }, session] = await Promise.all([
      import('../../core/tunnel/route/instanceFacts.ts'),
      import('../../core/tunnel/route/clusterAccess.ts'),
      accounts.session(account),
    ]);
    return await instanceFacts(session, await describeClusterAccess(session, cluster, signal), undefined, signal);
  } catch (error) {
    log.warn(`instances for a route to ${cluster} cannot be listed: ${String(error)}`);
    return [];
  }
}

export async function bastionOffer(): Promise<BastionOffer> {
  const { bastionHourlyUsd } = await import('../../core/tunnel/bastion/bastion.ts');
  return { hourlyUsd: bastionHourlyUsd('X86_64'), ttlMinutes: tunnelSettings().bastionTtlMinutes };
}

export async function consents(cluster: string, offer: BastionOffer, isSandbox: boolean): Promise<boolean> {
  const go = await vscode.window.showInformationMessage(
    `Start a bastion for ${cluster}?`,
    { modal: true, detail: bastionConsent(cluster, offer, isSandbox) },
    'Start Bastion',
  );
  return go === 'Start Bastion';
}
