import type { Duplex } from 'node:stream';
import type { Clock } from '../../clock.ts';
import { BasicStreams, type BasicCarrier } from './basicStreams.ts';
import { SmuxClient, type SmuxLimits } from './smuxClient.ts';

export interface StreamsCarrier extends BasicCarrier {
  readonly basicMode: boolean;
}

export interface ChannelStreamsOptions {
  readonly clock?: Clock;
  readonly limits?: Partial<SmuxLimits>;
  readonly log?: (message: string) => void;
}

/** The connections of one session, however its agent carries them. To be used once the channel is open: the mode is known then. */
export class ChannelStreams {
  readonly #carrier: StreamsCarrier;
  readonly #options: ChannelStreamsOptions;
  #chosen: SmuxClient | BasicStreams | undefined;

  constructor(carrier: StreamsCarrier, options: ChannelStreamsOptions = {}) {
    this.#carrier = carrier;
    this.#options = options;
  }

  get streamCount(): number {
    return this.#chosen?.streamCount ?? 0;
  }

  openStream(): Duplex {
    return this.#streams().openStream();
  }

  /** @throws ProtocolError when the bytes cannot be understood; the session cannot go on then. */
  receive(bytes: Uint8Array): void {
    this.#streams().receive(bytes);
  }

  /** The agent could not reach its target for one of them. */
  connectFailed(): void {
    this.#streams().connectFailed();
  }

  /** Ends every stream: the session is over. */
  destroy(error: Error): void {
    this.#chosen?.destroy(error);
  }

  #streams(): SmuxClient | BasicStreams {
    this.#chosen ??= this.#carrier.basicMode
      ? new BasicStreams(this.#carrier, this.#options)
      : new SmuxClient(this.#carrier, this.#options);
    return this.#chosen;
  }
}
