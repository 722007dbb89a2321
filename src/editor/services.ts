import { join } from 'node:path';
import process from 'node:process';
import * as vscode from 'vscode';
import { readAccountFacts } from '../core/aws/accountFacts.ts';
import type { ErrorAction } from '../core/errors.ts';
import { installCredentialLauncher } from '../core/kube/installLauncher.ts';
import { listNetworks, listSecurityGroups } from '../core/network/listNetworks.ts';
import { buildPlan } from '../core/plan/buildPlan.ts';
import { parseSpec } from '../core/spec/parseSpec.ts';
import { stateHome } from '../core/state/stateHome.ts';
import { inRegion } from './accounts/account.ts';
import { AccountList } from './accounts/accountList.ts';
import { codeStatus } from './accounts/codeRequests.ts';
import { addProfile, chooseAccount } from './accounts/chooseAccount.ts';
import { signIn } from './accounts/signIn.ts';
import { BastionStore } from './bastions/bastionStore.ts';
import type { CliPlace } from './cliProcess.ts';
import { ClusterStore } from './clusters/clusterStore.ts';
import { exportTemplates } from './commands/exportSpec.ts';
import { startCreate } from './commands/startCreate.ts';
import { ErrorMessages } from './errorMessage.ts';
import { SpecDiagnostics } from './language/specDiagnostics.ts';
import { RunPanels } from './panels/runPanel.ts';
import { copyTicket, saveTicket } from './planner/networkTickets.ts';
import { PlannerPanels } from './planner/plannerPanels.ts';
import { editorRunActions } from './runs/editorRunActions.ts';
import { RunOutlooks } from './runs/runOutlooks.ts';
import { RunStore } from './runs/runStore.ts';
import { StatusBar } from './statusBar.ts';
import { ClustersTree } from './tree/clustersTree.ts';
import { RunsTree } from './tree/runsTree.ts';
import { kubeconfigInAllTerminals } from './terminal/allTerminals.ts';
import { accountOfTunnel } from './commands/commandTarget.ts';
import { askToSignIn } from './tunnels/askToSignIn.ts';
import { editorTunnelActions, tunnelAccountName } from './tunnels/editorTunnelActions.ts';
import { TunnelPanels } from './tunnels/tunnelPanel.ts';
import { walkthroughProgress } from './walkthroughProgress.ts';
import { TunnelStore } from './tunnels/tunnelStore.ts';

/** Everything behind the registrations, made at the first gesture that needs any of it. */
export interface EditorServices {
  readonly home: string;
  readonly place: CliPlace;
  readonly log: vscode.LogOutputChannel;
  readonly errors: ErrorMessages;
  readonly accounts: AccountList;
  readonly clusters: ClusterStore;
  readonly runs: RunStore;
  readonly outlooks: RunOutlooks;
  readonly tunnels: TunnelStore;
  readonly bastions: BastionStore;
  readonly clustersTree: ClustersTree;
  readonly runsTree: RunsTree;
  readonly runPanels: RunPanels;
  readonly planners: PlannerPanels;
  readonly tunnelPanels: TunnelPanels;
  /** Of this extension. */
  readonly version: string;
}

export function createServices(context: vscode.ExtensionContext): EditorServices {
  const home = stateHome();
  const dist = join(context.extensionPath, 'dist');
  const place: CliPlace = { cli: join(dist, 'cli.js'), home };
  const log = vscode.window.createOutputChannel('Private EKS', { log: true });
  const warn = (message: string) => log.warn(message);
  const accounts = new AccountList(context.globalState, place, warn);
  const errors = new ErrorMessages(log, action => act(services, action));
  const clusters = new ClusterStore(accounts);
  const runs = new RunStore(home, warn);
  const outlooks = new RunOutlooks(runs, clusters, accounts);
  const tunnels = new TunnelStore(home);
  const bastions = new BastionStore(accounts);
  const { extensionUri } = context;
  const services: EditorServices = {
    home,
    place,
    log,
    errors,
    accounts,
    clusters,
    runs,
    outlooks,
    tunnels,
    bastions,
    clustersTree: new ClustersTree(accounts, clusters, runs, tunnels, bastions),
    runsTree: new RunsTree(runs, outlooks),
    runPanels: new RunPanels({
      extensionUri,
      runs,
      outlooks,
      accounts,
      errors,
      log: warn,
      get actions() {
        return editorRunActions(services);
      },
    }),
    planners: new PlannerPanels({
      extensionUri,
      accounts,
      runs,
      errors,
      log: warn,
      planning: { parseSpec, buildPlan },
      readFacts: async (account, spec, signal) =>
        readAccountFacts(await accounts.session(inRegion(account, spec.region)), { spec, signal }),
      listNetworks: async (account, region, signal) =>
        listNetworks(await accounts.session(inRegion(account, region)), signal),
      listSecurityGroups: async (account, region, vpcId, signal) =>
        listSecurityGroups(await accounts.session(inRegion(account, region)), vpcId, signal),
      chooseAccount: () => chooseAccount(accounts),
      signIn: async account => void (await signIn(accounts, account)),
      exportTemplates: plan => exportTemplates(services, plan),
      copyTicket,
      saveTicket,
      create: (document, account, facts) => startCreate(services, document, account, facts),
      showRun: runId => services.runPanels.show(runId),
    }),
    tunnelPanels: new TunnelPanels({
      extensionUri,
      tunnels,
      errors,
      log: warn,
      get actions() {
        return editorTunnelActions(services);
      },
      accountName: place => tunnelAccountName(services, place),
    }),
    version: (context.extension.packageJSON as { version: string }).version,
  };
  context.subscriptions.push(
    log,
    accounts,
    clusters,
    outlooks,
    runs,
    tunnels,
    bastions,
    services.clustersTree,
    services.runsTree,
    services.runPanels,
    services.planners,
    services.tunnelPanels,
    askToSignIn(
      tunnels,
      key => accountOfTunnel(services, key),
      account => errors.guard(() => signIn(accounts, account))(),
      async ({ profile }) => {
        await accounts.codes.load();
        return accounts.codes.list(profile).length > 0;
      },
    ),
    accounts.onDidSignIn(() => tunnels.signedIn()),
    kubeconfigInAllTerminals(context.environmentVariableCollection, tunnels),
    new StatusBar(runs, tunnels),
    codeStatus(accounts.codes),
    new SpecDiagnostics(),
    walkthroughProgress(runs, tunnels),
  );
  void runs.load().catch((error: unknown) => log.error(String(error)));
  void tunnels.load();
  void accounts.codes.load().catch((error: unknown) => log.error(String(error)));
  void installCredentialLauncher({
    home,
    plugin: join(dist, 'token.js'),
    runtime: process.execPath,
    platform: process.platform,
  }).catch((error: unknown) => log.error(`the credential launcher could not be written: ${String(error)}`));
  return services;
}

async function act({ accounts, log }: EditorServices, action: ErrorAction): Promise<void> {
  switch (action.id) {
    case 'open-link':
    case 'install-kubectl':
      if (action.target) await vscode.env.openExternal(vscode.Uri.parse(action.target));
      return;
    case 'open-spec': {
      const [, file = '', line = '1', column = '1'] = /^(.*?)(?::(\d+))?(?::(\d+))?$/s.exec(action.target ?? '') ?? [];
      const position = new vscode.Position(Number(line) - 1, Number(column) - 1);
      await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(position, position) });
      return;
    }
    case 'choose-account':
      await addProfile(accounts);
      return;
    case 'sign-in': {
      const account = await chooseAccount(accounts);
      if (account) await signIn(accounts, account);
      return;
    }
    case 'retry':
    case 'show-log':
      return log.show();
  }
}
