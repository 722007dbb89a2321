import { apiVersion, specKind } from './specFile.ts';
import { specSchema } from './schema.ts';
import { parseSpecPath } from './specPath.ts';
import { locate, type Range, readSpecText } from './specText.ts';
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

/** The default of every field that has one, in the shape of a spec. */
export function specDefaults(): Record<string, unknown> {
  const {
    name: _,
    region: __,
    ...defaults
  } = specSchema.parse({ apiVersion, kind: specKind, name: 'name', region: 'us-east-1' });
  return defaults;
}

/** Where a field stands in the text, or the nearest thing around it that does. `path` as `SpecProblem.path` has it. */
export function locateField(source: string, path: string): Range {
  return locate(readSpecText(source), parseSpecPath(path) ?? []);
}
