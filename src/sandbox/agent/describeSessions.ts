import type { DescribeSessionsRequest, DescribeSessionsResponse } from '@aws-sdk/client-ssm';
import type { CallContext } from '../kernel/account.ts';
import { notImplemented } from '../kernel/awsError.ts';
import { portSessions } from './portSession.ts';

/** Active sessions of everybody in the region; AWS's other filters, the history and pages are not simulated. */
export function describeSessions(input: DescribeSessionsRequest, context: CallContext): DescribeSessionsResponse {
  if (input.State !== 'Active') throw notImplemented('ssm:DescribeSessions State History');
  const { Filters = [] } = input;
  for (const { key } of Filters) if (key !== 'Target') throw notImplemented(`ssm:DescribeSessions filter ${key ?? ''}`);
  const active = portSessions(context.account).filter(
    ({ region, status, target }) =>
      region === context.region && status === 'connected' && Filters.every(({ value }) => value === target),
  );
  return {
    Sessions: active.map(({ sessionId, target, owner }) => ({
      SessionId: sessionId,
      Target: target,
      Status: 'Connected',
      Owner: owner,
    })),
  };
}
