import type { FindingView, RouteKindName, TunnelStateName } from '../../src/protocol/tunnelPanel.ts';

export interface StateWord {
  readonly word: string;
  readonly icon: string;
  /** Of the icon alone: words keep the editor's own colour. */
  readonly tone: 'running' | 'done' | 'warned' | 'failed' | 'waiting';
}

export const stateWords: Readonly<Record<TunnelStateName, StateWord>> = {
  'finding-route': { word: 'Finding a route', icon: 'sync', tone: 'running' },
  opening: { word: 'Opening', icon: 'sync', tone: 'running' },
  healthy: { word: 'Healthy', icon: 'pass', tone: 'done' },
  resting: { word: 'Resting', icon: 'circle-outline', tone: 'waiting' },
  degraded: { word: 'No answer', icon: 'warning', tone: 'warned' },
  resuming: { word: 'Resuming', icon: 'sync', tone: 'warned' },
  'waiting-for-sign-in': { word: 'Waiting for sign-in', icon: 'key', tone: 'warned' },
  ended: { word: 'Ended', icon: 'debug-disconnect', tone: 'waiting' },
};

export const kindWords: Readonly<Record<RouteKindName, string>> = {
  direct: 'Direct',
  instance: 'Instance',
  bastion: 'Running bastion',
  'new-bastion': 'New bastion',
};

export const verdictWords: Readonly<
  Record<FindingView['verdict'], { readonly word: string; readonly icon: string; readonly tone: StateWord['tone'] }>
> = {
  chosen: { word: 'In use', icon: 'pass-filled', tone: 'done' },
  usable: { word: 'Would work', icon: 'pass', tone: 'done' },
  unusable: { word: 'Not possible', icon: 'circle-slash', tone: 'waiting' },
  'needs-consent': { word: 'Costs money', icon: 'question', tone: 'warned' },
  'not-tried': { word: 'Not tried', icon: 'circle-outline', tone: 'waiting' },
};
