/** What a known failure means. `what` and `fix` may name `{resource}`, `{message}` and the groups of `message`: `{1}`. */
export interface FailureRule {
  readonly code: string;
  /** Tested against AWS's whole reason. */
  readonly message: RegExp;
  readonly type?: RegExp;
  readonly what: string;
  readonly why: string;
  readonly fix: string;
  /** `{group}` is the node group. */
  readonly specPath?: string;
  /** Where the cluster stands already, and is changed: what making it anew, or choosing again, is no answer to. */
  readonly change?: { readonly fix: string; readonly specPath?: string };
  readonly retryable?: boolean;
  /** Says little: where EKS gives its issue a code, the code is asked first. */
  readonly general?: true;
}
