import { PrivateEksError, type PrivateEksErrorOptions } from '../../errors.ts';

/** Why a session is over. `gone`: the service does not know it any more, and has not said why. */
export type ClosedKind =
  | 'idle-timeout'
  | 'maximum-duration'
  | 'ended-by-administrator'
  | 'agent-restarted'
  | 'agent-too-old'
  | 'forbidden-address'
  | 'handshake-failed'
  | 'encryption-asked'
  | 'wrong-document'
  | 'unreadable'
  | 'closed-here'
  | 'gone'
  | 'unknown';

/** `text` is a clause for people that goes on "The Session Manager session is over: …". */
export interface ClosedReason {
  readonly kind: ClosedKind;
  readonly text: string;
}

/**
 * Matched against what `channel_closed` says, first match wins. Seen in public reports: inactivity, the old agent's missing plugin, the
 * failed data channel. From the agent's source: the forbidden address, the handshake. The rest is put widely, for AWS does not publish it.
 */
const wordings: readonly (readonly [RegExp, ClosedKind])[] = [
  [/timed out due to inactivity|idle (session )?time-?out/i, 'idle-timeout'],
  [/max(imum)?[- ]?(session)?[- ]?(duration|time ?out)|(exceeded|reached) .*duration/i, 'maximum-duration'],
  [/forwarding to ip address .* is forbidden/i, 'forbidden-address'],
  [/not supported by this version of (the )?ssm agent|update to (the )?latest version/i, 'agent-too-old'],
  [/handshake timed out|handshake/i, 'handshake-failed'],
  [
    /document (process|worker)|session worker|worker (timed out|crash)|agent (is )?(restart|shut|stopp|updat)|setting up data channel/i,
    'agent-restarted',
  ],
  [/terminated by|(was|been) (terminated|ended|cancelled|canceled)|TerminateSession/i, 'ended-by-administrator'],
];

/** Reads the service's last word; empty where it gives none. */
export function closedReason(output: string): ClosedReason {
  const text = tidy(output);
  if (!text) return { kind: 'unknown', text: 'the service ended it and gave no reason' };
  return { kind: wordings.find(([wording]) => wording.test(text))?.[1] ?? 'unknown', text };
}

const errors: Partial<Record<ClosedKind, readonly [code: string, options: PrivateEksErrorOptions]>> = {
  'agent-too-old': [
    'agent-too-old',
    { fix: 'Update the SSM agent of the target, for example with AWS-UpdateSSMAgent.' },
  ],
  'encryption-asked': [
    'encryption-unsupported',
    { fix: 'Use a session document without kmsKeyId; port forwarding is encrypted by TLS from end to end anyway.' },
  ],
  'wrong-document': [
    'wrong-document',
    { fix: 'Use AWS-StartPortForwardingSessionToRemoteHost or a copy of it whose type is LocalPortForwarding.' },
  ],
  'forbidden-address': [
    'forbidden-address',
    { fix: 'The agent forwards neither to the VPC’s resolver nor to the metadata services. Choose another host.' },
  ],
  'handshake-failed': [
    'handshake-failed',
    { retryable: true, fix: 'Check that the target’s agent reaches ssmmessages.' },
  ],
};

/** The error for whoever waits for a session that is over. */
export function sessionEnded(reason: ClosedReason): PrivateEksError {
  const [code, options] = errors[reason.kind] ?? ['session-ended', { retryable: true }];
  return new PrivateEksError(code, `The Session Manager session is over: ${reason.text.replace(/\.+$/, '')}.`, options);
}

/** What a peer wrote, on one line, without control characters and of a length that a log and a status bar bear. */
export function tidy(text: string): string {
  const line = text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .replace(/-{4,}/g, '')
    .trim();
  return line.length > 400 ? `${line.slice(0, 399)}…` : line;
}
