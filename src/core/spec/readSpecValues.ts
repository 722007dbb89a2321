import { readSpecText } from './specText.ts';
import { isPlainMap, withoutNulls } from './specValues.ts';
import { yamlProblems } from './yamlProblems.ts';

/** What a spec's text says, unchecked and without defaults: for a form. Empty while the text is not YAML. */
export function readSpecValues(source: string): Record<string, unknown> {
  try {
    const spec = readSpecText(source);
    const values = yamlProblems(spec).length > 0 ? undefined : withoutNulls(spec.document.toJS());
    return isPlainMap(values) ? values : {};
  } catch (error) {
    if (error instanceof RangeError) return {}; // nested too deeply: `parseSpec` tells it
    throw error;
  }
}
