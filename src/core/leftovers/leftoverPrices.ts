import { cents, hoursPerMonth, price } from '../plan/prices.ts';

// US list prices like those of `prices.ts`, for what only stays by accident. None was checked again for this table.
const hours = { application: 0.0225, network: 0.0225, gateway: 0.0125, classic: 0.025 } as const;
const gibMonth: Readonly<Record<string, number>> = {
  gp2: 0.1,
  gp3: price.gp3GiBMonth,
  io1: 0.125,
  io2: 0.125,
  st1: 0.045,
  sc1: 0.015,
  standard: 0.05,
};
const snapshotGiBMonth = 0.05;
const logGiBMonth = 0.03;

/** What it costs while nothing goes through it. */
export function balancerMonthly(type: string): number {
  return cents((Object.hasOwn(hours, type) ? hours[type as keyof typeof hours] : hours.application) * hoursPerMonth);
}

/** Provisioned IOPS and throughput are not counted. */
export function volumeMonthly(type: string, gib: number): number {
  return cents((gibMonth[type] ?? price.gp3GiBMonth) * gib);
}

/** At most: a snapshot holds only what is in use and has changed. */
export const snapshotMonthly = (gib: number): number => cents(snapshotGiBMonth * gib);
export const logsMonthly = (bytes: number): number => cents((logGiBMonth * bytes) / 2 ** 30);
/** A public address, whether something uses it or not: 0.005 USD an hour. */
export const addressMonthly = cents(0.005 * hoursPerMonth);
/** A bastion's task: a quarter of a CPU and half a GiB, on x86. */
export const bastionTaskMonthly = cents((price.fargateCpuHour / 4 + price.fargateGiBHour / 2) * hoursPerMonth);
