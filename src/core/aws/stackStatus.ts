/** Nothing moves any more until somebody asks for it. */
export function isSettled(status: string): boolean {
  return !status.endsWith('_IN_PROGRESS') || status === 'REVIEW_IN_PROGRESS';
}

/** The stack is whole, as its template says. */
export function isWhole(status: string): boolean {
  return status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE';
}

export const stackType = 'AWS::CloudFormation::Stack';
