import { noChange } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';

/** Opens a `<details>` when there is a reason to; closing it is the reader's own business. */
class OpenWhen extends Directive {
  #was = false;

  override render(_open: boolean): typeof noChange {
    return noChange;
  }

  override update({ element }: ElementPart, [open]: [boolean]): typeof noChange {
    if (open && !this.#was) (element as HTMLDetailsElement).open = true;
    this.#was = open;
    return noChange;
  }
}

export const openWhen = directive(OpenWhen);
