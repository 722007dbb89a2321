import type * as vscode from 'vscode';
import type { SecurityGroupChoice, VpcChoice } from '../../core/network/networkChoices.ts';
import type { AccountFacts, Plan } from '../../core/plan/plan.ts';
import type { ClusterSpec, SpecReading } from '../../core/spec/clusterSpec.ts';
import type { Account } from '../accounts/account.ts';
import type { AccountList } from '../accounts/accountList.ts';
import type { ErrorMessages } from '../errorMessage.ts';
import type { RunStore } from '../runs/runStore.ts';

/** What a planner asks of the rest of the editor. */
export interface PlannerDependencies {
  readonly extensionUri: vscode.Uri;
  readonly accounts: AccountList;
  readonly runs: RunStore;
  readonly errors: ErrorMessages;
  readonly planning: {
    readonly parseSpec: (text: string) => SpecReading;
    readonly buildPlan: (spec: ClusterSpec, account?: AccountFacts) => Plan;
  };
  readFacts(account: Account, spec: ClusterSpec, signal: AbortSignal): Promise<AccountFacts>;
  listNetworks(account: Account, region: string, signal: AbortSignal): Promise<readonly VpcChoice[]>;
  listSecurityGroups(
    account: Account,
    region: string,
    vpcId: string,
    signal: AbortSignal,
  ): Promise<readonly SecurityGroupChoice[]>;
  readonly chooseAccount: () => Promise<Account | undefined>;
  signIn(account: Account): Promise<void>;
  exportTemplates(plan: Plan): Promise<void>;
  /** What the network team must do, for the clipboard. */
  copyTicket(plan: Plan): Promise<void>;
  saveTicket(plan: Plan): Promise<void>;
  /** Confirms account, region and cost, and starts the run. */
  create(document: vscode.TextDocument, account: Account, facts: AccountFacts | undefined): Promise<void>;
  showRun(runId: string): Promise<void>;
  readonly log: (message: string) => void;
}
