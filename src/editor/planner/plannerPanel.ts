import { posix } from 'node:path';
import * as vscode from 'vscode';
import { isCancellation, PrivateEksError } from '../../core/errors.ts';
import type { AccountFacts, Plan } from '../../core/plan/plan.ts';
import type { ClusterSpec, SpecReading } from '../../core/spec/clusterSpec.ts';
import { readSpecValues } from '../../core/spec/readSpecValues.ts';
import { parseSpecPath } from '../../core/spec/specPath.ts';
import { locate, readSpecText } from '../../core/spec/specText.ts';
import { readPlannerRequest, type FieldEdit, type PlannerRequest, type PlannerState } from '../../protocol/planner.ts';
import type { Account } from '../accounts/account.ts';
import { PanelChannel } from '../panels/panelChannel.ts';
import { panelHtml, panelIcon, webviewRoot } from '../panels/panelHtml.ts';
import { lookedAt, type Place } from './lookedAt.ts';
import { NetworkList } from './networkList.ts';
import type { PlannerDependencies } from './plannerDependencies.ts';
import { plannerState } from './plannerState.ts';
import { editSpecDocument } from './specDocument.ts';

const settleMs = 150;

/** A planner's file, the account that it is planned for, and what is known of that account. */
export interface PlannedDocument {
  readonly document: vscode.TextDocument;
  readonly account: Account | undefined;
  readonly facts: AccountFacts | undefined;
}

/** One planner: a spec file, the account it is planned for, and the panel that shows both. */
export class PlannerPanel implements vscode.Disposable {
  readonly #dependencies: PlannerDependencies;
  readonly #document: vscode.TextDocument;
  readonly #channel: PanelChannel<PlannerState, PlannerState, PlannerRequest>;
  readonly #subscriptions: vscode.Disposable[] = [];
  #account: Account | undefined;
  #needsSignIn = new Set<string>();
  #reading: SpecReading = { problems: [] };
  #plan: Plan | undefined;
  #facts: AccountFacts | undefined;
  /** What the facts were asked for. */
  #factsOf: string | undefined;
  #trouble: string | undefined;
  readonly #networks: NetworkList;
  #asking: AbortController | undefined;
  #busy: string | undefined;
  #settling: NodeJS.Timeout | undefined;

  constructor(
    dependencies: PlannerDependencies,
    panel: vscode.WebviewPanel,
    document: vscode.TextDocument,
    account: Account | undefined,
  ) {
    this.#dependencies = dependencies;
    this.#document = document;
    this.#account = account;
    const { extensionUri, errors, log, runs, accounts } = dependencies;
    this.#networks = new NetworkList(dependencies, () => this.#tell());
    panel.title = `Plan ${this.#fileName}`;
    panel.iconPath = panelIcon(extensionUri);
    panel.webview.options = { enableScripts: true, localResourceRoots: [webviewRoot(extensionUri)] };
    this.#channel = new PanelChannel({
      webview: panel,
      snapshot: () => this.#state(),
      read: readPlannerRequest,
      handle: request => this.#handle(request),
      refuse: error => errors.refusal(error),
      log,
    });
    this.#subscriptions.push(
      this.#channel,
      vscode.workspace.onDidChangeTextDocument(({ document: changed }) => {
        if (changed.uri.toString() === document.uri.toString()) this.#settle();
      }),
      runs.onDidChange(() => this.#tell()),
      accounts.onDidChange(() => this.#tell()),
    );
    panel.webview.html = panelHtml(panel.webview, extensionUri, 'planner', panel.title);
    this.#read();
  }

  dispose(): void {
    clearTimeout(this.#settling);
    this.#asking?.abort();
    this.#networks.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  get shown(): PlannedDocument {
    const { spec } = this.#reading;
    const facts = spec && this.#busy === undefined ? this.#usable(spec) : undefined;
    return { document: this.#document, account: this.#account, facts };
  }

  get #fileName(): string {
    return posix.basename(this.#document.uri.path);
  }

  #state(): PlannerState {
    const { accounts, runs } = this.#dependencies;
    const shown = accounts.list();
    const spec = this.#reading.spec;
    const running = spec && this.#account && runs.active({ region: spec.region, cluster: spec.name });
    return plannerState({
      uri: this.#document.uri.toString(),
      fileName: this.#fileName,
      text: this.#document.getText(),
      reading: this.#reading,
      plan: this.#plan,
      facts: this.#facts,
      accounts: [
        ...shown.map(account => ({
          id: account.id,
          label: account.label,
          description: account.isSandbox ? 'practice account' : account.region,
          accountId: account.id === this.#account?.id ? this.#facts?.accountId : undefined,
          region: account.region,
          needsSignIn: this.#needsSignIn.has(account.id),
        })),
        {
          id: '',
          label: shown.length === 0 ? 'No account' : 'Another account',
          description: 'choose…',
          accountId: undefined,
          region: undefined,
          needsSignIn: false,
        },
      ],
      accountId: this.#account?.id ?? '',
      busy: this.#busy,
      trouble: this.#trouble,
      networks: this.#networks.choices(this.#place()),
      runningRunId: running?.runId,
    });
  }

  #tell(): void {
    this.#channel.change(this.#state());
  }

  /** Typing comes in bursts; the plan follows when it pauses. */
  #settle(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#read(), settleMs);
  }

  /** Where the file wants its cluster, as far as it says so: a spec with errors names a region, too. */
  #place(): Place | undefined {
    const { region, network } = readSpecValues(this.#document.getText());
    if (!this.#account || typeof region !== 'string') return undefined;
    const vpc = typeof network === 'object' && network !== null && 'vpc' in network ? network.vpc : undefined;
    const id = typeof vpc === 'object' && vpc !== null && 'id' in vpc && typeof vpc.id === 'string' ? vpc.id : '';
    return { account: this.#account, region, vpcId: vpc === undefined ? undefined : id };
  }

  #read(): void {
    const { parseSpec, buildPlan } = this.#dependencies.planning;
    this.#reading = parseSpec(this.#document.getText());
    const { spec } = this.#reading;
    this.#networks.want(this.#place());
    const account = this.#account;
    if (spec && account && lookedAt(account, spec) !== this.#factsOf) this.#ask(account, spec);
    this.#plan = spec && buildPlan(spec, this.#usable(spec));
    this.#tell();
  }

  /** What is known of the account and holds for this spec: of another region nothing does, of another VPC not what was seen of it. */
  #usable({ region, network }: ClusterSpec): AccountFacts | undefined {
    if (this.#facts?.region !== region) return undefined;
    if (this.#facts.network?.vpc.id === network.vpc?.id) return this.#facts;
    const { network: _another, ...rest } = this.#facts;
    return rest;
  }

  #ask(account: Account, spec: ClusterSpec): void {
    this.#factsOf = lookedAt(account, spec);
    this.#busy = `Looking at ${spec.network.vpc?.id ?? account.label} in ${spec.region}`;
    void this.#askAccount(account, spec);
  }

  /** Asks the account what the plan depends on; the plan stands without it meanwhile. */
  async #askAccount(account: Account, spec: ClusterSpec): Promise<void> {
    this.#asking?.abort();
    const asking = (this.#asking = new AbortController());
    try {
      this.#facts = await this.#dependencies.readFacts(account, spec, asking.signal);
      this.#trouble = undefined;
      this.#needsSignIn.delete(account.id);
    } catch (error) {
      if (isCancellation(error) || asking.signal.aborted) return;
      this.#facts = undefined;
      this.#trouble = undefined;
      if (error instanceof PrivateEksError && error.code === 'signed-out') this.#needsSignIn.add(account.id);
      else {
        const words = error instanceof PrivateEksError ? [error.message, error.fix].filter(Boolean).join(' ') : '';
        this.#trouble = words || `${account.label} could not be looked at.`;
        this.#dependencies.log(
          `the account cannot be read for the plan: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
    if (asking.signal.aborted) return;
    this.#busy = undefined;
    this.#read();
  }

  /** Looks anew at what it knows, or could not see. */
  #askAgain(): void {
    this.#factsOf = undefined;
    this.#networks.forget();
    this.#read();
  }

  async #handle(request: PlannerRequest): Promise<void> {
    switch (request.type) {
      case 'ready':
        return;
      case 'edit':
        return this.#edit(request.edits);
      case 'select-account':
        return this.#select(request.id);
      case 'apply-suggestion': {
        const suggestion = this.#plan?.warnings[request.index]?.suggestion;
        if (suggestion) await this.#edit([{ path: suggestion.path, value: suggestion.value }]);
        return;
      }
      case 'reveal':
        return this.#reveal(request.path);
      case 'open-yaml':
        await vscode.window.showTextDocument(this.#document, { viewColumn: vscode.ViewColumn.Beside });
        return;
      case 'export-templates':
        return this.#plan && this.#dependencies.exportTemplates(this.#plan);
      case 'create':
        return this.#create();
      case 'sign-in':
        if (!this.#account) return;
        await this.#dependencies.signIn(this.#account);
        return this.#askAgain();
      case 'reload-networks':
        return this.#askAgain();
      case 'copy-ticket':
        return this.#plan && this.#dependencies.copyTicket(this.#plan);
      case 'save-ticket':
        return this.#plan && this.#dependencies.saveTicket(this.#plan);
      case 'show-run': {
        const runId = this.#state().runningRunId;
        if (runId) await this.#dependencies.showRun(runId);
      }
    }
  }

  async #edit(edits: readonly FieldEdit[]): Promise<void> {
    try {
      await editSpecDocument(this.#document, edits);
    } finally {
      // A refused edit, too: the form must show what the file says.
      this.#read();
    }
  }

  async #select(id: string): Promise<void> {
    const { accounts, chooseAccount } = this.#dependencies;
    const chosen = id === '' ? await chooseAccount() : accounts.get(id);
    if (chosen) {
      this.#account = chosen;
      this.#facts = undefined;
      this.#trouble = undefined;
    }
    this.#read();
  }

  async #reveal(path: string): Promise<void> {
    const problem = this.#reading.problems.find(other => other.path === path);
    const position = this.#document.positionAt(problem?.start.offset ?? this.#offsetOf(path));
    const editor = await vscode.window.showTextDocument(this.#document, { viewColumn: vscode.ViewColumn.Beside });
    editor.selection = new vscode.Selection(position, position);
    editor.revealRange(new vscode.Range(position, position));
  }

  /** Where a field stands, or the nearest thing around it that is there. */
  #offsetOf(path: string): number {
    const text = this.#document.getText();
    const mark = text.startsWith('\uFEFF') ? 1 : 0;
    return mark + locate(readSpecText(text), parseSpecPath(path) ?? [], 'key').start.offset;
  }

  async #create(): Promise<void> {
    if (!this.#plan) return;
    const account = this.#account ?? (await this.#dependencies.chooseAccount());
    if (!account) return;
    this.#account = account;
    const { spec } = this.#reading;
    const seen = spec && this.#busy === undefined ? this.#usable(spec) : undefined;
    await this.#dependencies.create(this.#document, account, seen);
  }
}
