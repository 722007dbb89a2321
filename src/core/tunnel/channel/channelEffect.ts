import type { ClosedReason } from './closedReason.ts';

/** What the driver has to do, in this order. */
export type ChannelEffect =
  | { readonly type: 'send'; readonly data: string | Uint8Array }
  | { readonly type: 'deliver'; readonly bytes: Uint8Array }
  | { readonly type: 'opened'; readonly customerMessage: string }
  | { readonly type: 'connect-error' }
  | { readonly type: 'over'; readonly reason: ClosedReason }
  | { readonly type: 'log'; readonly text: string };

export interface ChannelIdentity {
  readonly clientId: string;
  readonly newId: () => string;
}
