/** An error as AWS sends it: `code` and `message` are AWS's own; `status` is the HTTP status. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;
  /** Further members of the error's shape (`ResourceInUseException.clusterName`, …). */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

/** Known to AWS, not simulated here: said loudly, never answered with a silent success. */
export function notImplemented(what: string): AwsError {
  return new AwsError('SandboxNotImplemented', `SandboxNotImplemented: ${what}`, 501);
}
