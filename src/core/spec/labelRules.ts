import type { Finding } from './finding.ts';
import type { SettledSpecFile } from './schema.ts';
import type { SpecPath } from './specPath.ts';

const name = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const domain = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
const reserved = /(?:^|\.)(?:kubernetes\.io|k8s\.io|eks\.amazonaws\.com)$/;
const keyAllowed =
  'a name, or domain/name, of at most 63 characters: letters, digits, hyphens, underscores and dots, a letter or digit at both ends';
const valueAllowed = '1 to 63 letters, digits, hyphens, underscores and dots, with a letter or digit at both ends';
const most = 50;

type Group = SettledSpecFile['nodes'][string];

/** Kubernetes' rules for labels and taints, and EKS's: keys have 1 to 63 characters, and some domains are not ours to set. */
export function labelRules({ nodes }: SettledSpecFile): Finding[] {
  return Object.entries(nodes).flatMap(([name, { labels, taints }]) => [
    ...labelsOf(['nodes', name, 'labels'], labels),
    ...taintsOf(['nodes', name, 'taints'], taints),
  ]);
}

function labelsOf(at: SpecPath, given: Group['labels']): Finding[] {
  const labels = Object.entries(given);
  if (labels.length > most) {
    const allowed = `at most ${most} labels`;
    const seen = `${labels.length} labels`;
    const message = `There are ${seen}; there may be ${allowed}.`;
    return [{ path: at, at: 'key', seen, allowed, message }];
  }
  return labels.flatMap(([key, value]): Finding[] => {
    const path = [...at, key];
    const problem = keyProblem(key, 'label');
    if (problem) return [{ path, at: 'key', seen: JSON.stringify(key), ...problem }];
    return name.test(value) ? [] : [{ path, allowed: valueAllowed }];
  });
}

function taintsOf(at: SpecPath, taints: Group['taints']): Finding[] {
  return taints.flatMap(({ key, value, effect }, index): Finding[] => {
    const path = [...at, index];
    const problem = keyProblem(key, 'taint');
    if (problem) return [{ path: [...path, 'key'], ...problem }];
    if (value !== undefined && value !== '' && !name.test(value))
      return [{ path: [...path, 'value'], allowed: `left out, or ${valueAllowed}` }];
    if (taints.findIndex(other => other.key === key && other.effect === effect) === index) return [];
    return [{ path: [...path, 'key'], why: `which is there with ${effect} already`, allowed: 'another key or effect' }];
  });
}

function keyProblem(key: string, what: 'label' | 'taint'): { why?: string; allowed: string } | undefined {
  const slash = key.indexOf('/');
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  if (prefix !== undefined && reserved.test(prefix)) {
    return {
      why: `a ${what} that Kubernetes or EKS keeps to itself`,
      allowed: `a key of your own, such as example.com/${what === 'label' ? 'team' : 'dedicated'}`,
    };
  }
  const wellFormed = name.test(key.slice(slash + 1)) && (prefix === undefined || domain.test(prefix));
  return wellFormed && key.length <= 63 ? undefined : { why: `which is no ${what} key`, allowed: keyAllowed };
}
