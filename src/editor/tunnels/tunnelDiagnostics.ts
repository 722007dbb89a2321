import { bytesText, durationText } from '../../protocol/measures.ts';
import type { TunnelPanelState } from '../../protocol/tunnelPanel.ts';

export interface DiagnosticsSurroundings {
  /** Of this extension. */
  readonly version: string;
  /** "VS Code 1.139.1", and where its extensions run. */
  readonly editor: string;
  readonly platform: string;
  readonly now: number;
  /** Folder names that name a person: cut out wherever they appear. */
  readonly privateFolders: readonly string[];
}

const logLines = 200;

/** What somebody who helps needs to know of a tunnel, as text, without anything that belongs to the person alone. */
export function tunnelDiagnostics(state: TunnelPanelState, surroundings: DiagnosticsSurroundings): string {
  const { version, editor, platform, now } = surroundings;
  const { tunnel, routes, place } = state;
  const time = (at: number) => new Date(at).toISOString();
  const lines = [
    `Private EKS ${version}, ${editor}, ${platform}`,
    `Tunnel to ${place.cluster} in ${place.region} at ${time(now)}`,
    ...(tunnel
      ? [
          `State: ${tunnel.state} for ${durationText(now - tunnel.since)}: ${tunnel.detail}`,
          `Route: ${tunnel.route ? `${tunnel.route.kind} ${tunnel.route.target}, agent ${tunnel.route.agentVersion ?? 'none'}: ${tunnel.route.reason}` : 'none'}`,
          `Up: ${tunnel.openedAt === undefined ? 'never' : durationText(now - tunnel.openedAt)}; latency: ${tunnel.latencyMs ?? '?'} ms; ` +
            `down ${bytesText(tunnel.bytesIn)}, up ${bytesText(tunnel.bytesOut)}; ${tunnel.openConnections} connections; ` +
            `${tunnel.sessionsBegun} sessions begun, ${tunnel.resumes} resumes`,
          ...tunnel.sessions.map(
            session =>
              `  session ${session.sessionId} to ${session.target}: ${session.state}, ${session.connections} connections, ` +
              `down ${bytesText(session.bytesIn)}, up ${bytesText(session.bytesOut)}, round trip ${Math.round(session.roundTripMs)} ms, ${session.resumes} resumes`,
          ),
        ]
      : ['State: nobody knows this tunnel any more']),
    ...(routes
      ? [
          `Ways in, looked at ${time(routes.at)}:`,
          ...routes.findings.flatMap(({ kind, verdict, summary, evidence, fix }) => [
            `  ${kind}: ${verdict}: ${summary}`,
            ...evidence.map(
              ({ resource, attribute, seen, needed }) =>
                `    ${resource} ${attribute}: ${seen}${needed === undefined ? '' : ` (needed: ${needed})`}`,
            ),
            ...(fix === undefined ? [] : [`    fix: ${fix}`]),
          ]),
        ]
      : []),
    `Log, the last ${Math.min(logLines, state.log.length)} of ${state.log.length}:`,
    ...state.log
      .slice(-logLines)
      .map(({ at, severity, message, cure }) => `  ${time(at)} ${severity}: ${message}${cure ? ` ${cure}` : ''}`),
  ];
  return redact(lines.join('\n'), surroundings.privateFolders);
}

/**
 * Cuts out of a text what must not be passed on: account numbers, keys, tokens, addresses that carry one, names of people. It cuts rather
 * too much than too little: any long word that looks like none of AWS's ids goes, too.
 */
export function redact(text: string, privateFolders: readonly string[] = []): string {
  let redacted = text;
  for (const folder of privateFolders.filter(name => name.length > 1)) redacted = redacted.replaceAll(folder, '~');
  for (const [pattern, replacement] of cuts) redacted = redacted.replace(pattern, replacement);
  return redacted.replace(/[\w+/=:-]{40,}/g, word => (isEcsTarget.test(word) ? word : '<long value>'));
}

const isEcsTarget = /^ecs:[\w-]+_[0-9a-f]{32}_[0-9a-f]{32}-\d+$/;
/** What stands before the 17 digits of an id of AWS's own; of a session's id it is the name of the role session, often a person's. */
const ownIds = 'i|mi|sg|sgr|vpc|vpce|subnet|eni|eni-attach|rtb|acl|nat|igw|tgw|pcx|ami|vol|lt|eipalloc';

const cuts: readonly (readonly [RegExp, string])[] = [
  // A URL keeps its scheme and host: credentials before it and whatever follows it may be secrets.
  [/\b([a-z][a-z+.-]*):\/\/(?:[^\s/@]*@)?([^\s/?#"'<>]+)[^\s"'<>)]*/gi, '$1://$2/…'],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '<e-mail>'],
  [/\b(?:k8s-aws-v1\.|eyJ|Bearer\s+|Basic\s+)[\w.~+/=-]+/g, '<token>'],
  [
    /\b(\w*(?:token|secret|password|credential|authorization|signature)\w*)(["']?\s*[:=]\s*["']?)[^\s"',;]+/gi,
    '$1$2<secret>',
  ],
  [/\b(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA|ANVA|APKA|ABIA|ACCA)[A-Z0-9]{12,}\b/g, '<key id>'],
  [
    new RegExp(
      `(?<![\\w.+=,@-])(?!(?:${ownIds})-[0-9a-f]{8,17}(?!\\w))[\\w.+=,@-]{1,64}-([0-9a-z]{17,32})(?![\\w-])`,
      'g',
    ),
    '<name>-$1',
  ],
  [/(?<![A-Za-z0-9.])\d{12}(?![A-Za-z0-9])/g, '<account>'],
];
