import { findingText } from './findingTexts.ts';
import type { NetworkFinding } from './networkFacts.ts';
import type { RawFinding } from './rawFinding.ts';

/** Words in which findings with one cause and one cure may differ: five endpoints behind one closed group are five services and one rule. */
const lists: readonly string[] = ['service', 'host', 'subnets'];
/** Of these what was seen is the resource's own name, and no difference. */
const namedBySight: readonly string[] = ['hosted-zone-serves', 'hosted-zone-empty', 'hosted-zone-no-route'];

/** Equal findings as one with all their resources, each in its code's words; in the order of their first. */
export function wordFindings(raw: readonly RawFinding[]): NetworkFinding[] {
  const groups = new Map<string, RawFinding[]>();
  for (const one of raw) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return [...groups.values()].flatMap(worded);
}

function keyOf({ code, seen, words }: RawFinding): string {
  const own = Object.entries(words).filter(([name]) => !lists.includes(name));
  return JSON.stringify([code, namedBySight.includes(code) ? '' : seen, own]);
}

function worded(group: readonly RawFinding[]): NetworkFinding[] {
  const [first] = group;
  if (!first) return [];
  const { code } = first;
  const text = findingText(code);
  const resources = distinct(group.map(({ resource }) => resource));
  const seen = distinct(group.map(found => found.seen)).join(', ');
  const merged = Object.keys(first.words).map(name => [
    name,
    distinct(group.flatMap(({ words }) => words[name] ?? [])).join(', '),
  ]);
  const words: Readonly<Record<string, string>> = {
    resource: resources.join(', '),
    resources: resources.join(' '),
    seen,
    ...(Object.fromEntries(merged) as Record<string, string>),
  };
  const fill = (sentence: string, more: Readonly<Record<string, string>> = {}) =>
    sentence.replace(/\{(\w+)\}/g, (_, name: string) => more[name] ?? words[name] ?? `{${name}}`);
  return [
    {
      severity: text.severity,
      code,
      resource: first.resource,
      resources,
      attribute: text.attribute,
      seen,
      wanted: fill(text.wanted),
      why: fill(text.why),
      fix: `${fill(text.fix, { resource: first.resource })}${sameFor(text.fix, resources)}`,
      ...(text.specPath === undefined ? {} : { specPath: text.specPath }),
    },
  ];
}

/** A command that takes one resource is told once. */
function sameFor(fix: string, [, ...others]: readonly string[]): string {
  return others.length > 0 && fix.includes('{resource}') ? ` — and the same for ${others.join(', ')}` : '';
}

const distinct = (values: readonly string[]): string[] => [...new Set(values)];
