import type { HttpRequest } from '@smithy/protocol-http';
import { addFault } from '../../../src/sandbox/kernel/fault.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { toWireRequest, type HttpAnswer } from '../support/virtualAccount.ts';

/** What may happen to a call. `cut`: the connection breaks, before AWS has read it or after AWS has done it. */
export const faultKinds = [
  'throttled',
  'internal error',
  'cut before',
  'cut after',
  'late',
  'denied',
  'expired',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** How late an answer comes, on the account's clock: ms. */
const lateness = 90_000;

/**
 * Makes each call fail once: the first time that an operation is called for a resource, its first attempt meets the fault; what comes
 * after goes through. One request at a time, so that the fault strikes this call and no other.
 */
export class BadDay {
  readonly kind: FaultKind;
  /** The calls that failed, `CreateStack private-eks-demo-network`, in order. */
  readonly struck: string[] = [];
  readonly #known = new Set<string>();
  readonly #wanted: (call: string) => boolean;
  #last: Promise<unknown> = Promise.resolve();

  constructor(kind: FaultKind, wanted: (call: string) => boolean = () => true) {
    this.kind = kind;
    this.#wanted = wanted;
  }

  readonly between = (
    request: HttpRequest,
    deliver: () => Promise<HttpAnswer>,
    sandbox: Sandbox,
  ): Promise<HttpAnswer> => {
    const answer = this.#last.then(() => this.#strike(request, deliver, sandbox));
    this.#last = answer.catch(() => undefined);
    return answer;
  };

  async #strike(request: HttpRequest, deliver: () => Promise<HttpAnswer>, sandbox: Sandbox): Promise<HttpAnswer> {
    const { body } = await toWireRequest(request);
    const call = nameOfCall(request, Buffer.from(body).toString());
    if (this.#known.has(call) || !this.#wanted(call)) return deliver();
    this.#known.add(call);
    this.struck.push(call);
    switch (this.kind) {
      case 'cut before':
        throw connectionReset();
      case 'cut after':
        await deliver();
        throw connectionReset();
      case 'late': {
        const answer = await deliver();
        sandbox.account.advanceTo(sandbox.account.now() + lateness);
        return answer;
      }
      case 'throttled':
      case 'internal error':
      case 'denied':
      case 'expired':
        addFault(sandbox.account, { service: '*', operation: '*', ...errors[this.kind] });
        return deliver();
    }
  }
}

const errors = {
  throttled: { effect: 'throttle' },
  'internal error': { code: 'InternalFailure', message: 'We encountered an internal error.', status: 500 },
  denied: { code: 'AccessDenied', message: 'User is not authorized to perform this action', status: 403 },
  expired: { code: 'ExpiredToken', message: 'The security token included in the request is expired', status: 403 },
} as const;

function connectionReset(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
}

/** Operation and resource, as the wire has them: form fields, a JSON target, or method and path. */
function nameOfCall({ hostname, method, path, headers, query }: HttpRequest, body: string): string {
  const service = hostname.split('.')[0] ?? '';
  const target = headers['x-amz-target'];
  if (target !== undefined) return `${service} ${target.split('.').at(-1) ?? ''} ${body.slice(0, 120)}`;
  const form = new URLSearchParams(body);
  const action = form.get('Action');
  if (action === null) return `${service} ${method} ${path} ${Object.keys(query).join(',')}`;
  const resource = form.get('StackName') ?? form.get('RoleName') ?? form.get('VpcId.1') ?? '';
  return `${service} ${action} ${resource.replace(/\/[0-9a-f-]{36}$/, '')}`;
}
