import type {
  Progress,
  ProviderContext,
  ResourceProvider,
  ResourceProviders,
} from '../cloudformation/resourceProvider.ts';
import { resourceFault, type ResourceFault } from '../kernel/fault.ts';

/** What a fault does to one running action of one resource. */
interface Struck {
  /** Account time. */
  readonly until: number;
  readonly fail?: string;
}

const struck = ({ account }: ProviderContext) => account.table<Struck>('sandbox.struck');
const keyOf = ({ stackId, logicalId }: ProviderContext) => `${stackId}/${logicalId}`;

/** The providers, struck by the faults that the control URL was given. */
export function withFaults(providers: ResourceProviders): ResourceProviders {
  return Object.fromEntries(Object.entries(providers).map(([type, provider]) => [type, faulty(type, provider)]));
}

function faulty(type: string, provider: ResourceProvider): ResourceProvider {
  /** True when the action is to fail. */
  const strike = (action: ResourceFault['action'], context: ProviderContext): boolean => {
    const fault = resourceFault(context.account, action, type, context.logicalId);
    struck(context).delete(keyOf(context));
    if (!fault) return false;
    const until = context.account.now() + fault.delaySeconds * 1000;
    struck(context).set(keyOf(context), { until, ...(fault.fail === undefined ? {} : { fail: fault.fail }) });
    return fault.fail !== undefined;
  };
  const held = (context: ProviderContext, ask: () => Progress | undefined): Progress => {
    const row = struck(context).get(keyOf(context));
    if (row && row.until > context.account.now()) return 'in-progress';
    struck(context).delete(keyOf(context));
    return row?.fail === undefined ? (ask() ?? 'done') : { failed: row.fail };
  };
  return {
    ...provider,
    // What fails to be made is there all the same, as it is on AWS, and must be cleaned up.
    create: (properties, context) => {
      strike('CREATE', context);
      return provider.create(properties, context);
    },
    progress: (id, properties, context) => held(context, () => provider.progress?.(id, properties, context)),
    ...(provider.update && {
      update: (id, next, previous, context) => {
        if (!strike('UPDATE', context)) provider.update?.(id, next, previous, context);
      },
    }),
    delete: (id, properties, context) => {
      if (!strike('DELETE', context)) provider.delete(id, properties, context);
    },
    deleteProgress: (id, properties, context) =>
      held(context, () => provider.deleteProgress?.(id, properties, context)),
  };
}
