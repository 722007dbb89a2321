import { html, type TemplateResult } from 'lit';

/** Text in which `commands` stand in backticks: set apart, each chosen whole by one click. */
export function sentence(text: string): TemplateResult {
  return html`${text.split('`').map((part, index) => (index % 2 === 1 ? html`<code class="command">${part}</code>` : part))}`;
}
