import type { ChangePlan, StackChangePlan } from '../core/change/changePlan.ts';
import { propertyWords } from '../core/change/changeWords.ts';
import { usualTimeText, type UsualSeconds } from '../core/run/usualTime.ts';
import { nothingWords } from './nothingToChange.ts';

const signs = { none: ' ', create: '+', update: '~', replace: '±', delete: '-' } as const;
const words = {
  none: 'as it is',
  create: 'is made',
  update: 'changes',
  replace: 'is deleted and made anew',
  delete: 'is deleted',
} as const;

/** A change plan for a terminal. `usual`: how long it takes, where there is anything to do. */
export function changeText(plan: ChangePlan, usual?: UsualSeconds): string {
  const { cluster, region, accountId, stacks, api, oneWay, replaced, notes, refusals, monthlyUsd } = plan;
  const changed = stacks.filter(({ action }) => action !== 'none');
  const lines = [
    `${cluster} · ${region} · account ${accountId}`,
    costText(monthlyUsd),
    ...(usual ? [`usually ${usualTimeText(usual)}`] : []),
    '',
    ...(changed.length === 0 && api.length === 0 ? [nothingWords(cluster)] : []),
    ...changed.flatMap(stackLines),
    ...api.map(({ words: text }) => `~ ${cluster}  ${text}`),
    ...section('Replaced', replaced),
    ...section(
      'Cannot be taken back',
      oneWay.map(({ stack, resource, words: text }) => `${stack}/${resource}: ${text}`),
    ),
    ...section('Know', notes),
    ...section(
      'Refused',
      refusals.map(({ message, fix }) => `${message} ${fix}`),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function stackLines({ name, action, reason, resources, after }: StackChangePlan): string[] {
  const count = Object.keys(after?.Resources ?? {}).length || resources.length;
  const whole = action === 'create' || action === 'replace';
  const head = `${signs[action]} ${name}  ${words[action]}${reason === undefined ? '' : `: ${reason}`}${whole ? ` (${count} ${count === 1 ? 'resource' : 'resources'})` : ''}`;
  if (action === 'update' && resources.length === 0)
    return [head, '    Only its outputs or texts; nothing that it made.'];
  return [
    head,
    // What is made needs no list; what makes a stack anew does.
    ...(whole ? resources.filter(change => change.action === 'modify') : resources).flatMap(change => [
      `    ${change.words}`,
      ...(change.action === 'modify' && change.replacement !== 'False'
        ? change.properties.map(property => `      ${propertyWords(property)}`)
        : []),
    ]),
  ];
}

export function costText({ before, after }: ChangePlan['monthlyUsd']): string {
  const now = `about ${Math.round(after)} USD a month`;
  if (before === undefined) return now;
  const difference = Math.round(after - before);
  return difference === 0
    ? `${now}, as before`
    : `${now}, ${Math.abs(difference)} ${difference > 0 ? 'more' : 'less'} than before`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map(line => `  ${line}`)];
}
