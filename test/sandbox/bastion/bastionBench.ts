import assert from 'node:assert/strict';
import type { AwsSession } from '../../../src/core/aws/awsSession.ts';
import type { BastionDeps } from '../../../src/core/tunnel/bastion/bastion.ts';
import { startBastion, type BastionRequest } from '../../../src/core/tunnel/bastion/startBastion.ts';
import { sweepBastions } from '../../../src/core/tunnel/bastion/sweepBastions.ts';
import { describeClusterAccess, type ClusterReach } from '../../../src/core/tunnel/route/clusterAccess.ts';
import type { AccountSnapshot } from '../../../src/sandbox/kernel/account.ts';
import { ClusterBench, failureOf, region } from '../support/clusterRun.ts';
import {
  virtualAccount,
  type SessionCredentials,
  type VirtualAccount,
  type VirtualAccountOptions,
} from '../support/virtualAccount.ts';

let initial: AccountSnapshot | undefined;

/** An account with the cluster `demo`, made once. */
export async function clusterSnapshot(): Promise<AccountSnapshot> {
  if (initial === undefined) {
    const bench = await ClusterBench.open();
    const created = await bench.create(await bench.plan());
    assert.equal(created.outcome, 'done', JSON.stringify(failureOf(created)));
    await bench.account.pass(300);
    initial = bench.account.sandbox.account.snapshot();
    await bench.close();
  }
  return structuredClone(initial);
}

/** A session that loses one call, before or after it is sent: with its process, or, given a signal, with that call alone. */
function mortal(
  session: AwsSession,
  { at, sent }: { readonly at: string; readonly sent: boolean },
  onLost: () => void,
  cancelled?: AbortSignal,
): AwsSession {
  let isDead = false;
  const never = new Promise<never>(() => undefined);
  return {
    ...session,
    client: async service => {
      const client = await session.client(service);
      const pass = (...args: unknown[]) =>
        (client.send as (...args: unknown[]) => Promise<unknown>).apply(client, args);
      const send = async (command: object, ...rest: unknown[]): Promise<unknown> => {
        if (isDead) return never;
        if (!command.constructor.name.startsWith(at)) return pass(command, ...rest);
        isDead = cancelled === undefined;
        if (sent) await pass(command, ...rest);
        onLost();
        cancelled?.throwIfAborted();
        return never;
      };
      return new Proxy(client, { get: (target, key) => (key === 'send' ? send : Reflect.get(target, key)) as unknown });
    },
  };
}

/** People who start, stop and sweep bastions for the cluster `demo`. */
export class BastionBench {
  readonly account: VirtualAccount;
  readonly session: AwsSession;
  readonly deps: BastionDeps;
  readonly cluster: ClusterReach;
  readonly #before: readonly string[];

  private constructor(account: VirtualAccount, session: AwsSession, cluster: ClusterReach) {
    this.account = account;
    this.session = session;
    this.deps = { session, clock: account.clock };
    this.cluster = cluster;
    this.#before = this.#resources();
  }

  static async open(options: VirtualAccountOptions = {}): Promise<BastionBench> {
    const account = virtualAccount({ ...options, snapshot: await clusterSnapshot() });
    const session = account.session(region);
    return new BastionBench(account, session, await account.run(describeClusterAccess(session, 'demo')));
  }

  start(options: Partial<BastionRequest> = {}, signal = new AbortController().signal) {
    return this.account.run(startBastion(this.deps, { cluster: this.cluster, ...options }, signal));
  }

  startAs(credentials: SessionCredentials, options: Partial<BastionRequest> = {}) {
    const session = this.account.session(region, credentials);
    const deps = { session, clock: this.account.clock };
    return startBastion(deps, { cluster: this.cluster, ...options }, new AbortController().signal);
  }

  sweep(options: { readonly stopRunning?: boolean } = {}) {
    const request = { vpcId: this.cluster.vpcId, ...options };
    return this.account.run(sweepBastions(this.deps, request, new AbortController().signal));
  }

  /** Nothing is there that was not there before; AWS tells of stopped tasks for another hour. */
  async assertEmpty(): Promise<void> {
    await this.account.pass(3700);
    assert.deepEqual(
      this.#resources().filter(resource => !this.#before.includes(resource)),
      [],
    );
  }

  /** Until an operation has been called, in steps of the account's time. */
  async until(operation: string): Promise<void> {
    while (!this.operations().includes(operation)) await this.account.clock.sleep(500);
  }

  /** Starts a bastion in a process that dies at a call: before it is sent, or before its answer arrives. */
  startAndDie(dies: { readonly at: string; readonly sent: boolean }, options: Partial<BastionRequest> = {}) {
    const death = Promise.withResolvers<void>();
    const deps = { ...this.deps, session: mortal(this.session, dies, death.resolve) };
    void startBastion(deps, { cluster: this.cluster, ...options }, new AbortController().signal);
    return this.account.run(death.promise);
  }

  /** Starts a bastion and cancels while one call is answered: the answer never arrives. */
  startAndCancel({ at }: { readonly at: string }, cancel: AbortController) {
    const lose = () => cancel.abort();
    const deps = { ...this.deps, session: mortal(this.session, { at, sent: true }, lose, cancel.signal) };
    return this.account.run(startBastion(deps, { cluster: this.cluster }, cancel.signal));
  }

  operations(): string[] {
    return this.account.calls.map(({ client, operation }) => `${client}:${operation}`);
  }

  #resources(): string[] {
    return this.account
      .state()
      .resources.filter(({ type, status }) => !(type === 'AWS::CloudFormation::Stack' && status === 'DELETE_COMPLETE'))
      .map(resource => JSON.stringify([resource.type, resource.id]));
  }
}
