import * as z from 'zod/mini';
import { routeKinds } from '../route/route.ts';
import { parseRouteChoice } from '../route/routeChoice.ts';
import type { ControlOrder } from './controlMessage.ts';

const orderShape = z.discriminatedUnion('type', [
  z.object({ type: z.literal('stop') }),
  z.object({ type: z.literal('reconnect') }),
  z.object({ type: z.literal('signed-in') }),
  z.object({ type: z.literal('open-proxy') }),
  z.object({ type: z.literal('sign-token') }),
  z.object({
    type: z.literal('choose-route'),
    choice: z.object({
      kind: z.enum(['automatic', ...routeKinds]),
      target: z.exactOptional(z.string().check(z.refine(text => parseRouteChoice(text)?.target === text))),
    }),
  }),
]);

/** An order from a control socket, or `undefined` for anything else: what comes from a socket is not to be trusted. */
export function controlOrder(line: Readonly<Record<string, unknown>>): ControlOrder | undefined {
  return orderShape.safeParse(line).data;
}
