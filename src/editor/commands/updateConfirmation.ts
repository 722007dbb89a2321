import type { ChangePlan, StackChangePlan } from '../../core/change/changePlan.ts';
import type { PreflightFinding } from '../../core/preflight/preflightFinding.ts';
import { usualTimeText, type UsualSeconds } from '../../core/run/usualTime.ts';
import type { Account } from '../accounts/account.ts';
import { editorWords } from '../editorWords.ts';

/** A change plan as the command line gives it, with what its look beforehand found and how long the change usually takes. */
export interface LookedChange extends ChangePlan {
  /** Absent: not looked, as the plan is refused or changes nothing. */
  readonly preflight?: readonly PreflightFinding[];
  readonly usualSeconds?: UsualSeconds;
}

/** Longer lists end in a count: the editor of differences has them all. */
const mostLines = 10;
/** Findings are long, and the run tells them all again. */
const mostFindings = 5;

/** What somebody agrees to who updates a cluster: what cannot be taken back first, then what changes, and for how much. `file`: its name. */
export function updateConfirmation(
  plan: LookedChange,
  account: Pick<Account, 'label' | 'isSandbox'>,
  file: string,
): string {
  const { accountId, region, refusals, oneWay, api, notes, preflight = [], usualSeconds } = plan;
  return [
    ...refusals.filter(({ byName }) => byName).map(({ message }) => message),
    `Account ${accountId} (${account.label}), region ${region}, as ${file} says.`,
    listed(
      'Cannot be taken back:',
      oneWay.map(({ stack, resource, words }) => `${stack}/${resource}: ${words}`),
      oneWay.length,
    ),
    listed('Changes:', [...plan.stacks.flatMap(stackLines), ...api.map(({ words }) => words)], mostLines),
    listed(
      'The look beforehand says:',
      preflight.map(({ message, fix }) => `${message} ${editorWords(fix)}`),
      mostFindings,
      'the run tells them',
    ),
    ...notes.map(editorWords),
    costLine(plan, account.isSandbox),
    usualSeconds ? timeLine(usualSeconds) : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** What stops an update before anything is changed, each error with its field and what to do about it. */
export function updateStopped(errors: readonly PreflightFinding[]): string {
  const blocks = errors.map(({ message, fix, specPath }) => {
    const field = specPath === undefined ? '' : `At ${specPath}: `;
    return `• ${message}\n   ${field}${editorWords(fix)}`;
  });
  return [...blocks, 'Nothing was changed.'].join('\n\n');
}

export function timeLine(usual: UsualSeconds): string {
  return `It usually takes ${usualTimeText(usual)}.`;
}

/** A count in one line, for a place that has no room for more. */
export function changeCount({ stacks, api }: Pick<ChangePlan, 'stacks' | 'api'>): string {
  const changed = stacks.filter(({ action }) => action !== 'none').length;
  const parts = [
    ...(changed > 0 ? [`${changed} ${changed === 1 ? 'stack' : 'stacks'}`] : []),
    ...(api.length > 0 ? [`${api.length} ${api.length === 1 ? 'change' : 'changes'} by EKS’s API`] : []),
  ];
  return parts.join(', ');
}

function stackLines({ id, action, reason, resources }: StackChangePlan): string[] {
  const because = reason === undefined ? '.' : `: ${reason}.`;
  switch (action) {
    case 'none':
      return [];
    case 'create':
      return [`${id} is made${because}`];
    case 'replace':
      return [`${id} is deleted and made anew${because}`];
    case 'delete':
      return [`${id} is deleted${because}`];
    case 'update':
      return resources.length === 0
        ? [`${id} changes.`]
        : resources.map(({ words }) => `${id}: ${words.charAt(0).toLowerCase()}${words.slice(1)}`);
  }
}

function listed(title: string, lines: readonly string[], most: number, where = 'Show Differences has them'): string {
  if (lines.length === 0) return '';
  const shown = lines.length > most ? lines.slice(0, most - 1) : lines;
  const rest = lines.length - shown.length;
  return [title, ...shown.map(line => `• ${line}`), ...(rest > 0 ? [`• and ${rest} more: ${where}.`] : [])].join('\n');
}

function costLine({ monthlyUsd: { before, after } }: ChangePlan, isSandbox: boolean): string {
  const difference = before === undefined ? undefined : Math.round(after - before);
  const compared =
    difference === undefined
      ? ''
      : difference === 0
        ? ', as before'
        : `, ${Math.abs(difference)} ${difference > 0 ? 'more' : 'less'} than before`;
  return `About ${Math.round(after)} USD a month${compared}.${isSandbox ? ' The sandbox costs nothing.' : ''}`;
}
