import type { RouteReport, SessionRoute } from '../../../../src/core/tunnel/route/route.ts';
import type { TunnelEvent } from '../../../../src/core/tunnel/supervisor/tunnelEvent.ts';
import type { SessionStatus, TunnelStatus } from '../../../../src/core/tunnel/supervisor/tunnelStatus.ts';

const start = Date.UTC(2026, 10, 21, 12);

export const route: SessionRoute = {
  kind: 'instance',
  target: 'i-0123456789abcdef0',
  agentVersion: '3.3.2746.0',
  reason: 'It is a node of payments, its agent is online, and its security group may reach the endpoint.',
};

export const sessionStatus: SessionStatus = {
  sessionId: 'practice-0a1b2c3d4e5f60718',
  target: route.target,
  state: 'open',
  connections: 2,
  bytesIn: 1_200_000,
  bytesOut: 40_000,
  roundTripMs: 31,
  resumes: 1,
};

export const healthy: TunnelStatus = {
  state: 'healthy',
  detail: 'The endpoint answers through i-0123456789abcdef0.',
  port: 50443,
  route,
  latencyMs: 38,
  resumes: 1,
  sessionsBegun: 1,
  sessions: [sessionStatus],
  bytesIn: 1_200_000,
  bytesOut: 40_000,
  openConnections: 2,
  since: start,
  openedAt: start - 3_600_000,
};

export const report: RouteReport = {
  route,
  at: start - 3_600_000,
  findings: [
    {
      kind: 'direct',
      verdict: 'unusable',
      summary: 'The endpoint’s name resolves to addresses that this machine has no route to.',
      evidence: [{ resource: 'this machine', attribute: 'route', seen: 'none', needed: 'a route to 10.40.0.0/16' }],
      fix: 'Connect the VPN.',
    },
    { kind: 'instance', verdict: 'chosen', summary: route.reason, evidence: [] },
    { kind: 'bastion', verdict: 'not-tried', summary: 'No bastion runs in this VPC.', evidence: [] },
    {
      kind: 'new-bastion',
      verdict: 'needs-consent',
      summary: 'A task could be started: about 0.02 USD an hour.',
      evidence: [],
    },
  ],
};

export function event(seq: number, more: Partial<TunnelEvent> = {}): TunnelEvent {
  return { seq, at: start + seq * 1000, severity: 'info', code: 'session-opened', message: `Event ${seq}.`, ...more };
}
