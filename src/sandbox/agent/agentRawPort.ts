import type { Duplex } from 'node:stream';
import type { AgentPort, AgentPortOptions } from './agentStreams.ts';

/**
 * What agents up to 3.0.196.0 do instead of smux: the bytes of one connection as they are. The target is dialled with the first data,
 * again after it has closed, and let go when the client says that its connection is over.
 */
export class AgentRawPort implements AgentPort {
  readonly isFull = false;
  readonly #options: AgentPortOptions;
  #target: Promise<Duplex | undefined> | undefined;

  constructor(options: AgentPortOptions) {
    this.#options = options;
  }

  receive(bytes: Buffer): void {
    this.#target ??= this.#dial();
    void this.#target.then(target => target?.write(bytes));
  }

  disconnect(): void {
    void this.#target?.then(target => target?.destroy());
    this.#target = undefined;
  }

  drained(): void {
    void this.#target?.then(target => target?.resume());
  }

  close(): void {
    this.disconnect();
  }

  async #dial(): Promise<Duplex | undefined> {
    try {
      const target = await this.#options.dial();
      target.on('data', (chunk: Buffer) => {
        if (this.#options.send(chunk) > 256 * 1024) target.pause();
      });
      const gone = () => (this.#target = undefined);
      return target.on('end', gone).on('close', gone).on('error', gone);
    } catch {
      this.#target = undefined;
      this.#options.onDialError();
      return undefined;
    }
  }
}
