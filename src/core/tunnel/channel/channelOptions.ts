import type { Clock } from '../../clock.ts';
import type { ChannelSettings } from './channelSettings.ts';
import type { Dial } from './channelSocket.ts';

/** What StartSession and ResumeSession answer. */
export interface SessionGrant {
  readonly sessionId: string;
  readonly streamUrl: string;
  readonly token: string;
}

export type ChannelState = 'opening' | 'open' | 'resuming' | 'ended';

export interface DataChannelOptions {
  readonly grant: SessionGrant;
  /** Asks for a new stream of the same session; `undefined` when the service says that the session is gone. */
  readonly resume: (signal: AbortSignal) => Promise<SessionGrant | undefined>;
  readonly dial: Dial;
  readonly clock: Clock;
  readonly log: (message: string) => void;
  readonly onData: (bytes: Uint8Array) => void;
  /** The agent could not reach its target for some stream; the protocol does not say for which. */
  readonly onConnectError: () => void;
  readonly onState: (state: ChannelState, detail: string) => void;
  /** The session could not be resumed; it is tried again. */
  readonly onResumeFailed: (error: unknown) => void;
  /** What the organisation greets its users with, where it has set something. */
  readonly onCustomerMessage?: (message: string) => void;
  readonly settings?: Partial<ChannelSettings>;
}
