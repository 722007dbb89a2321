import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { FieldEdit, PlannerState } from '../../src/protocol/planner.ts';
import { describe } from '../components/describe.ts';
import { openWhen } from '../components/openWhen.ts';
import { typedValue } from '../components/typedValue.ts';
import { problemsAt, textAt, valueAt } from './formValue.ts';

export interface FieldContext {
  readonly state: PlannerState;
  /** The newest state: what a listener was drawn with may be older. */
  readonly now: () => PlannerState;
  /** Puts a value into the file, unless the file says so already. */
  readonly edit: (path: string, value: unknown) => void;
  /** Changes several fields in one step. */
  readonly editAll: (edits: readonly FieldEdit[]) => void;
  /** Opens the file at a field. */
  readonly reveal: (path: string) => void;
  /** Asks the account anew for what is offered. */
  readonly lookAgain: () => void;
  /** Runs an action when typing pauses. */
  readonly soon: (action: () => void) => void;
}

export interface TextOptions {
  readonly hint?: string;
  readonly placeholder?: string;
  /** What the text becomes in the file; the default keeps it as text, empty removes the key. */
  readonly read?: (text: string) => unknown;
  /** How a value that is no plain one is written. */
  readonly write?: (value: unknown) => string;
}

/** A text field of the form; its problems stand below it and are read with it. */
export function textField(
  context: FieldContext,
  path: string,
  label: string,
  options: TextOptions = {},
): TemplateResult {
  const { read = (text: string) => (text.trim() === '' ? null : text.trim()) } = options;
  const told = context.state.problems.length > 0 ? problemsAt(context.state, path) : [];
  const words = told.length > 0 ? told.map(problem => problem.message).join(' ') : (options.hint ?? '');
  const tell = (event: Event) => context.edit(path, read((event.target as HTMLInputElement).value));
  return html`<div class="field" id=${fieldId(path)} data-path=${path}>
    <vscode-text-field
      ${typedValue(options.write ? options.write(valueAt(context.state, path)) : textAt(context.state, path))}
      ${describe(
        words,
        told.some(problem => problem.severity === 'error'),
      )}
      placeholder=${options.placeholder ?? ''}
      @input=${(event: Event) => context.soon(() => tell(event))}
      @change=${tell}
      >${label}</vscode-text-field
    >
    ${problemNotes(context.state, path, options.hint)}
  </div>`;
}

export function numberField(context: FieldContext, path: string, label: string, hint?: string): TemplateResult {
  const read = (text: string) => {
    const trimmed = text.trim();
    if (trimmed === '') return null;
    // What is no number goes into the file as it was typed, and the file's own check says what is wrong with it.
    return Number.isFinite(Number(trimmed)) ? Number(trimmed) : trimmed;
  };
  return textField(context, path, label, { read, ...(hint ? { hint } : {}) });
}

export function listField(
  context: FieldContext,
  path: string,
  label: string,
  options: TextOptions = {},
): TemplateResult {
  const read = (text: string) => {
    const items = text.split(/[\s,]+/).filter(Boolean);
    return items.length === 0 ? null : items;
  };
  return textField(context, path, label, { ...options, read });
}

export function checkField(context: FieldContext, path: string, label: string, hint?: string): TemplateResult {
  return html`<div class="field check" id=${fieldId(path)} data-path=${path}>
    <vscode-checkbox
      .checked=${live(valueAt(context.state, path) === true)}
      @change=${(event: Event) => context.edit(path, (event.target as HTMLInputElement).checked)}
      >${label}</vscode-checkbox
    >
    ${problemNotes(context.state, path, hint)}
  </div>`;
}

export function choiceField(
  context: FieldContext,
  path: string,
  label: string,
  choices: readonly { readonly value: string; readonly label: string }[],
  options: TextOptions = {},
): TemplateResult {
  const { read = (text: string) => text } = options;
  const current = textAt(context.state, path);
  const known = choices.some(choice => choice.value === current);
  return html`<div class="field" id=${fieldId(path)} data-path=${path}>
    <span class="label" aria-hidden="true">${label}</span>
    <vscode-dropdown
      aria-label=${label}
      .value=${live(current)}
      @change=${(event: Event) => context.edit(path, read((event.target as HTMLSelectElement).value))}
    >
      ${known ? nothing : html`<vscode-option value=${current}>${current}</vscode-option>`}
      ${choices.map(choice => html`<vscode-option value=${choice.value}>${choice.label}</vscode-option>`)}
    </vscode-dropdown>
    ${problemNotes(context.state, path, options.hint)}
  </div>`;
}

/** What is too rich for a form: told in a few words, changed in the file. */
export function fileField(context: FieldContext, path: string, label: string, summary: string): TemplateResult {
  return html`<div class="field" id=${fieldId(path)} data-path=${path}>
    <span class="label">${label}</span>
    <div class="row">
      <span class="muted grow">${summary}</span>
      <button class="link" aria-label="Edit in the file: ${label}" @click=${() => context.reveal(path)}>
        Edit in the file
      </button>
    </div>
    ${problemNotes(context.state, path, undefined)}
  </div>`;
}

/** Seldom changed: closed until somebody looks, or something in it is wrong. */
export function moreFields(
  context: FieldContext,
  title: string,
  paths: readonly string[],
  fields: TemplateResult,
): TemplateResult {
  const wrong = paths.flatMap(path => problemsAt(context.state, path)).length;
  return html`<details class="more" ${openWhen(wrong > 0)}>
    <summary>${title}${wrong > 0 ? ` · ${wrong} to mend` : ''}</summary>
    ${fields}
  </details>`;
}

export function problemNotes(state: PlannerState, path: string, hint: string | undefined): TemplateResult {
  const problems = problemsAt(state, path);
  return html`<div class="notes">
    ${problems.map(
      problem =>
        html`<p class="problem ${problem.severity}">
          <span class="codicon codicon-${problem.severity}" aria-hidden="true"></span> ${problem.message}
        </p>`,
    )}
    ${hint && problems.length === 0 ? html`<p class="muted">${hint}</p>` : nothing}
  </div>`;
}

export function fieldId(path: string): string {
  return `field-${path.replaceAll(/[^\w]/g, '-')}`;
}
