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
    /** `make`: planned. `present`, `shared` and `said`: reached already. `wrong`: there, and not serving. */
    readonly standing: 'make' | 'present' | 'shared' | 'said' | 'wrong';
    readonly existingId: string | undefined;
  }[];
  /** What is wrong with an existing VPC, with the ids of all resources of which it is true. */
  readonly findings: readonly {
    readonly severity: 'error' | 'warning' | 'info' | 'unknown';
    readonly resources: readonly string[];
    /** AWS's name of what is judged, as `securityGroupIds`. */
    readonly attribute: string;
    readonly seen: string;
    readonly wanted: string;
    readonly why: string;
    readonly fix: string;
    readonly path: string | undefined;
  }[];
  readonly warnings: readonly {
    readonly severity: 'info' | 'warning';
    readonly message: string;
    readonly path: string | undefined;
    readonly suggestion: string | undefined;
  }[];
}
/** The account's VPCs in the spec's region, for a cluster in one that exists. */
export type NetworkChoices =
  /** Nobody has asked for them, or there is no account to ask. */
  | { readonly state: 'none' }
  | { readonly state: 'loading' }
  /** Told in words; ids can be typed. */
  | { readonly state: 'refused'; readonly message: string }
  | {
      readonly state: 'ready';
      readonly vpcs: readonly {
        readonly id: string;
        readonly name: string;
        readonly cidrs: readonly string[];
        readonly subnets: number;
        /** Which subnets are taken when it is chosen. */
        readonly suggested: readonly string[];
      }[];
      /** Of the VPC that the file names. */
      readonly subnets: readonly {
        readonly id: string;
        readonly name: string;
        readonly zone: string;
        readonly zoneId: string;
        readonly cidr: string;
        readonly freeAddresses: number;
        readonly reach: 'private' | 'public' | 'unknown';
        readonly zoneRefused: boolean;
      }[];
      /** Of that VPC; undefined while they are not known. */
      readonly groups: readonly { readonly id: string; readonly name: string }[] | undefined;
    };

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
  /** Why the plan was made without the account, though there is one. */
  readonly trouble: string | undefined;
  /** Why no run may begin from this plan. */
  readonly blocked: string | undefined;
  readonly networks: NetworkChoices;
  /** The run that makes this cluster, if one is on. */
  readonly runningRunId: string | undefined;
}
/** The planner is small: every change sends the state again. */
export type PlannerChange = PlannerState;

/** A field by its dotted path and its new value; null removes it. */
export interface FieldEdit {
  readonly path: string;
  readonly value: unknown;
}

export type PlannerRequest =
  | Ready
  /** One undo step. */
  | { readonly type: 'edit'; readonly edits: readonly FieldEdit[] }
  | { readonly type: 'select-account'; readonly id: string }
  | { readonly type: 'apply-suggestion'; readonly index: number }
  | { readonly type: 'reveal'; readonly path: string }
  | {
      readonly type:
        | 'open-yaml'
        | 'export-templates'
        | 'create'
        | 'sign-in'
        | 'show-run'
        | 'reload-networks'
        | 'copy-ticket'
        | 'save-ticket';
    };

/** Webviews are untrusted: anything that is not exactly a request is `undefined`. */
export function readPlannerRequest(message: unknown): PlannerRequest | undefined {
  if (!isRecord(message)) return undefined;
  switch (message.type) {
    case 'ready':
      return typeof message.version === 'number' ? { type: 'ready', version: message.version } : undefined;
    case 'edit':
      return Array.isArray(message.edits) && message.edits.length <= mostEdits && message.edits.every(isFieldEdit)
        ? { type: 'edit', edits: message.edits.map(({ path, value }) => ({ path, value })) }
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
    case 'reload-networks':
    case 'copy-ticket':
    case 'save-ticket':
      return { type: message.type };
    default:
      return undefined;
  }
}

const mostEdits = 20;
const mostValues = 500;
/** Groups hold taints, which hold their fields: `nodes: {gpu: {taints: [{key}]}}`. */
const deepest = 5;

function isFieldEdit(edit: unknown): edit is FieldEdit {
  if (!isRecord(edit) || typeof edit.path !== 'string' || edit.path.length > 200) return false;
  const left = { values: mostValues };
  return isEditValue(edit.value, deepest, left);
}

/** Scalars, lists and maps of a sensible size and depth. */
function isEditValue(value: unknown, depth: number, left: { values: number }): boolean {
  left.values -= 1;
  if (left.values < 0) return false;
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return true;
  if (typeof value === 'string') return value.length <= 2048;
  if (depth === 0 || typeof value !== 'object') return false;
  return Object.values(value).every(item => isEditValue(item, depth - 1, left));
}
