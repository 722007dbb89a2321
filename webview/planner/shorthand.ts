// Maps and lists of maps on one line, in the words that kubectl has for them. What cannot be read goes into the file as it was typed,
// and the file's own check says what is wrong with it.

/** `{team: a, tier: web}` ↔ `team=a, tier=web`. */
export function labelsText(value: unknown): string {
  return isMap(value)
    ? Object.entries(value)
        .map(([key, own]) => `${key}=${plain(own)}`)
        .join(', ')
    : '';
}
export function readLabels(text: string): unknown {
  const pairs = words(text, /[\s,]+/).map(pair => splitOnce(pair, '='));
  return pairs.length === 0 ? null : Object.fromEntries(pairs);
}

/** `{key, value, effect}` ↔ `key=value:NoSchedule`, separated by commas. */
export function taintsText(value: unknown): string {
  if (!Array.isArray(value)) return '';
  return value
    .map((taint: unknown) => {
      if (!isMap(taint)) return plain(taint);
      const { key, value: own, effect } = taint;
      return `${plain(key)}${own === undefined ? '' : `=${plain(own)}`}:${plain(effect)}`;
    })
    .join(', ');
}
export function readTaints(text: string): unknown {
  const taints = words(text, /[\s,]+/).map(word => {
    const [, key, value, effect] = /^([^=:]+)(?:=([^:]*))?:(\w+)$/.exec(word) ?? [];
    return key === undefined ? word : { key, ...(value === undefined ? {} : { value }), effect };
  });
  return taints.length === 0 ? null : taints;
}

/** `{namespace, labels}` ↔ `namespace label=value`, separated by semicolons. */
export function selectorsText(value: unknown): string {
  if (!Array.isArray(value)) return '';
  return value
    .map((selector: unknown) => {
      if (!isMap(selector)) return plain(selector);
      const labels = labelsText(selector.labels).replaceAll(', ', ' ');
      return `${plain(selector.namespace)}${labels ? ` ${labels}` : ''}`;
    })
    .join('; ');
}
export function readSelectors(text: string): unknown {
  const selectors = words(text, /\s*;\s*/).map(selector => {
    const [namespace = '', ...labels] = selector.split(/[\s,]+/);
    return labels.length === 0 ? { namespace } : { namespace, labels: readLabels(labels.join(' ')) };
  });
  return selectors.length === 0 ? null : selectors;
}

function words(text: string, separator: RegExp): string[] {
  return text.trim().split(separator).filter(Boolean);
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function plain(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
