import { readdirSync, readFileSync } from 'node:fs';
import type { ClusterSpec, Features } from '../../../../src/core/spec/clusterSpec.ts';
import { thirtySpecs } from '../../../support/thirtySpecs.ts';
import { parseSpec } from '../../../../src/core/spec/parseSpec.ts';

export const head = 'apiVersion: private-eks/v1\nkind: Cluster\nname: payments\nregion: eu-west-1\n';

/** A checked spec from a few lines behind `head`, or from a whole text. */
export function specOf(lines: string, start = head): ClusterSpec {
  const { spec, problems } = parseSpec(start + lines);
  if (!spec) throw new Error(problems.map(({ message }) => message).join('\n'));
  return spec;
}

const examples = new URL('../../../../examples/', import.meta.url);
export const exampleFiles = readdirSync(examples).filter(file => file.endsWith('.private-eks.yaml'));
export function readExample(file: string): string {
  return readFileSync(new URL(file, examples), 'utf8');
}

/** Every example, every feature alone, all and none, and each other choice once. */
export function specGrid(): [string, ClusterSpec][] {
  const names = Object.keys(specOf('').features) as (keyof Features)[];
  const features = (on: (name: string) => boolean) => names.map(name => `${name}: ${on(name)}`).join(', ');
  const lines: [string, string][] = [
    ['defaults', ''],
    ['no features', `features: {${features(() => false)}}`],
    ['all features', `features: {${features(() => true)}}`],
    ...names.map((name): [string, string] => [`${name} alone`, `features: {${features(other => other === name)}}`]),
    ['2 zones in a /24', 'network: {cidr: 192.168.7.0/24, zones: 2}'],
    ['4 zones', 'network: {zones: 4}'],
    ['zones by id', 'network: {zones: [euw1-az3, euw1-az1]}'],
    ['no logs', 'logs: {types: []}'],
    ['own key', 'encryption: {key: new}'],
    [
      'administrators',
      'access: {administrators: ["arn:aws:iam::111122223333:role/a", "arn:aws:iam::111122223333:user/b/c"]}',
    ],
    ['unprotected', 'deletionProtection: false'],
    [
      'arm, spot, labels',
      'nodes: {default: {instanceTypes: [t4g.medium, m7g.large], capacity: spot, labels: {a.b/c: d}, diskGiB: 100}}',
    ],
    [
      'drivers by the OIDC provider alone',
      'features: {podIdentity: false, irsa: true, ebs: true}\naddons: {aws-efs-csi-driver: {}, amazon-cloudwatch-observability: {}}',
    ],
    [
      'drivers by Pod Identity',
      'features: {ebs: true}\naddons: {aws-efs-csi-driver: {}, amazon-cloudwatch-observability: {}}',
    ],
    ['tags that YAML could misread', 'tags: {"on": "yes", "1": "2026-11-21", Name: mine}'],
  ];
  return [
    ...exampleFiles.map((file): [string, ClusterSpec] => [file, specOf(readExample(file), '')]),
    ...lines.map(([name, text]): [string, ClusterSpec] => [name, specOf(`${text}\n`)]),
    ...thirtySpecs.map(({ name, text }): [string, ClusterSpec] => [`of the thirty: ${name}`, specOf(text, '')]),
    ['China', specOf('', head.replace('eu-west-1', 'cn-north-1'))],
    ['long name', specOf('', head.replace('payments', `a${'-b'.repeat(49)}c`))],
  ];
}
