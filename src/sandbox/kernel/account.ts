// CONTRACT: the simulated account. Everything in it is synchronous: an operation is a function from input to output over its tables,
// and whatever takes time is a job that falls due on the account's clock.
import { AwsError, notImplemented } from './awsError.ts';
import { JobQueue, type Job } from './jobQueue.ts';
import { Table } from './table.ts';

/** Who calls: what STS would tell of the credentials, or the AWS service that acts on somebody's behalf. */
export interface Principal {
  readonly accountId: string;
  readonly arn: string;
  readonly userId: string;
}

/** One call of one operation. Operations call each other, as AWS's services do, through `call`. */
export interface CallContext {
  readonly account: Account;
  readonly region: string;
  readonly principal: Principal;
  readonly requestId: string;
}

/** Input and output are the SDK's request and response shapes; `Date` for timestamps, `Uint8Array` for blobs. */
export type Operation<Input extends object = never, Output extends object = object> = (
  input: Input,
  context: CallContext,
) => Output;

export type JobHandler<Payload = never> = (payload: Payload, account: Account) => void;

/** One AWS service: its name in the SigV4 credential scope, its operations by AWS's names, and the jobs it schedules. */
export interface Service {
  readonly name: string;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly jobs?: Readonly<Record<string, JobHandler>>;
  /** What exists in the account now, for the control URL's `state`: not what every empty account has. */
  readonly resources?: (account: Account) => readonly SandboxResource[];
}

/** One existing thing; `type` is CloudFormation's name for it. */
export interface SandboxResource {
  readonly type: string;
  readonly id: string;
  readonly region?: string;
  readonly [detail: string]: unknown;
}

export interface AccountSnapshot {
  readonly accountId: string;
  readonly now: number;
  readonly counter: number;
  readonly jobs: readonly Job[];
  readonly tables: Readonly<Record<string, readonly (readonly [string, object])[]>>;
}

export class Account {
  readonly accountId: string;
  readonly partition = 'aws';
  /** Where the sandbox is reached from outside (`http://127.0.0.1:PORT`), when it is served: `ws:` stream URLs are made from it. */
  publicUrl: string | undefined;
  readonly #services = new Map<string, Service>();
  readonly #jobHandlers = new Map<string, JobHandler>();
  readonly #tables = new Map<string, Table<object>>();
  readonly #queue: JobQueue;
  #now: number;
  #counter: number;
  /** Real time in ms, by which signatures, keys and tokens live. */
  realNow: () => number = Date.now;
  /** Called whenever a job is scheduled, so that whoever drives the clock can look again. */
  onScheduled: (() => void) | undefined;
  /**
   * For whoever reaches the account by another way than its wire: to be called before a request, so that its time is now, and after one
   * that has changed something, so that it is kept.
   */
  onTouched: (() => void) | undefined;

  constructor(services: readonly Service[], start: AccountSnapshot | { accountId: string; now: number }) {
    this.accountId = start.accountId;
    this.#now = start.now;
    this.#counter = 'counter' in start ? start.counter : 0;
    this.#queue = new JobQueue('jobs' in start ? start.jobs : []);
    if ('tables' in start)
      for (const [name, rows] of Object.entries(start.tables)) this.#tables.set(name, new Table(rows));
    for (const service of services) {
      this.#services.set(service.name, service);
      for (const [name, handler] of Object.entries(service.jobs ?? {})) this.#jobHandlers.set(name, handler);
    }
  }

  /** Account time in ms since the epoch. */
  now(): number {
    return this.#now;
  }

  /** Rows of one kind; `name` is `service.thing`. Regional kinds put the region into the name: `regional(...)` does. */
  table<T extends object>(name: string): Table<T> {
    let table = this.#tables.get(name);
    if (!table) this.#tables.set(name, (table = new Table()));
    return table as Table<T>;
  }

  regional<T extends object>(region: string, name: string): Table<T> {
    return this.table<T>(`${region}/${name}`);
  }

  /** Runs `name`'s handler with `payload` (plain JSON) once account time has moved on by `seconds`. */
  schedule(seconds: number, name: string, payload: unknown): void {
    if (!this.#jobHandlers.has(name)) throw new Error(`no handler for job ${name}`);
    this.#queue.add(this.#now + seconds * 1000, name, payload);
    this.onScheduled?.();
  }

  nextJobAt(): number | undefined {
    return this.#queue.peek()?.at;
  }

  pendingJobs(): readonly Job[] {
    return this.#queue.pending();
  }

  /** Moves account time to `time`, running what falls due on the way, in order. */
  advanceTo(time: number): void {
    for (let job = this.#queue.peek(); job && job.at <= time; job = this.#queue.peek()) {
      this.#queue.shift();
      this.#now = Math.max(this.#now, job.at);
      this.#jobHandlers.get(job.name)?.(job.payload as never, this);
    }
    this.#now = Math.max(this.#now, time);
  }

  /** Calls another service's operation as `context`'s principal, as CloudFormation and EKS do. */
  call<Output extends object>(context: CallContext, service: string, operation: string, input: object): Output {
    const run = this.#services.get(service)?.operations[operation];
    if (!run) throw notImplemented(`${service}:${operation}`);
    return run(input as never, context) as Output;
  }

  hasOperation(service: string, operation: string): boolean {
    return this.#services.get(service)?.operations[operation] !== undefined;
  }

  /** Regions in which a regional table of this name has been used. */
  regionsOf(name: string): string[] {
    return [...this.#tables.keys()].filter(key => key.endsWith(`/${name}`)).map(key => key.slice(0, -name.length - 1));
  }

  resources(): SandboxResource[] {
    return [...this.#services.values()].flatMap(service => service.resources?.(this) ?? []);
  }

  /** A context for what AWS does by itself, in a job. */
  serviceContext(region: string, servicePrincipal: string): CallContext {
    const principal = { accountId: this.accountId, arn: servicePrincipal, userId: servicePrincipal };
    return { account: this, region, principal, requestId: this.uuid() };
  }

  /** The n-th number of this account; ids are made from it, so that equal histories give equal ids. */
  nextNumber(): number {
    return ++this.#counter;
  }

  /** `vpc-0` and 16 more hex digits, in AWS's long format. */
  resourceId(prefix: string): string {
    return `${prefix}-0${this.hex(16)}`;
  }

  /** Hex digits that look random and are not: a hash of account and counter. */
  hex(length: number): string {
    let out = '';
    while (out.length < length) out += mix(`${this.accountId}:${this.nextNumber()}`);
    return out.slice(0, length);
  }

  uuid(): string {
    const h = this.hex(32);
    return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20, 32)}`;
  }

  arn(service: string, region: string, resource: string): string {
    return `arn:${this.partition}:${service}:${region}:${this.accountId}:${resource}`;
  }

  snapshot(): AccountSnapshot {
    const tables = Object.fromEntries([...this.#tables].map(([name, table]) => [name, table.entries()]));
    const { accountId } = this;
    return { accountId, now: this.#now, counter: this.#counter, jobs: [...this.#queue.pending()], tables };
  }
}

/** 16 hex digits of two 32-bit FNV-1a hashes. */
function mix(text: string): string {
  const fnv = (seed: number): string => {
    let hash = seed;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    return ((hash ^ (hash >>> 13)) >>> 0).toString(16).padStart(8, '0');
  };
  return fnv(0x811c9dc5) + fnv(0x9e3779b9);
}

export function requireFound<T>(row: T | undefined, code: string, message: string, status = 400): T {
  if (row === undefined) throw new AwsError(code, message, status);
  return row;
}
