import { html, nothing, type TemplateResult } from 'lit';
import { bytesText, durationText, latencyText } from '../../src/protocol/measures.ts';
import type { SessionView, TunnelNow } from '../../src/protocol/tunnelPanel.ts';

/** The numbers, in the order in which people ask for them. */
export function facts(tunnel: TunnelNow, now: number): TemplateResult {
  const { address, latencyMs, openedAt, bytesIn, bytesOut, openConnections, resumes, sessionsBegun } = tunnel;
  const ended = tunnel.state === 'ended';
  const fact = (name: string, value: string | number, mono = false) =>
    html`<div>
      <dt class="muted">${name}</dt>
      <dd class=${mono ? 'mono' : ''}>${value}</dd>
    </div>`;
  return html`<dl class="facts">
    ${fact(ended ? 'Listened on' : 'Listens on', address, true)}
    ${ended ? nothing : fact('Latency', latencyMs === undefined ? '–' : latencyText(latencyMs))}
    ${ended || openedAt === undefined ? nothing : fact('Up for', durationText(now - openedAt))}
    ${fact('Down', bytesText(bytesIn))} ${fact('Up', bytesText(bytesOut))}
    ${ended ? nothing : fact('Connections', openConnections)} ${fact('Resumes', resumes)}
    ${fact('Sessions begun', sessionsBegun)}
  </dl>`;
}

/** The sessions that are open now; a direct route has none. */
export function sessionsTable({ sessions, route, state }: TunnelNow): TemplateResult {
  if (sessions.length === 0)
    return html`<p class="muted">
      ${
        route?.kind === 'direct'
          ? 'A direct route needs no session of Session Manager.'
          : state === 'resting'
            ? 'No session is open: the next connection opens one.'
            : 'No session is open.'
      }
    </p>`;
  return html`<div class="scroll sessions" tabindex="0" role="region" aria-label="Sessions">
    <table>
      <thead>
        <tr>
          <th scope="col">Session</th>
          <th scope="col">State</th>
          <th scope="col" class="number">Connections</th>
          <th scope="col" class="number">Down</th>
          <th scope="col" class="number">Up</th>
          <th scope="col" class="number">Round trip</th>
          <th scope="col" class="number">Resumes</th>
        </tr>
      </thead>
      <tbody>
        ${sessions.map(sessionRow)}
      </tbody>
    </table>
  </div>`;
}

function sessionRow(session: SessionView): TemplateResult {
  return html`<tr>
    <th scope="row" class="mono session-id" title="${session.sessionId} to ${session.target}">
      <bdi>${session.sessionId}</bdi>
    </th>
    <td>
      <span
        class="codicon codicon-${session.state === 'open' ? 'pass' : 'sync'} status-${session.state === 'open' ? 'done' : 'warned'}"
        aria-hidden="true"
      ></span>
      ${session.state}
    </td>
    <td class="number">${session.connections}</td>
    <td class="number">${bytesText(session.bytesIn)}</td>
    <td class="number">${bytesText(session.bytesOut)}</td>
    <td class="number">${latencyText(session.roundTripMs)}</td>
    <td class="number">${session.resumes}</td>
  </tr>`;
}
