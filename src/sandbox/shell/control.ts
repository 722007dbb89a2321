import type { Account } from '../kernel/account.ts';
import { addFault, clearFaults } from '../kernel/fault.ts';
import type { WireRequest, WireResponse } from '../wire/wireMessage.ts';

/** What exists and what is still to happen; the shape of `GET <control>/state`. */
export function stateOf(account: Account): object {
  const pending = account
    .pendingJobs()
    .map(({ at, name, payload }) => ({ at: new Date(at).toISOString(), name, payload }));
  return { now: new Date(account.now()).toISOString(), resources: account.resources(), pending };
}

/** `route` is what follows the control URL: `/faults`, `/state`. */
export function handleControl(account: Account, route: string, { method, body }: WireRequest): WireResponse {
  switch (`${method} ${route}`) {
    case 'GET /state':
      return json(200, stateOf(account));
    case 'DELETE /faults':
      clearFaults(account);
      return json(200, {});
    case 'POST /faults':
      try {
        return json(201, addFault(account, JSON.parse(Buffer.from(body).toString('utf8'))));
      } catch (error) {
        return json(400, { message: error instanceof Error ? error.message : String(error) });
      }
    default:
      return json(404, { message: `no ${method} ${route} here: POST or DELETE /faults, GET /state` });
  }
}

function json(status: number, value: object): WireResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
