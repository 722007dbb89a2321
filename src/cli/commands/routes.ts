import { describeClusterAccess } from '../../core/tunnel/route/clusterAccess.ts';
import { findRoute } from '../../core/tunnel/route/findRoute.ts';
import { routeDeps } from '../../core/tunnel/route/routeDeps.ts';
import { parseRouteChoice } from '../../core/tunnel/route/routeChoice.ts';
import { routeKinds, type RouteChoice, type RouteFinding, type RouteReport } from '../../core/tunnel/route/route.ts';
import { awsOptions, exitCode, jsonOption, UsageError, type Command } from '../command.ts';
import { openServices } from '../openServices.ts';

export const routes: Command = {
  name: 'routes',
  summary: 'Shows the ways into a cluster’s VPC, and why one is taken',
  positionals: ['name'],
  options: {
    route: {
      type: 'string',
      value: 'ROUTE',
      help: `Look at one alone: ${routeKinds.filter(kind => kind !== 'new-bastion').join(', ')}, or a target`,
    },
    all: { type: 'boolean', help: 'Look at each, also behind the first that works' },
    ...awsOptions,
    ...jsonOption,
  },
  details: [
    'Ways are looked at in this order: direct (VPN, Direct Connect, peering, inside the VPC), an instance under Session Manager, a running bastion, a new bastion. Nothing is made or changed.',
    'Exit code 1 when there is no way in.',
  ],
  run: async input => {
    const [name = ''] = input.positionals;
    const choice = choiceOf(input.text('route'));
    const { session, clock } = await openServices(input);
    const stop = new AbortController();
    const stopListening = input.io.onInterrupt(() => stop.abort());
    try {
      const cluster = await describeClusterAccess(session, name, stop.signal);
      const { startBastion: _, ...look } = routeDeps(session, cluster, clock);
      const find = findRoute(look);
      const first = await find(choice, stop.signal);
      const report = input.flag('all') ? await behindTheFirst(first, kind => find({ kind }, stop.signal)) : first;
      input.io.out(input.flag('json') ? `${JSON.stringify(report)}\n` : reportText(name, report));
      return report.route ? exitCode.done : exitCode.failed;
    } finally {
      stopListening();
    }
  },
};

function choiceOf(text = 'automatic'): RouteChoice {
  const choice = parseRouteChoice(text);
  if (!choice || choice.kind === 'new-bastion') throw new UsageError(`"${text}" is not a way that can be looked at.`);
  return choice;
}

async function behindTheFirst(
  first: RouteReport,
  look: (kind: 'direct' | 'instance' | 'bastion') => Promise<RouteReport>,
): Promise<RouteReport> {
  const findings: RouteFinding[] = [];
  for (const finding of first.findings) {
    const { kind } = finding;
    if (finding.verdict !== 'not-tried' || kind === 'new-bastion') findings.push(finding);
    else {
      const again = (await look(kind)).findings.find(found => found.kind === kind) ?? finding;
      findings.push(again.verdict === 'chosen' ? { ...again, verdict: 'usable' } : again);
    }
  }
  return { ...first, findings };
}

const marks: Readonly<Record<RouteFinding['verdict'], string>> = {
  chosen: '→',
  usable: '✓',
  unusable: '✗',
  'needs-consent': '?',
  'not-tried': '·',
};

export function reportText(cluster: string, { route, findings }: RouteReport): string {
  const lines = findings.flatMap(({ kind, verdict, summary, evidence, fix }) => [
    `${marks[verdict]} ${kind.padEnd(11)}  ${summary}`,
    ...evidence.map(
      ({ resource, attribute, seen, needed }) =>
        `${' '.repeat(15)}${resource}  ${attribute}: ${seen}${needed === undefined ? '' : `; needed: ${needed}`}`,
    ),
    ...(fix === undefined ? [] : [`${' '.repeat(15)}${fix}`]),
  ]);
  return `${[route ? `${cluster}: ${route.reason}` : `${cluster}: no way in`, '', ...lines].join('\n')}\n`;
}
