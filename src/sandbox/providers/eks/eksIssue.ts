import type { Progress } from '../../cloudformation/resourceProvider.ts';

export interface EksIssue {
  readonly code?: string;
  readonly message?: string;
  readonly resourceIds?: readonly string[];
}

/** A failed thing's health in the words of CloudFormation's handler. */
export const unstable = (issues: readonly EksIssue[] = []): Progress => {
  const texts = issues.map(
    ({ code = '', message = '', resourceIds = [] }) =>
      `Issue(Code=${code}, Message=${message}, ResourceIds=[${resourceIds.join(', ')}])`,
  );
  return { failed: `[${texts.join(', ')}] (Service: null, Status Code: 0, Request ID: null)` };
};
