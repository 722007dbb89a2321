import * as vscode from 'vscode';
import { isCancellation, PrivateEksError, type ErrorAction } from '../core/errors.ts';
import type { Refusal } from '../protocol/envelope.ts';
import { editorWords } from './editorWords.ts';

export type ActionRunner = (action: ErrorAction) => Promise<void> | void;

/** The one place that shows an error: once, in words, with what can be done as buttons. Cancelling shows nothing. */
export class ErrorMessages {
  readonly #log: vscode.LogOutputChannel;
  readonly #run: ActionRunner;

  constructor(log: vscode.LogOutputChannel, run: ActionRunner) {
    this.#log = log;
    this.#run = run;
  }

  async show(error: unknown): Promise<void> {
    if (isGivenUp(error)) return;
    const known = this.#known(error);
    const actions: readonly ErrorAction[] = [...known.actions, { id: 'show-log', title: 'Show log' }];
    const text = known.fix ? `${known.message} ${editorWords(known.fix)}` : known.message;
    const chosen = await vscode.window.showErrorMessage(text, ...actions.map(action => action.title));
    const action = actions.find(({ title }) => title === chosen);
    if (action?.id === 'show-log') this.#log.show();
    else if (action) await this.#run(action);
  }

  /** For a panel that shows its own errors. */
  refusal(error: unknown): Refusal | undefined {
    if (isGivenUp(error)) return undefined;
    const { code, message, fix } = this.#known(error);
    return { type: 'refusal', code, message, ...(fix ? { fix: editorWords(fix) } : {}) };
  }

  /** Wraps a command: whatever it throws is shown. */
  guard<A extends unknown[]>(command: (...args: A) => Promise<unknown> | void): (...args: A) => Promise<void> {
    return async (...args) => {
      try {
        await command(...args);
      } catch (error) {
        await this.show(error);
      }
    };
  }

  #known(error: unknown): PrivateEksError {
    if (error instanceof PrivateEksError) {
      this.#log.error(`${error.code}: ${error.message}`);
      return error;
    }
    // Not foreseen: the stack is for the log, a sentence is for the person.
    this.#log.error(error instanceof Error ? error : String(error));
    return new PrivateEksError('unexpected', error instanceof Error ? error.message : String(error));
  }
}

/** Somebody cancelled, here or in one of the editor's own questions. */
function isGivenUp(error: unknown): boolean {
  return isCancellation(error) || error instanceof vscode.CancellationError;
}
