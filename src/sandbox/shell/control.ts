import { gateways } from '../agent/channelGateway.ts';
import { portSessions } from '../agent/portSession.ts';
import type { Account } from '../kernel/account.ts';
import { addFault } from '../kernel/fault.ts';
import { endpointAccessEver } from '../services/eks/endpointAccess.ts';
import type { Policy } from '../services/iam/policy.ts';
import { setServiceControlPolicy } from '../services/iam/serviceControlPolicies.ts';
import { setQuota } from '../services/serviceQuotas.ts';
import type { WireRequest, WireResponse } from '../wire/wireMessage.ts';

/** What exists, what is still to happen, and what would not be seen any more: sessions, and every endpoint that ever was; the shape of `GET <control>/state`. */
export function stateOf(account: Account): object {
  const pending = account
    .pendingJobs()
    .map(({ at, name, payload }) => ({ at: new Date(at).toISOString(), name, payload }));
  const sessions = portSessions(account)
    .values()
    .map(({ sessionId, target, status }) => ({ sessionId, target, status }));
  return {
    now: new Date(account.now()).toISOString(),
    resources: account.resources(),
    pending,
    sessions,
    endpointAccess: endpointAccessEver(account),
  };
}

/** `route` is what follows the control URL: `/faults`, `/state`. */
export function handleControl(account: Account, route: string, { method, body }: WireRequest): WireResponse {
  switch (`${method} ${route}`) {
    case 'GET /state':
      return json(200, stateOf(account));
    case 'POST /faults':
      try {
        return json(201, strike(account, JSON.parse(Buffer.from(body).toString('utf8'))));
      } catch (error) {
        return json(400, { message: error instanceof Error ? error.message : String(error) });
      }
    case 'POST /account':
      try {
        return json(201, arrange(account, JSON.parse(Buffer.from(body).toString('utf8'))));
      } catch (error) {
        return json(400, { message: error instanceof Error ? error.message : String(error) });
      }
    default:
      return json(404, { message: `no ${method} ${route} here: POST /faults, POST /account, GET /state` });
  }
}

/**
 * `{"effect":"drop-sockets"}` or another act befalls every data channel at once, `{"channel":{…}}` says how they misbehave from now
 * on (`agent/channelFaults.ts`); anything else waits for its call or resource.
 */
function strike(account: Account, given: unknown): object {
  const { channel, effect, service, reason, sessionId } = Object(given) as Record<string, unknown>;
  if (channel !== undefined) return gateways.get(account)?.setFaults(channel) ?? {};
  if (typeof effect !== 'string' || service !== undefined) return addFault(account, given);
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return { dropped: gateways.get(account)?.act(effect, text(reason), text(sessionId)) ?? 0 };
}

/** `{"quotas":{"vpc/L-F678F1CE":1}}` gives the account less or more, `{"serviceControlPolicies":{"name":{…}}}` forbids by its organization. */
function arrange(account: Account, given: unknown): object {
  const { quotas = {}, serviceControlPolicies = {} } = Object(given) as Record<string, object>;
  for (const [name, value] of Object.entries(quotas)) setQuota(account, name, Number(value));
  for (const [name, policy] of Object.entries(serviceControlPolicies))
    setServiceControlPolicy(account, name, (policy as Policy | null) ?? undefined);
  return { quotas, serviceControlPolicies };
}

function json(status: number, value: object): WireResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
