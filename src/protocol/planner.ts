// CONTRACT: the planner panel: the spec as a form beside the live plan. Form and file are two views of one text.
import { isRecord, type Ready } from './envelope.ts';

export interface FieldProblem {
  readonly severity: 'error' | 'warning';
  /** Dotted path of the spec field, empty for the file. */
  readonly path: string;
  readonly message: string;
  readonly line: number;
  readonly column: number;
}
export interface PlannerAccount {
  /** Stable id: `sandbox`, or `profile:<name>`. */
  readonly id: string;
  /** "Sandbox", "prod". */
  readonly label: string;
  /** "practice account", "sso", "signed out"… */
  readonly description: string;
  readonly accountId: string | undefined;
  readonly region: string | undefined;
  readonly needsSignIn: boolean;
}
export interface PlanSummary {
  readonly offline: boolean;
  readonly totalSeconds: number;
  readonly steps: readonly {
    readonly id: string;
    readonly title: string;
    readonly needs: readonly string[];
    readonly typicalSeconds: number;
    readonly onCriticalPath: boolean;
  }[];
  readonly monthlyUsd: number;
  readonly costLines: readonly { readonly item: string; readonly monthlyUsd: number; readonly how: string }[];
  readonly costNote: string;
  readonly stacks: readonly { readonly id: string; readonly name: string; readonly resources: number }[];
  readonly endpoints: readonly {
    readonly service: string;
    readonly type: string;
    readonly reason: string;
    readonly monthlyUsd: number;
  }[];
  readonly warnings: readonly {
    readonly severity: 'info' | 'warning';
    readonly message: string;
    readonly path: string | undefined;
    readonly suggestion: string | undefined;
  }[];
}
export interface PlannerState {
  /** Of the spec's file: what the panel keeps, to be filled again after a reload. */
  readonly uri: string;
  readonly fileName: string;
  /** The spec as far as it can be read, plain JSON; defaults stand in `defaults`. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly problems: readonly FieldProblem[];
  readonly accounts: readonly PlannerAccount[];
  readonly accountId: string;
  readonly versions: readonly { readonly version: string; readonly label: string }[];
  readonly regions: readonly string[];
  /** Absent while the spec has errors: `problems` say why. */
  readonly plan: PlanSummary | undefined;
  /** What is being looked up now, for the progress line; undefined when nothing is. */
  readonly busy: string | undefined;
  /** The run that makes this cluster, if one is on. */
  readonly runningRunId: string | undefined;
}
/** The planner is small: every change sends the state again. */
export type PlannerChange = PlannerState;

export type PlannerRequest =
  | Ready
  | { readonly type: 'edit'; readonly path: string; readonly value: unknown }
  | { readonly type: 'select-account'; readonly id: string }
  | { readonly type: 'apply-suggestion'; readonly index: number }
  | { readonly type: 'reveal'; readonly path: string }
  | { readonly type: 'open-yaml' | 'export-templates' | 'create' | 'sign-in' | 'show-run' };

/** Webviews are untrusted: anything that is not exactly a request is `undefined`. */
export function readPlannerRequest(message: unknown): PlannerRequest | undefined {
  if (!isRecord(message)) return undefined;
  switch (message.type) {
    case 'ready':
      return typeof message.version === 'number' ? { type: 'ready', version: message.version } : undefined;
    case 'edit':
      return typeof message.path === 'string' && message.path.length <= 200 && isEditValue(message.value)
        ? { type: 'edit', path: message.path, value: message.value }
        : undefined;
    case 'select-account':
      return typeof message.id === 'string' ? { type: 'select-account', id: message.id } : undefined;
    case 'apply-suggestion':
      return Number.isSafeInteger(message.index)
        ? { type: 'apply-suggestion', index: message.index as number }
        : undefined;
    case 'reveal':
      return typeof message.path === 'string' ? { type: 'reveal', path: message.path } : undefined;
    case 'open-yaml':
    case 'export-templates':
    case 'create':
    case 'sign-in':
    case 'show-run':
      return { type: message.type };
    default:
      return undefined;
  }
}

/** Scalars, lists of scalars and flat maps of scalars of a sensible size; `undefined` (sent as null) removes the key. */
function isEditValue(value: unknown): boolean {
  const isScalar = (item: unknown) =>
    item === null ||
    typeof item === 'number' ||
    typeof item === 'boolean' ||
    (typeof item === 'string' && item.length <= 2048);
  if (isScalar(value)) return true;
  if (Array.isArray(value)) return value.length <= 100 && value.every(isScalar);
  return isRecord(value) && Object.keys(value).length <= 100 && Object.values(value).every(isScalar);
}
