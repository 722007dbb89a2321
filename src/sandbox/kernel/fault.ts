import type { Account } from './account.ts';

/** An API call that fails, once its `call`-th call comes. */
export interface ApiFault {
  readonly kind: 'api';
  /** The service's name in a credential scope, and the operation; `*` for any. */
  readonly service: string;
  readonly operation: string;
  /** Which call from now on, counted from 1. */
  readonly call: number;
  /** How many calls from there. */
  readonly times: number;
  /** `throttle`: the service's own throttling error. `drop-request`: the connection is cut and nothing done; `drop-response`: done, but never told. */
  readonly effect: 'error' | 'throttle' | 'drop-request' | 'drop-response';
  readonly code?: string;
  readonly message?: string;
  readonly status?: number;
}

/** A resource of a stack that fails, or takes longer, the next `times` times. */
export interface ResourceFault {
  readonly kind: 'resource';
  readonly type?: string;
  readonly logicalId?: string;
  readonly action: 'CREATE' | 'UPDATE' | 'DELETE';
  /** The reason of the failure; absent: it only takes `delaySeconds` longer. */
  readonly fail?: string;
  readonly delaySeconds?: number;
  readonly times: number;
}

export type Fault = ApiFault | ResourceFault;
type Row = { fault: Fault; seen: number };

const faults = (account: Account) => account.table<Row>('sandbox.faults');
const effects = ['error', 'throttle', 'drop-request', 'drop-response'] as const;
const actions = ['CREATE', 'UPDATE', 'DELETE'] as const;

/** Takes a fault as the control URL gets it. Throws `TypeError` naming what is wrong. */
export function addFault(account: Account, given: unknown): Fault {
  if (typeof given !== 'object' || given === null) throw new TypeError('a fault is a JSON object');
  const field = given as Record<string, unknown>;
  const text = (name: string): string | undefined => {
    const value = field[name];
    if (value === undefined || typeof value === 'string') return value;
    throw new TypeError(`${name} must be a string`);
  };
  const count = (name: string): number | undefined => {
    const value = field[name];
    if (value === undefined || (typeof value === 'number' && value >= 1)) return value;
    throw new TypeError(`${name} must be a number from 1`);
  };
  const one = <T extends string>(name: string, among: readonly T[], usual: T): T => {
    const value = field[name] ?? usual;
    const found = among.find(choice => choice === value);
    if (found === undefined) throw new TypeError(`${name} must be one of ${among.join(', ')}`);
    return found;
  };
  const times = count('times') ?? 1;
  const optional = {
    type: text('type'),
    logicalId: text('logicalId'),
    fail: text('fail'),
    delaySeconds: count('delaySeconds'),
  };
  const service = text('service');
  let fault: Fault;
  if (service !== undefined) {
    const error = { code: text('code'), message: text('message'), status: count('status') };
    const effect = one('effect', effects, 'error');
    if (effect === 'error' && error.code === undefined) throw new TypeError('an error needs its code');
    fault = {
      kind: 'api',
      service,
      operation: text('operation') ?? '*',
      call: count('call') ?? 1,
      times,
      effect,
      ...defined(error),
    };
  } else {
    if (!optional.type && !optional.logicalId) throw new TypeError('a fault needs a service, or a type or logicalId');
    if (!optional.fail && !optional.delaySeconds) throw new TypeError('a resource fault needs fail or delaySeconds');
    fault = { kind: 'resource', action: one('action', actions, 'CREATE'), times, ...defined(optional) };
  }
  faults(account).set(String(account.nextNumber()), { fault, seen: 0 });
  return fault;
}

function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as never;
}

export function clearFaults(account: Account): void {
  for (const [id] of faults(account).entries()) faults(account).delete(id);
}

/** The fault that strikes this API call, if any; counts the call. */
export function apiFault(account: Account, service: string, operation: string): ApiFault | undefined {
  let struck: ApiFault | undefined;
  for (const [id, row] of faults(account).entries()) {
    const { fault } = row;
    if (fault.kind !== 'api' || !matches(fault.service, service) || !matches(fault.operation, operation)) continue;
    row.seen++;
    if (row.seen >= fault.call) struck ??= fault;
    if (row.seen >= fault.call + fault.times - 1) faults(account).delete(id);
  }
  return struck;
}

/** The fault that strikes this resource of a stack, if any; asked once per action by the CloudFormation engine. */
export function resourceFault(
  account: Account,
  action: ResourceFault['action'],
  type: string,
  logicalId: string,
): ResourceFault | undefined {
  for (const [id, row] of faults(account).entries()) {
    const { fault } = row;
    if (fault.kind !== 'resource' || fault.action !== action) continue;
    if ((fault.type ?? type) !== type || (fault.logicalId ?? logicalId) !== logicalId) continue;
    row.seen++;
    if (row.seen >= fault.times) faults(account).delete(id);
    return fault;
  }
  return undefined;
}

const matches = (pattern: string, name: string) => pattern === '*' || pattern.toLowerCase() === name.toLowerCase();
