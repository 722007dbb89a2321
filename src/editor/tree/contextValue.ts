import type { RunView } from '../../core/run/runView.ts';
import type { TunnelState } from '../../core/tunnel/supervisor/tunnelStatus.ts';

/** What the manifest's menus ask of a row (`viewItem`). Parts are parted by colons. */
export const messageContexts = { signIn: 'message:sign-in', failed: 'message:failed', none: 'message:none' } as const;

export function accountContext(isSandbox: boolean, signedOut: boolean, wantsCode = false): string {
  return `account:${isSandbox ? 'sandbox' : 'profile'}${wantsCode ? ':mfa-code' : signedOut ? ':signed-out' : ''}`;
}

/** `cluster:active:connected`, `cluster:deleting:apart:busy`. */
export function clusterContext(status: string, connected: boolean, busy: boolean): string {
  return ['cluster', status.toLowerCase(), connected ? 'connected' : 'apart', ...(busy ? ['busy'] : [])].join(':');
}

/** `tunnel:none`, `tunnel:open:healthy`, `tunnel:open:waiting-for-sign-in`. */
export function tunnelContext(state: TunnelState | undefined): string {
  return state === undefined || state === 'ended' ? 'tunnel:none' : `tunnel:open:${state}`;
}

export function bastionContext(state: 'starting' | 'ready' | 'stopping'): string {
  return `bastion:${state}`;
}

/** `run:create:running`, `run:update:failed`, `run:update:failed:past` of one that nobody can carry on. */
export function runContext({ kind, status }: Pick<RunView, 'kind' | 'status'>, isPast: boolean): string {
  return `run:${kind}:${status}${isPast ? ':past' : ''}`;
}
