import type { Account } from '../kernel/account.ts';
import type { Table } from '../kernel/table.ts';

/** A port-forwarding session as the service knows it. */
export interface PortSession {
  readonly sessionId: string;
  readonly region: string;
  /** Instance id, or `ecs:<cluster>_<task>_<runtime id>`. */
  readonly target: string;
  readonly host: string;
  readonly portNumber: string;
  /** ARN of who started it: nobody else resumes or ends it. */
  readonly owner: string;
  status: 'connected' | 'terminated';
  /** Good for one OpenDataChannel; gone when used. */
  token: string | undefined;
  /** Changes with every ResumeSession; a URL with the old one is refused. */
  cell: string;
}

export function portSessions(account: Account): Table<PortSession> {
  return account.table<PortSession>('ssm.port-sessions');
}
