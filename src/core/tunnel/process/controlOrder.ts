import * as z from 'zod/mini';
import { routeKinds } from '../route/route.ts';
import type { ControlOrder } from './controlMessage.ts';

/** Instances, managed nodes and ECS tasks, as StartSession takes them. */
export const routeTarget = /^(i-[0-9a-f]{8,17}|mi-[0-9a-f]{8,17}|ecs:[\w-]{1,255}_[0-9a-f]{8,64}_[\w-]{1,128})$/;

const orderShape = z.discriminatedUnion('type', [
  z.object({ type: z.literal('stop') }),
  z.object({ type: z.literal('reconnect') }),
  z.object({ type: z.literal('open-proxy') }),
  z.object({
    type: z.literal('choose-route'),
    choice: z.object({
      kind: z.enum(['automatic', ...routeKinds]),
      target: z.exactOptional(z.string().check(z.regex(routeTarget))),
    }),
  }),
]);

/** An order from a control socket, or `undefined` for anything else: what comes from a socket is not to be trusted. */
export function controlOrder(line: Readonly<Record<string, unknown>>): ControlOrder | undefined {
  return orderShape.safeParse(line).data;
}
