import type { Account } from '../kernel/account.ts';
import type { DataChannels } from '../shell/startSandbox.ts';
import { ChannelGateway } from './channelGateway.ts';
import { dialFromNode } from './dialFromNode.ts';

/** The far ends of an account's data channels: agents on its nodes, which reach the private endpoints of its clusters. */
export function dataChannels(account: Account): DataChannels {
  const gateway = new ChannelGateway({ account, dial: session => dialFromNode(account, session) });
  return {
    upgrade: (request, socket, head) => gateway.upgrade(request, socket, head),
    close: () => gateway.close(),
  };
}
