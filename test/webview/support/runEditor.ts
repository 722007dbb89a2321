import type { RunEvent } from '../../../src/core/run/runEvent.ts';
import type { RunView } from '../../../src/core/run/runView.ts';
import { EventLedger } from '../../../src/editor/runs/eventLedger.ts';
import { runPanelChange, runPanelState, type PanelSurroundings } from '../../../src/editor/runs/runPanelState.ts';
import { readRunPanelRequest, type RunPanelChange } from '../../../src/protocol/runPanel.ts';
import type { OpenPanel } from './openPanel.ts';

/** The editor's end of a run panel, made of the product's own parts: it says what it has and answers what it is asked about events. */
export class RunEditor {
  readonly #open: OpenPanel;
  readonly #view: RunView;
  readonly #surroundings: PanelSurroundings;
  readonly #ledger: EventLedger;
  #seq = 0;

  private constructor(open: OpenPanel, view: RunView, surroundings: PanelSurroundings) {
    this.#open = open;
    this.#view = view;
    this.#surroundings = surroundings;
    this.#ledger = new EventLedger(view.stackEvents);
  }

  /** Sends the run to the panel and attends to it. */
  static async attend(open: OpenPanel, view: RunView, surroundings: PanelSurroundings): Promise<RunEditor> {
    const editor = new RunEditor(open, view, surroundings);
    await open.listen(message => editor.#hear(message));
    await editor.snapshot();
    return editor;
  }

  async snapshot(): Promise<void> {
    this.#seq = 1;
    await this.#open.snapshot(runPanelState(this.#view, this.#surroundings, this.#ledger));
  }

  async tell(added: readonly RunEvent[]): Promise<void> {
    await this.#change(runPanelChange(this.#view, added, this.#ledger));
  }

  async #hear(message: unknown): Promise<void> {
    const request = readRunPanelRequest(message);
    if (request?.type === 'ready') await this.snapshot();
    if (request?.type === 'events')
      await this.#change({ window: this.#ledger.window(request, request.from, request.count) });
  }

  async #change(change: RunPanelChange): Promise<void> {
    await this.#open.send({ type: 'delta', seq: ++this.#seq, change });
  }
}
