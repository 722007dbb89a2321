import { apiVersion, specKind } from './specFile.ts';

/** A spec of nothing but what has to be said, with a word on it. Loads no library. */
export function newSpecText(name: string, region: string): string {
  return [
    '# A private EKS cluster. What is not said here has a sensible default; completion shows what there is to say.',
    `apiVersion: ${apiVersion}`,
    `kind: ${specKind}`,
    '',
    '# Neither can be changed later.',
    `name: ${scalar(name)}`,
    `region: ${scalar(region)}`,
    '',
  ].join('\n');
}

/** Words that YAML would read as something else, and everything that is no plain word, go in double quotes: JSON is YAML. */
function scalar(text: string): string {
  const plain = /^[A-Za-z][A-Za-z0-9-]*$/.test(text) && !/^(?:true|false|null)$/i.test(text);
  return plain ? text : JSON.stringify(text);
}
