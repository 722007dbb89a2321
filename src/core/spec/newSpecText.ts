import { stringify } from 'yaml';
import { apiVersion, specKind } from './specFile.ts';

/** A spec of nothing but what has to be said, with a word on it. */
export function newSpecText(name: string, region: string): string {
  return [
    '# A private EKS cluster. What is not said here has a sensible default; completion shows what there is to say.',
    `apiVersion: ${apiVersion}`,
    `kind: ${specKind}`,
    '',
    '# Neither can be changed later.',
    `name: ${stringify(name).trimEnd()}`,
    `region: ${stringify(region).trimEnd()}`,
    '',
  ].join('\n');
}
