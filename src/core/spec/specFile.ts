/** Light enough for the extension's entry: no schema and no YAML library behind it. */
export const specFileSuffix = '.private-eks.yaml';
export const apiVersion = 'private-eks/v1';
export const specKind = 'Cluster';

/** True for `*.private-eks.yaml` and `*.private-eks.yml`, whatever the folder. */
export function isSpecFile(fileName: string): boolean {
  return /[^/\\]\.private-eks\.ya?ml$/i.test(fileName);
}
