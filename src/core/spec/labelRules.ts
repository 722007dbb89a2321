import type { Finding } from './finding.ts';
import type { SettledSpecFile } from './schema.ts';
import type { SpecPath } from './specPath.ts';

const name = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const domain = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
const reserved = /(?:^|\.)(?:kubernetes\.io|k8s\.io|eks\.amazonaws\.com)$/;
const keyAllowed =
  'a name, or domain/name, of at most 63 characters: letters, digits, hyphens, underscores and dots, a letter or digit at both ends';
const most = 50;

/** Kubernetes' rules for labels, and EKS's: keys and values have 1 to 63 characters, and some domains are not ours to set. */
export function labelRules({ nodes }: SettledSpecFile): Finding[] {
  return Object.entries(nodes).flatMap(([name, group]) => groupLabels(['nodes', name, 'labels'], group.labels));
}

function groupLabels(at: SpecPath, given: Readonly<Record<string, string>>): Finding[] {
  const labels = Object.entries(given);
  if (labels.length > most) {
    const allowed = `at most ${most} labels`;
    const seen = `${labels.length} labels`;
    const message = `There are ${seen}; there may be ${allowed}.`;
    return [{ path: at, at: 'key', seen, allowed, message }];
  }
  return labels.flatMap(([key, value]): Finding[] => {
    const path = [...at, key];
    const problem = keyProblem(key);
    if (problem) return [{ path, at: 'key', seen: JSON.stringify(key), ...problem }];
    if (name.test(value)) return [];
    return [
      { path, allowed: '1 to 63 letters, digits, hyphens, underscores and dots, with a letter or digit at both ends' },
    ];
  });
}

function keyProblem(key: string): { why?: string; allowed: string } | undefined {
  const slash = key.indexOf('/');
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  if (prefix !== undefined && reserved.test(prefix)) {
    return {
      why: 'a label that Kubernetes or EKS keeps to itself',
      allowed: 'a key of your own, such as example.com/team',
    };
  }
  const wellFormed = name.test(key.slice(slash + 1)) && (prefix === undefined || domain.test(prefix));
  return wellFormed && key.length <= 63 ? undefined : { why: 'which is no label key', allowed: keyAllowed };
}
