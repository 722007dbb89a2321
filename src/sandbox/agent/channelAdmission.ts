import type { IncomingMessage } from 'node:http';
import type { Account } from '../kernel/account.ts';
import { ssmMessagesAccess } from '../services/iam/access/ssmAccess.ts';
import { refusal } from '../services/iam/authorize.ts';
import { verifySignature } from '../wire/sigV4.ts';
import type { ChannelFaults } from './channelFaults.ts';
import type { PortSession } from './portSession.ts';

/** AWS has been seen to take upgrades with and without a signature; one that is there must be right, and its signer allowed to open the channel. */
export function admits(
  { method = '', url: target = '', headers }: IncomingMessage,
  { sessionId, region }: PortSession,
  account: Account,
  upgrades: ChannelFaults['upgrades'],
): boolean {
  if (headers.authorization === undefined) return upgrades !== 'signed';
  if (upgrades === 'unsigned') return false;
  const text = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  const request = { method, target, headers: text, body: new Uint8Array() };
  const verified = verifySignature(request, account, account.realNow());
  if (!('scope' in verified) || verified.scope.service !== 'ssmmessages') return false;
  const context = { account, region, principal: verified.principal, requestId: '' };
  const asked = ssmMessagesAccess['OpenDataChannel']?.({ SessionId: sessionId }, context) ?? [];
  return refusal(context, asked) === undefined;
}

/** Whether these bytes are an OpenDataChannel with the session's token. */
export function opens(data: Buffer, session: PortSession): boolean {
  try {
    const body = JSON.parse(data.toString('utf8')) as Record<string, unknown>;
    return session.token !== undefined && body.TokenValue === session.token && typeof body.RequestId === 'string';
  } catch {
    return false;
  }
}
