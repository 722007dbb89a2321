import { noChange } from 'lit';
import { Directive, directive, PartType, type ElementPart, type PartInfo } from 'lit/directive.js';

/** CSS properties by name. */
export type Placement = Readonly<Record<string, string>>;

/**
 * Sets computed styles on an element through its style object. Lit's own `styleMap` writes a `style` attribute first, which the
 * panel's content security policy refuses.
 */
class Place extends Directive {
  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error('place() belongs to an element, not to an attribute');
  }

  override render(_placement: Placement): typeof noChange {
    return noChange;
  }

  override update(part: ElementPart, [placement]: [Placement]): typeof noChange {
    const { style } = part.element as HTMLElement;
    for (const [property, value] of Object.entries(placement)) style.setProperty(property, value);
    return noChange;
  }
}

export const place = directive(Place);
