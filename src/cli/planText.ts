import type { NetworkFinding } from '../core/network/networkFacts.ts';
import type { Plan } from '../core/plan/plan.ts';

/** A plan for a terminal. */
export function planText(plan: Plan): string {
  const { spec, time, cost, stacks, endpoints, findings, warnings } = plan;
  const usd = (amount: number) => amount.toFixed(2).padStart(9);
  const title = (id: string) => plan.steps.find(step => step.id === id)?.title ?? id;
  const lines = [
    `${spec.name} · ${spec.region} · Kubernetes ${spec.version}`,
    `About ${Math.round(time.totalSeconds / 60)} minutes, about ${Math.round(cost.monthlyUsd)} USD a month`,
    '',
    'Stacks',
    ...stacks.map(({ name, template, staged }) => {
      const count = Object.keys(template.Resources).length;
      return `  ${name}  ${count} ${count === 1 ? 'resource' : 'resources'}${staged ? ', through the staging bucket' : ''}`;
    }),
    '',
    'Endpoints',
    ...endpoints.map(({ service, type, standing, existingId, reason }) => {
      const stands = standing === 'make' ? '' : `${[standing, existingId].filter(Boolean).join(' ')}. `;
      return `  ${service.padEnd(22)} ${type.padEnd(9)}  ${stands}${reason}`;
    }),
    ...(findings.length > 0 ? ['', 'Network', ...findings.flatMap(findingLines)] : []),
    '',
    `Cost, USD a month (${cost.priceRegion} list prices of ${cost.priceDate})`,
    ...cost.lines.map(({ item, monthlyUsd, how }) => `${usd(monthlyUsd)}  ${item}  (${how})`),
    `${usd(cost.monthlyUsd)}  together`,
    ...(cost.note ? [`           ${cost.note}`] : []),
    '',
    `Slowest way: ${time.criticalPath.map(title).join(' → ')}`,
    ...(warnings.length > 0 ? ['', ...warnings.map(({ severity, message }) => `${severity}: ${message}`)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function findingLines({ severity, resources, attribute, seen, wanted, why, fix }: NetworkFinding): string[] {
  return [
    `  ${severity}: ${resources.join(', ')} ${attribute}: ${seen}; needed: ${wanted}`,
    `    ${why}`,
    `    ${fix}`,
  ];
}
