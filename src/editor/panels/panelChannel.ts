import type * as vscode from 'vscode';
import type { Refusal, ToPanel } from '../../protocol/envelope.ts';

export interface PanelChannelOptions<State, Request> {
  readonly webview: vscode.WebviewPanel;
  /** The whole state, asked for at `ready` and whenever the panel is shown again. */
  readonly snapshot: () => State | undefined;
  readonly read: (message: unknown) => Request | undefined;
  /** Everything but `ready`. What it throws is shown in the panel. */
  readonly handle: (request: Request) => void | Promise<void>;
  readonly refuse: (error: unknown) => Refusal | undefined;
  readonly log: (message: string) => void;
}

/**
 * The editor's end of a panel: a snapshot after `ready`, then numbered deltas. A hidden panel cannot receive, so it is sent nothing and gets
 * a snapshot when it says `ready` again, which its page does whenever it is loaded anew.
 */
export class PanelChannel<State, Change, Request extends { readonly type: string }> implements vscode.Disposable {
  readonly #options: PanelChannelOptions<State, Request>;
  readonly #subscriptions: vscode.Disposable[];
  /** 0 while the panel is not ready for deltas. */
  #seq = 0;

  constructor(options: PanelChannelOptions<State, Request>) {
    this.#options = options;
    const { webview: panel } = options;
    this.#subscriptions = [
      panel.webview.onDidReceiveMessage((message: unknown) => void this.#receive(message)),
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.#seq = 0;
      }),
    ];
  }

  change(change: Change): void {
    if (this.#seq > 0) this.#post({ type: 'delta', seq: ++this.#seq, change });
  }

  /** Sends the whole state, if the panel is there to take it. */
  reset(): void {
    if (this.#seq > 0) this.#sendSnapshot();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #receive(message: unknown): Promise<void> {
    const request = this.#options.read(message);
    if (!request) return this.#options.log('a panel sent what is no request of it; ignored');
    if (request.type === 'ready') return this.#sendSnapshot();
    try {
      await this.#options.handle(request);
    } catch (error) {
      const refusal = this.#options.refuse(error);
      if (refusal) this.#post(refusal);
    }
  }

  #sendSnapshot(): void {
    const state = this.#options.snapshot();
    if (state === undefined) return;
    this.#seq = 1;
    this.#post({ type: 'snapshot', seq: 1, state });
  }

  #post(message: ToPanel<State, Change>): void {
    void this.#options.webview.webview.postMessage(message);
  }
}
