import { usualTimeText, type UsualSeconds } from '../core/run/usualTime.ts';
import type { UpgradePlan } from '../core/upgrade/upgradePlan.ts';

/** An upgrade's plan for a terminal. `usual`: how long it takes, where there is anything to do. */
export function upgradeText(
  { cluster, direction, from, to, steps, refusals, warnings, notes, insights }: UpgradePlan,
  usual?: UsualSeconds,
): string {
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', `${title}:`, ...lines.map(line => `  ${line}`)];
  const lines = [
    `${cluster}: Kubernetes ${from} → ${to}${direction === 'back' ? ' (rollback)' : ''}`,
    ...(usual ? [`usually ${usualTimeText(usual)}`] : []),
    ...(steps.length === 0 && refusals.length === 0
      ? ['Nothing to do: control plane, add-ons and nodes are there.']
      : list(
          'Steps, one after the other',
          steps.map(({ words }) => words),
        )),
    ...list(
      'Readiness, by EKS’s insights',
      insights.map(({ status, name }) => `${status.padEnd(7)}  ${name}`),
    ),
    ...list('Warnings', warnings),
    ...list('Know', notes),
    ...list(
      'Refused',
      refusals.map(({ message, fix, byForce }) => `${message} ${fix}${byForce ? ' (--force overrides)' : ''}`),
    ),
  ];
  return `${lines.join('\n')}\n`;
}
