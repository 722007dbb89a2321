/** What a resource's failed event says, taken out of the wrapping that CloudFormation and the resource handlers put around it. */
export interface AwsEnvelope {
  /** The innermost sentence. */
  readonly message: string;
  /** `AlreadyExists`, `GeneralServiceException`, … */
  readonly handlerErrorCode: string | undefined;
  /** Code of the first issue, where EKS tells issues: `NodeCreationFailure`. */
  readonly issueCode: string | undefined;
  /** Ids that the issues name. */
  readonly resourceIds: readonly string[];
}

/**
 * `Resource handler returned message: "[Issue(Code=NodeCreationFailure, Message=…, ResourceIds=[i-1, i-2])] (Service: null, Status
 * Code: 0, Request ID: null)" (RequestToken: …, HandlerErrorCode: GeneralServiceException)` and all simpler forms.
 */
export function parseEnvelope(reason: string): AwsEnvelope {
  const handlerErrorCode = /HandlerErrorCode: (\w+)\)?\s*$/.exec(reason)?.[1];
  const quoted = /Resource handler returned message: "(.*)"(?: \(RequestToken: .*)?$/s.exec(reason.trim())?.[1];
  const inner = (quoted ?? reason)
    .replace(/\s*\((?:Service|AWS|Request ID): [^)]*(?:\([^)]*\)[^)]*)*\)\s*$/, '')
    .trim();
  const issue = /Issue\(Code=(\w+), Message=(.*?)(?:, ResourceIds=\[([^\]]*)\])?\)/s.exec(inner);
  return {
    message: issue?.[2] ?? inner,
    handlerErrorCode,
    issueCode: issue?.[1],
    resourceIds: (issue?.[3] ?? '').split(/,\s*/).filter(Boolean),
  };
}
