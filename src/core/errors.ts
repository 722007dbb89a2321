/** What a person can do about an error; `id` names a command or a built-in gesture the shell (editor, CLI) knows. */
export interface ErrorAction {
  readonly id: 'sign-in' | 'retry' | 'open-spec' | 'choose-account' | 'show-log' | 'install-kubectl' | 'open-link';
  readonly title: string;
  /** For `open-link` the URL, for `open-spec` a `path:line:column`. */
  readonly target?: string;
}

export interface PrivateEksErrorOptions {
  readonly cause?: unknown;
  /** True when doing the same again later may work without anyone changing anything. */
  readonly retryable?: boolean;
  /** What to do, in one or two sentences. */
  readonly fix?: string;
  readonly actions?: readonly ErrorAction[];
}

/**
 * The one error of this product. `message` says what happened and where, in words for people and without any secret;
 * `code` is stable, kebab-case, and what tests and callers decide by.
 */
export class PrivateEksError extends Error {
  override readonly name = 'PrivateEksError';
  readonly code: string;
  readonly retryable: boolean;
  readonly fix: string | undefined;
  readonly actions: readonly ErrorAction[];

  constructor(code: string, message: string, options: PrivateEksErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.fix = options.fix;
    this.actions = options.actions ?? [];
  }
}

/** Cancelling is not an error: it travels as the signal's own `AbortError`. */
export function isCancellation(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
