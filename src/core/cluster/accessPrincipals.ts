import type { EKSClient } from '@aws-sdk/client-eks';
import { isAwsError } from '../aws/errors.ts';

/** Who has an access entry. Nobody in a cluster that knows none: one of authentication mode CONFIG_MAP refuses even to list them. */
export async function accessPrincipals(
  client: EKSClient,
  clusterName: string,
  options: { readonly abortSignal?: AbortSignal },
): Promise<string[]> {
  const { paginateListAccessEntries } = await import('@aws-sdk/client-eks');
  const principals: string[] = [];
  try {
    for await (const page of paginateListAccessEntries({ client }, { clusterName }, options))
      principals.push(...(page.accessEntries ?? []));
  } catch (error) {
    const knowsNone =
      isAwsError(error, 'InvalidRequestException') && /authentication mode/i.test((error as Error).message);
    if (!knowsNone) throw error;
  }
  return principals;
}
