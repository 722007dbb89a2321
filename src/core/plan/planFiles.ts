import { stringify } from 'yaml';
import type { Template } from '../templates/template.ts';
import { deployScript } from './deployScript.ts';
import type { Plan } from './plan.ts';

export interface PlanFile {
  /** File name, without a folder. */
  readonly path: string;
  readonly content: string;
  readonly executable?: boolean;
}

/** What `plan --out` and *Export templates* write: each stack's template, and a script that deploys them by hand. */
export function planFiles(plan: Plan): PlanFile[] {
  return [
    ...plan.stacks.map(({ name, template }) => ({ path: templateFileName(name), content: templateYaml(template) })),
    { path: 'deploy.sh', content: deployScript(plan), executable: true },
  ];
}

export function templateFileName(stackName: string): string {
  return `${stackName}.template.yaml`;
}

/** YAML 1.1, as CloudFormation reads it: `yes`, `on` and dates stay text by quotes. */
export function templateYaml(template: Template): string {
  return stringify(template, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });
}
