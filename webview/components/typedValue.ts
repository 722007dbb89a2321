import { noChange } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';

/** Sets the value of a text field, but never under the hands of somebody who types into it now. */
class TypedValue extends Directive {
  override render(_value: string): typeof noChange {
    return noChange;
  }

  override update(part: ElementPart, [value]: [string]): typeof noChange {
    const field = part.element as HTMLElement & { value: string };
    const isTyping = document.hasFocus() && document.activeElement === field;
    if (!isTyping && field.value !== value) field.value = value;
    return noChange;
  }
}

export const typedValue = directive(TypedValue);
