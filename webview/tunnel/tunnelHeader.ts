import { html, nothing, type TemplateResult } from 'lit';
import { detailSentence, durationText } from '../../src/protocol/measures.ts';
import type { TunnelPanelRequest, TunnelPanelState } from '../../src/protocol/tunnelPanel.ts';
import { dayAndTime } from '../components/format.ts';
import { stateWords } from './stateWords.ts';

type Post = (request: TunnelPanelRequest) => void;

/** What this is, how it is, and what can be done next. */
export function tunnelHeader(state: TunnelPanelState, now: number, post: Post): TemplateResult {
  const { place, account, tunnel } = state;
  const { word, icon, tone } = stateWords[tunnel?.state ?? 'ended'];
  return html`<header class="tunnel-header">
    <div class="row">
      <div class="grow">
        <h1>Tunnel to ${place.cluster}</h1>
        <p class="muted">${account} · ${place.region}</p>
      </div>
      <div class="row state">
        <span class="codicon codicon-${icon} status-${tone} ${icon === 'sync' ? 'spin' : ''}" aria-hidden="true"></span>
        <span class="word">${word}</span>
        ${tunnel ? html`<span class="muted number">${tunnel.state === 'ended' ? dayAndTime(tunnel.since) : durationText(now - tunnel.since)}</span>` : nothing}
      </div>
    </div>
    <p class="detail">
      ${tunnel ? detailSentence(tunnel.detail) : 'This tunnel has ended, and nobody here remembers it.'}
    </p>
    <p class="visually-hidden" aria-live="polite">${spoken(state)}</p>
    <div class="row actions">${actions(state, post)}</div>
  </header>`;
}

/** One primary action: what brings the person on. */
function actions({ tunnel }: TunnelPanelState, post: Post): TemplateResult {
  const button = (label: string, type: Exclude<TunnelPanelRequest['type'], 'ready' | 'use-route'>, primary = false) =>
    html`<vscode-button appearance=${primary ? 'primary' : 'secondary'} @click=${() => post({ type })}
      >${label}</vscode-button
    >`;
  const state = tunnel?.state ?? 'ended';
  if (state === 'ended')
    return html`${button('Connect', 'connect', true)}
    ${tunnel ? button('Copy diagnostics', 'copy-diagnostics') : nothing}`;
  return html`
    ${state === 'waiting-for-sign-in' ? button('Sign in', 'sign-in', true) : nothing}
    ${button('Open kubectl terminal', 'open-terminal', state === 'healthy' || state === 'resting')}
    ${button('Reconnect', 'reconnect', state === 'degraded')} ${button('Choose route…', 'change-route')}
    ${button('Copy environment', 'copy-environment')} ${button('Copy diagnostics', 'copy-diagnostics')}
    ${button('Disconnect', 'disconnect')}
  `;
}

/** Summaries are spoken: the state, and what happened last with its cure. Numbers that change with every probe are not. */
function spoken({ tunnel, log }: TunnelPanelState): string {
  const last = log.at(-1);
  return [
    `${stateWords[tunnel?.state ?? 'ended'].word}.`,
    ...(last ? [last.message, ...(last.cure ? [last.cure] : [])] : []),
  ].join(' ');
}
