import type { RouteFinding, RouteReport } from '../../../src/core/tunnel/route/route.ts';
import type { TunnelEvent } from '../../../src/core/tunnel/supervisor/tunnelEvent.ts';
import type { TunnelStatus } from '../../../src/core/tunnel/supervisor/tunnelStatus.ts';
import { tunnelPanelState, type TunnelMemory } from '../../../src/editor/tunnels/tunnelPanelState.ts';
import type { TrafficSample, TunnelPanelState } from '../../../src/protocol/tunnelPanel.ts';

const now = Date.UTC(2026, 10, 21, 12);
const minute = 60_000;
const hour = 60 * minute;
const place = { accountId: '123456789012', region: 'eu-west-1', cluster: 'payments' };

const instance = {
  kind: 'instance',
  target: 'i-0123456789abcdef0',
  agentVersion: '3.3.2746.0',
  reason: 'A node of payments whose agent is online, and whose security group the cluster’s lets in on 443.',
} as const;

const status: TunnelStatus = {
  state: 'healthy',
  detail: 'The endpoint answers through i-0123456789abcdef0.',
  port: 50443,
  route: instance,
  latencyMs: 38,
  resumes: 3,
  sessionsBegun: 2,
  sessions: ['alice-0a1b2c3d4e5f60718', 'alice-0f9e8d7c6b5a40312'].map((sessionId, index) => ({
    sessionId,
    target: instance.target,
    state: 'open',
    connections: 3 - index,
    bytesIn: 71_200_000 >> index,
    bytesOut: 1_040_000 >> index,
    roundTripMs: 31.4 + index,
    resumes: 3 - 2 * index,
  })),
  bytesIn: 106_800_000,
  bytesOut: 1_560_000,
  openConnections: 5,
  since: now - 42 * minute,
  openedAt: now - 27 * hour,
};

const findings: readonly RouteFinding[] = [
  {
    kind: 'direct',
    verdict: 'unusable',
    summary: 'The endpoint’s name resolves to private addresses that do not answer from here.',
    evidence: [
      {
        resource: 'A1B2C3D4E5F6A7B8C9D0E1F2A3B4C5D6.gr7.eu-west-1.eks.amazonaws.com',
        attribute: 'addresses',
        seen: '10.40.12.7, 10.40.28.91',
      },
      { resource: '10.40.12.7:443', attribute: 'connect', seen: 'no answer within 1.5 s', needed: 'an answer' },
      { resource: 'vpc-0a1b2c3d4e5f60718', attribute: 'peering, VPN, Direct Connect', seen: 'none' },
    ],
    fix: 'Connect to the network that can reach the VPC, and let the cluster’s security group admit its range on 443.',
  },
  {
    kind: 'instance',
    verdict: 'chosen',
    summary: instance.reason,
    evidence: [
      {
        resource: 'i-0123456789abcdef0',
        attribute: 'agent',
        seen: '3.3.2746.0, online',
        needed: '3.1.1374.0 or later',
      },
      { resource: 'sg-0a1b2c3d4e5f60718', attribute: 'inbound 443', seen: 'from sg-0a1b2c3d4e5f60718' },
    ],
  },
  {
    kind: 'bastion',
    verdict: 'usable',
    summary: 'A bastion of alice@example.com runs until 13:20.',
    evidence: [{ resource: 'task 0a1b2c3d', attribute: 'ExecuteCommandAgent', seen: 'RUNNING', needed: 'RUNNING' }],
  },
  {
    kind: 'new-bastion',
    verdict: 'needs-consent',
    summary: 'A bastion task could be started in 30 to 60 seconds: about 0.015 USD an hour, at most 8 hours.',
    evidence: [],
  },
];

function told(seq: number, ago: number, message: string, more: Partial<TunnelEvent> = {}): TunnelEvent {
  return { seq, at: now - ago, severity: 'info', code: 'resumed', message, ...more };
}

const events: readonly TunnelEvent[] = [
  told(1, 27 * hour, 'Found a way in: instance i-0123456789abcdef0.', { code: 'route-found' }),
  told(2, 27 * hour, 'Session alice-0a1b2c3d4e5f60718 was opened.', { code: 'session-opened' }),
  told(3, 2 * hour, 'Session Manager closed the socket, as it does about every hour.', {
    severity: 'warning',
    code: 'socket-lost',
    cure: 'Resumed in 0.4 s; no stream was lost.',
  }),
  told(4, 43 * minute, 'The endpoint did not answer the probe.', { severity: 'error', code: 'probe-failed' }),
  told(5, 42 * minute, 'The endpoint answers again.', {
    code: 'recovered',
    cure: 'A new session was begun; the port is the same.',
  }),
  told(6, 40 * minute, 'A second session was added under load.', { code: 'session-added' }),
];

const samples: readonly TrafficSample[] = trafficOfFiveMinutes();

/** Two downloads, a break in the answers, and little else. */
function trafficOfFiveMinutes(): TrafficSample[] {
  let bytesIn = 98_000_000;
  let bytesOut = 1_500_000;
  return Array.from({ length: 150 }, (_, index) => {
    const busy = index > 40 && index < 70 ? 640_000 + ((index * 37) % 11) * 8000 : index > 122 ? 210_000 : 900;
    bytesIn += busy * 2;
    bytesOut += busy / 8 + 600 + ((index * 13) % 7) * 900;
    const latencyMs = index > 84 && index < 92 ? undefined : 34 + ((index * 7) % 11) + (busy > 600_000 ? 40 : 0);
    return { at: now - (150 - index) * 2000, bytesIn, bytesOut, latencyMs };
  });
}

const report: RouteReport = { route: instance, findings, at: now - 27 * hour };
const memory: TunnelMemory = { status, events, report, samples };

function state(more: Partial<TunnelStatus>, rest: Partial<TunnelMemory> = {}): TunnelPanelState {
  return tunnelPanelState(place, 'prod · 1234…9012', { ...memory, ...rest, status: { ...status, ...more } }, now);
}

const manyEvents = Array.from({ length: 1500 }, (_, index) =>
  told(index + 1, (1500 - index) * minute, `Session Manager closed the socket (${index + 1}).`, {
    severity: index % 9 === 0 ? 'error' : 'warning',
    cure: 'Resumed in 0.4 s; no stream was lost.',
  }),
);

export const tunnelStates = {
  healthy: state({}),
  finding: state(
    {
      state: 'finding-route',
      detail: 'Waiting for a node’s agent to come online, usually one to three minutes.',
      route: undefined,
      latencyMs: undefined,
      sessions: [],
      bytesIn: 0,
      bytesOut: 0,
      openConnections: 0,
      resumes: 0,
      sessionsBegun: 0,
      since: now - 20_000,
      openedAt: undefined,
    },
    { events: [], report: undefined, samples: [] },
  ),
  resuming: state({
    state: 'resuming',
    detail: 'The socket was lost; the streams wait for it.',
    since: now - 2000,
    sessions: status.sessions.map(session => ({ ...session, state: 'resuming' })),
  }),
  resting: state(
    {
      state: 'resting',
      detail: 'nobody uses it, so no session is open on AWS’s side; the next connection opens one, on the same port',
      latencyMs: undefined,
      sessions: [],
      openConnections: 0,
      since: now - 3 * minute,
    },
    {
      events: [
        ...events,
        told(
          7,
          3 * minute,
          'Session Manager ended the session by the account’s idle timeout, after 20 min without traffic.',
          {
            code: 'idle-timeout',
            cure: 'The tunnel rests: the next connection opens a new one, on the same port. No connection was open.',
          },
        ),
      ],
      samples: [
        { at: now - 3 * minute, bytesIn: 106_800_000, bytesOut: 1_560_000, latencyMs: undefined, isResting: true },
      ],
    },
  ),
  degraded: state({ state: 'degraded', detail: 'The endpoint has not answered for 40 s.', latencyMs: undefined }),
  waiting: state({
    state: 'waiting-for-sign-in',
    detail: 'The sign-in of prod has expired. What is open goes on; nothing new can be begun.',
    latencyMs: undefined,
    since: now - 5 * minute,
  }),
  direct: state(
    {
      detail: 'The endpoint answers directly.',
      route: { kind: 'direct', addresses: ['10.40.12.7', '10.40.28.91'], reason: 'Its addresses answer from here.' },
      latencyMs: 4.2,
      sessions: [],
      resumes: 0,
      sessionsBegun: 0,
    },
    {
      report: {
        ...report,
        findings: findings.map(item => ({ ...item, verdict: item.kind === 'direct' ? 'chosen' : 'not-tried' })),
      },
    },
  ),
  bastion: state({
    route: {
      kind: 'bastion',
      target: `ecs:private-eks-vpc-0a1b2c3d4e5f60718_${'0a1b2c3d4e5f6071'.repeat(2)}_${'0a1b2c3d4e5f6071'.repeat(2)}-1234567890`,
      agentVersion: '3.3.2746.0',
      reason: 'The bastion of this VPC runs until 13:20.',
    },
  }),
  long: state({}, { events: manyEvents }),
  ended: state({
    state: 'ended',
    detail: 'Disconnected.',
    sessions: [],
    openConnections: 0,
    latencyMs: undefined,
    since: now,
  }),
  forgotten: tunnelPanelState(place, 'prod · 1234…9012', undefined, now),
} satisfies Record<string, TunnelPanelState>;
