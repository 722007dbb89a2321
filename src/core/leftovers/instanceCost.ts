import { cents, hoursPerMonth, instanceHour } from '../plan/prices.ts';

/** EC2's filter for instances that are not gone. */
export const livingStates = { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] };

/** A stopped one costs only what its disks do, which are told as volumes once they are left. */
export function instanceCost(InstanceType: string, state: string | undefined) {
  const hour = instanceHour(InstanceType);
  return {
    monthlyUsd: state === 'stopped' ? 0 : cents((hour ?? 0) * hoursPerMonth),
    how: `${InstanceType}, ${state}${hour === undefined ? ', price not known' : ''}`,
  };
}
