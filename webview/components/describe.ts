import { noChange } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';

/**
 * Tells a screen reader what stands below a toolkit's field, and whether the field is wrong. An `aria-describedby` would not do: the control
 * itself lives in a shadow tree, where no id of the page is known.
 */
class Describe extends Directive {
  override render(_text: string, _invalid: boolean): typeof noChange {
    return noChange;
  }

  override update({ element }: ElementPart, [text, invalid]: [string, boolean]): typeof noChange {
    // The toolkit fills its shadow tree when the element is connected, which is after this.
    queueMicrotask(() => {
      const control = element.shadowRoot?.querySelector('.control') ?? element;
      const target = control instanceof HTMLInputElement ? control : element;
      if (text) target.setAttribute('aria-description', text);
      else target.removeAttribute('aria-description');
      target.toggleAttribute('aria-invalid', invalid);
      if (invalid) target.setAttribute('aria-invalid', 'true');
    });
    return noChange;
  }
}

export const describe = directive(Describe);
