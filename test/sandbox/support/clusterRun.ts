import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readAccountFacts } from '../../../src/core/aws/accountFacts.ts';
import { buildPlan } from '../../../src/core/plan/buildPlan.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import { startCreate, type CreateOptions } from '../../../src/core/run/createRun.ts';
import { startDelete, type DeleteOptions } from '../../../src/core/run/deleteRun.ts';
import { readJournal } from '../../../src/core/run/journal.ts';
import type { RunEvent, RunOutcome } from '../../../src/core/run/runEvent.ts';
import type { OwnRun, RunHandle, RunServices } from '../../../src/core/run/runProcess.ts';
import { parseSpec } from '../../../src/core/spec/parseSpec.ts';
import { virtualAccount, type VirtualAccount, type VirtualAccountOptions } from './virtualAccount.ts';

export const region = 'eu-west-1';
export const minimalSpec = `apiVersion: private-eks/v1\nkind: Cluster\nname: demo\nregion: ${region}\n`;

/** A simulated account, a state folder, and runs in them, as the command line would start them. */
export class ClusterBench {
  readonly account: VirtualAccount;
  readonly stateHome: string;

  private constructor(account: VirtualAccount, stateHome: string) {
    this.account = account;
    this.stateHome = stateHome;
  }

  static async open(options: VirtualAccountOptions = {}): Promise<ClusterBench> {
    return new ClusterBench(virtualAccount(options), await mkdtemp(path.join(tmpdir(), 'private-eks-test-')));
  }

  async close(): Promise<void> {
    await rm(this.stateHome, { recursive: true, force: true });
  }

  services(): RunServices {
    return { stateHome: this.stateHome, session: this.account.session(region), clock: this.account.clock, speed: 1 };
  }

  async plan(specText = minimalSpec): Promise<Plan> {
    const { spec, problems } = parseSpec(specText);
    if (!spec) throw new Error(problems.map(({ message }) => message).join('\n'));
    return buildPlan(spec, await this.account.run(readAccountFacts(this.account.session(region), { spec })));
  }

  async beginCreate(plan: Plan, options: Partial<CreateOptions> = {}): Promise<OwnRun> {
    return own(await this.account.run(startCreate(plan, this.services(), { resume: false, ...options })));
  }

  async create(plan: Plan, options: Partial<CreateOptions> = {}): Promise<RunResult> {
    return this.result(await this.beginCreate(plan, options));
  }

  async delete(
    name = 'demo',
    key: 'keep' | 'schedule-deletion' = 'schedule-deletion',
    more: Partial<DeleteOptions> = {},
  ): Promise<RunResult> {
    return this.result(await this.beginDelete(name, key, more));
  }

  async beginDelete(
    name = 'demo',
    key: 'keep' | 'schedule-deletion' = 'schedule-deletion',
    more: Partial<DeleteOptions> = {},
  ): Promise<OwnRun> {
    return own(await this.account.run(startDelete(name, this.services(), { key, ...more })));
  }

  async result(run: OwnRun): Promise<RunResult> {
    const outcome = await this.account.run(run.finished);
    return { runId: run.runId, outcome, events: await readJournal(run.dir) };
  }
}

export interface RunResult {
  readonly runId: string;
  readonly outcome: RunOutcome;
  readonly events: readonly RunEvent[];
}

export function failureOf({ events }: RunResult) {
  const failure = events.findLast(event => event.type === 'failure');
  return failure?.type === 'failure' ? failure.cause : undefined;
}

/** Outcomes of the steps, in order of their end. */
export function stepOutcomes({ events }: RunResult): Record<string, string> {
  return Object.fromEntries(
    events.flatMap(event => (event.type === 'step-finished' ? [[event.step, event.outcome]] : [])),
  );
}

function own(handle: RunHandle): OwnRun {
  if (handle.kind !== 'own') throw new Error(`run ${handle.runId} belongs to another process`);
  return handle;
}
