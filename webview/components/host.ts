import { isRecord, protocolVersion, type Refusal, type ToPanel } from '../../src/protocol/envelope.ts';

/** What a panel keeps over a reload of the window, beside what the editor sends again. */
export interface PanelHost<State, Change, Request extends { readonly type: string }, Kept> {
  post(request: Request): void;
  keep(kept: Kept): void;
  readonly kept: Kept | undefined;
  /** Says `ready` and hands on what comes; a gap in the numbering asks for a new snapshot. */
  connect(handlers: {
    snapshot: (state: State) => void;
    change: (change: Change) => void;
    refusal: (refusal: Refusal) => void;
  }): void;
}

export function panelHost<State, Change, Request extends { readonly type: string }, Kept>(): PanelHost<
  State,
  Change,
  Request,
  Kept
> {
  const api = acquireVsCodeApi<Kept>();
  const ready = () => api.postMessage({ type: 'ready', version: protocolVersion });
  return {
    post: request => api.postMessage(request),
    keep: kept => void api.setState(kept),
    kept: api.getState(),
    connect({ snapshot, change, refusal }) {
      let next = 0;
      window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (!isRecord(data)) return;
        const message = data as unknown as ToPanel<State, Change>;
        if (message.type === 'snapshot') {
          next = message.seq + 1;
          snapshot(message.state);
        } else if (message.type === 'delta') {
          if (message.seq !== next) return ready();
          next++;
          change(message.change);
        } else if (message.type === 'refusal') refusal(message);
      });
      ready();
    },
  };
}
