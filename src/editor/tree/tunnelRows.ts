import * as vscode from 'vscode';
import { bytesText, detailSentence, durationText, latencyText } from '../../protocol/measures.ts';
import type { TunnelState } from '../../core/tunnel/supervisor/tunnelStatus.ts';
import type { LiveTunnel } from '../tunnels/tunnelStore.ts';
import { routeName } from '../tunnels/tunnelPanelState.ts';
import { tunnelContext } from './contextValue.ts';
import type { LeafNode, SectionNode } from './treeNode.ts';

const amber = new vscode.ThemeColor('list.warningForeground');

export function tunnelRow({ account, cluster }: SectionNode, tunnel: LiveTunnel | undefined): vscode.TreeItem {
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem('Tunnel', tunnel ? Collapsed : None);
  // What is collapsed by itself has another id than what cannot be opened: VS Code keeps the state by id.
  item.id = `section/${account.id}/${cluster.name}/tunnel${tunnel ? '' : '/none'}`;
  item.iconPath = tunnel ? tunnelIcon(tunnel) : new vscode.ThemeIcon('plug');
  item.description = tunnel ? tunnelLine(tunnel) : 'not connected';
  item.contextValue = tunnelContext(tunnel?.status.state);
  if (tunnel) item.tooltip = tunnelTooltip(tunnel, Date.now());
  item.accessibilityInformation = { label: `Tunnel of ${cluster.name}, ${item.description}` };
  return item;
}

/** `healthy`, `finding route`, `resting · opens at the next connection`. */
export function tunnelStateText(state: TunnelState): string {
  return state === 'resting' ? 'resting · opens at the next connection' : state.replaceAll('-', ' ');
}

/** `127.0.0.1:50443 · healthy · 38 ms` */
export function tunnelLine({ status }: LiveTunnel): string {
  const { port, state, latencyMs } = status;
  return [
    `127.0.0.1:${port}`,
    tunnelStateText(state),
    ...(latencyMs === undefined ? [] : [latencyText(latencyMs)]),
  ].join(' · ');
}

/** The numbers of a tunnel, one a row. */
export function tunnelFacts({ account, cluster }: SectionNode, { status }: LiveTunnel, now: number): LeafNode[] {
  const { route, latencyMs, openedAt, bytesIn, bytesOut, resumes, sessions, openConnections, detail } = status;
  const unknownLatency = status.state === 'resting' ? 'not asked while it rests' : 'no answer';
  const leaf = (id: string, label: string, description: string, icon: string, tooltip?: string): LeafNode => ({
    kind: 'leaf',
    id: `tunnel/${account.id}/${cluster.name}/${id}`,
    label,
    description,
    icon,
    ...(tooltip === undefined ? {} : { tooltip }),
  });
  return [
    leaf('route', 'Route', routeName(route), 'git-merge', route?.reason ?? detail),
    leaf('uptime', 'Up for', openedAt === undefined ? 'not yet' : durationText(now - openedAt), 'clock'),
    leaf('bytes', 'Transferred', `${bytesText(bytesIn)} down · ${bytesText(bytesOut)} up`, 'arrow-swap'),
    leaf('latency', 'Latency', latencyMs === undefined ? unknownLatency : latencyText(latencyMs), 'pulse'),
    leaf('resumes', 'Resumes', String(resumes), 'refresh', 'How often a lost socket was resumed with its streams'),
    leaf(
      'sessions',
      'Sessions',
      `${sessions.length} · ${openConnections} ${openConnections === 1 ? 'connection' : 'connections'}`,
      'list-tree',
    ),
  ];
}

/** Something is being mended, or has to be; terminals go on all the same. */
export function tunnelIsTroubled({ status }: LiveTunnel): boolean {
  return ['degraded', 'resuming', 'waiting-for-sign-in'].includes(status.state);
}

/** Amber while something is being mended; the words beside it say what. */
export function tunnelIcon({ status }: LiveTunnel): vscode.ThemeIcon {
  switch (status.state) {
    case 'healthy':
      return new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'));
    case 'resting':
      return new vscode.ThemeIcon('circle-outline');
    case 'resuming':
      return new vscode.ThemeIcon('sync~spin', amber);
    case 'degraded':
      return new vscode.ThemeIcon('warning', amber);
    case 'waiting-for-sign-in':
      return new vscode.ThemeIcon('key', amber);
    case 'finding-route':
    case 'opening':
      return new vscode.ThemeIcon('sync~spin');
    case 'ended':
      return new vscode.ThemeIcon('debug-disconnect');
  }
}

/** Route, uptime, bytes, latency, resumes: the same for the row and for the status bar. */
export function tunnelTooltip({ record, status }: LiveTunnel, now: number): vscode.MarkdownString {
  const { route, openedAt, latencyMs, bytesIn, bytesOut, resumes, detail, state } = status;
  const text = new vscode.MarkdownString('', true);
  const row = (name: string, value: string) =>
    text.appendMarkdown(`| ${name} | `).appendText(value).appendMarkdown(' |\n');
  text
    .appendMarkdown('**')
    .appendText(`Tunnel to ${record.cluster}`)
    .appendMarkdown('**\n\n')
    .appendText(detailSentence(detail));
  text.appendMarkdown('\n\n| | |\n|:--|:--|\n');
  row('State', tunnelStateText(state));
  row('Listens on', `127.0.0.1:${status.port}`);
  row('Route', routeName(route));
  if (openedAt !== undefined) row('Up for', durationText(now - openedAt));
  if (latencyMs !== undefined) row('Latency', latencyText(latencyMs));
  row('Transferred', `${bytesText(bytesIn)} down, ${bytesText(bytesOut)} up`);
  row('Resumes', String(resumes));
  return text;
}
