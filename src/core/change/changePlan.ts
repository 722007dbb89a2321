// CONTRACT: what an update would do, before it does anything. Plain data: kept with the run, shown by the editor and the command line,
// and what every change set is held against before it is executed.
import type { StackId } from '../plan/plan.ts';
import type { Template } from '../templates/template.ts';
import type { TemplateLike } from './stackDifference.ts';

/** As CloudFormation says it. `Conditional`: it depends on what is known only while the update goes on. */
export type Replacement = 'True' | 'Conditional' | 'False';

export interface PropertyChange {
  /** `/Properties/ScalingConfig/MaxSize` */
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly recreation: 'Always' | 'Conditionally' | 'Never';
}

export interface ResourceChange {
  readonly logicalId: string;
  readonly physicalId: string | undefined;
  readonly type: string;
  readonly action: 'add' | 'modify' | 'remove';
  readonly replacement: Replacement;
  readonly properties: readonly PropertyChange[];
  /** One sentence for people. */
  readonly words: string;
}

/**
 * `none`: as planned already. `update`: by a change set. `create`: not there yet, or never complete. `replace`: deleted and made again,
 * because what stands in it has a fixed name that CloudFormation cannot replace. `delete`: not in the spec any more.
 */
export type StackAction = 'none' | 'create' | 'update' | 'replace' | 'delete';

export interface StackChangePlan {
  readonly id: StackId;
  readonly name: string;
  readonly action: StackAction;
  /** ARN of the stack that stands: tells an old one from its successor. */
  readonly stackId: string | undefined;
  /** Why it is replaced, or created again. */
  readonly reason?: string;
  readonly resources: readonly ResourceChange[];
  /** `change-set`: CloudFormation said so. `templates`: foreseen, because a value comes from a stack that changes first. */
  readonly from: 'change-set' | 'templates';
  /** Parameters whose values are known only once an earlier stack has changed. */
  readonly openParameters: readonly string[];
  /** The template as it stands and as it will; for a difference editor. */
  readonly before: TemplateLike | undefined;
  readonly after: Template | undefined;
}

/** A change that CloudFormation would make by replacing the cluster, and that EKS's own API makes in place. */
export interface ApiChange {
  readonly kind: 'associate-encryption';
  /** ARN, or undefined when the key is made by this update. */
  readonly keyArn: string | undefined;
  readonly words: string;
}

export interface OneWaySwitch {
  readonly stack: StackId;
  readonly resource: string;
  readonly words: string;
}

export interface ChangeRefusal {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  /** True when typing the cluster's name lets it through. */
  readonly byName: boolean;
}

export interface ChangePlan {
  readonly cluster: string;
  readonly region: string;
  readonly accountId: string;
  readonly specHash: string;
  /** In the order of the pipeline; removals last. Stacks without a change are in it, too. */
  readonly stacks: readonly StackChangePlan[];
  readonly api: readonly ApiChange[];
  readonly oneWay: readonly OneWaySwitch[];
  /** What is replaced, in words. */
  readonly replaced: readonly string[];
  readonly refusals: readonly ChangeRefusal[];
  readonly notes: readonly string[];
  readonly monthlyUsd: { readonly before: number | undefined; readonly after: number };
}

export function changesNothing({ stacks, api }: Pick<ChangePlan, 'stacks' | 'api'>): boolean {
  return api.length === 0 && stacks.every(({ action }) => action === 'none');
}
