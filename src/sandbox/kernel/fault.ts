import * as z from 'zod';
import type { Account } from './account.ts';

const count = z.int().min(1);

/** An API call that fails. `drop-request`: the connection is cut and nothing done; `drop-response`: done, but never told. */
const apiFaultSchema = z
  .strictObject({
    /** The service's name in a credential scope, and the operation; `*` for any. */
    service: z.string(),
    operation: z.string().default('*'),
    /** Which call from now on, counted from 1, and how many from there. */
    call: count.default(1),
    times: count.default(1),
    effect: z.enum(['error', 'throttle', 'drop-request', 'drop-response']).default('error'),
    code: z.string().optional(),
    message: z.string().default(''),
    status: z.int().min(400).max(599).optional(),
  })
  .refine(({ effect, code }) => effect !== 'error' || code !== undefined, 'an error needs its code');

/** A resource of a stack that fails, or only takes longer, the next `times` times. */
const resourceFaultSchema = z
  .strictObject({
    type: z.string().optional(),
    logicalId: z.string().optional(),
    action: z.enum(['CREATE', 'UPDATE', 'DELETE']).default('CREATE'),
    /** The reason of the failure. */
    fail: z.string().optional(),
    delaySeconds: z.number().min(0).default(0),
    times: count.default(1),
  })
  .refine(({ type, logicalId }) => type ?? logicalId, 'a fault needs a service, or a type or logicalId')
  .refine(({ fail, delaySeconds }) => fail !== undefined || delaySeconds > 0, 'it needs fail or delaySeconds');

export type ApiFault = z.infer<typeof apiFaultSchema>;
export type ResourceFault = z.infer<typeof resourceFaultSchema>;
type Struck<T> = T & { seen: number };

const apiFaults = (account: Account) => account.table<Struck<ApiFault>>('sandbox.apiFaults');
const resourceFaults = (account: Account) => account.table<Struck<ResourceFault>>('sandbox.resourceFaults');

/** Takes a fault as the control URL gets it: one with a `service` is an API call's. Throws saying what is wrong. */
export function addFault(account: Account, given: unknown): object {
  const id = String(account.nextNumber());
  const ofApi = typeof given === 'object' && given !== null && 'service' in given;
  const parsed = ofApi ? apiFaultSchema.safeParse(given) : resourceFaultSchema.safeParse(given);
  if (!parsed.success) throw new TypeError(z.prettifyError(parsed.error));
  if ('service' in parsed.data) apiFaults(account).set(id, { ...parsed.data, seen: 0 });
  else resourceFaults(account).set(id, { ...parsed.data, seen: 0 });
  return parsed.data;
}

/** The fault that strikes this API call, if any; counts the call. */
export function apiFault(account: Account, service: string, operation: string): ApiFault | undefined {
  let struck: ApiFault | undefined;
  for (const [id, fault] of apiFaults(account).entries()) {
    if (!matches(fault.service, service) || !matches(fault.operation, operation)) continue;
    fault.seen++;
    if (fault.seen >= fault.call) struck ??= fault;
    if (fault.seen >= fault.call + fault.times - 1) apiFaults(account).delete(id);
  }
  return struck;
}

/** The fault that strikes this resource of a stack, if any; asked once per action. */
export function resourceFault(
  account: Account,
  action: ResourceFault['action'],
  type: string,
  logicalId: string,
): ResourceFault | undefined {
  for (const [id, fault] of resourceFaults(account).entries()) {
    if (fault.action !== action || (fault.type ?? type) !== type || (fault.logicalId ?? logicalId) !== logicalId)
      continue;
    fault.seen++;
    if (fault.seen >= fault.times) resourceFaults(account).delete(id);
    return fault;
  }
  return undefined;
}

const matches = (pattern: string, name: string) => pattern === '*' || pattern.toLowerCase() === name.toLowerCase();
