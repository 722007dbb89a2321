// US list prices, on-demand, Linux. Source marks: [page] AWS's own pricing page or announcement; [second] quoted by a second source;
// [list] AWS's long-standing list price, not checked again for this table: `pricing:GetProducts` has the last word.

export const priceRegion = 'us-east-1';
export const priceDate = '2026-11';
/** AWS bills by the hour; a month is taken as 730 of them. */
export const hoursPerMonth = 730;

/** USD. */
export const price = {
  /** [page] */
  controlPlaneHour: 0.1,
  /** [page] for versions in extended support, in all. */
  controlPlaneExtendedHour: 0.6,
  /** [second] per endpoint and zone; 0.01 for each GB on top [page] is not counted. */
  interfaceEndpointHour: 0.01,
  /** [list] */
  gp3GiBMonth: 0.08,
  /** [list] */
  customerKeyMonth: 1,
  /** [second] Linux on x86; billed by the second. */
  fargateCpuHour: 0.04048,
  fargateGiBHour: 0.004445,
  /** [list] Linux on ARM. */
  fargateArmCpuHour: 0.03238,
  fargateArmGiBHour: 0.00356,
} as const;

/** [second] What Auto Mode adds to the on-demand price of its instances. */
export const autoModePercent = 12;

/** [list] USD an hour for `<family>.large`; within a family the price goes with the size. */
const largeHour: Readonly<Record<string, number>> = {
  t3: 0.0832,
  t3a: 0.0752,
  t4g: 0.0672,
  m5: 0.096,
  m5a: 0.086,
  m6i: 0.096,
  m6a: 0.0864,
  m6g: 0.077,
  m7i: 0.1008,
  'm7i-flex': 0.09576,
  m7a: 0.11592,
  m7g: 0.0816,
  m8g: 0.08976,
  c5: 0.085,
  c5a: 0.077,
  c6i: 0.085,
  c6a: 0.0765,
  c6g: 0.068,
  c7i: 0.08925,
  c7a: 0.10264,
  c7g: 0.0725,
  c8g: 0.07976,
  r5: 0.126,
  r5a: 0.113,
  r6i: 0.126,
  r6a: 0.1134,
  r6g: 0.1008,
  r7i: 0.1323,
  r7a: 0.15215,
  r7g: 0.1071,
  r8g: 0.11782,
};
const sizeOfLarge: Readonly<Record<string, number>> = {
  nano: 1 / 16,
  micro: 1 / 8,
  small: 1 / 4,
  medium: 1 / 2,
  large: 1,
};

/** USD an hour; undefined for a type that is not in the table. */
export function instanceHour(instanceType: string): number | undefined {
  const [family = '', size = ''] = instanceType.split('.');
  const large = largeHour[family];
  const times = sizeOfLarge[size] ?? xlargeTimes(size);
  return large === undefined || times === undefined ? undefined : large * times;
}

function xlargeTimes(size: string): number | undefined {
  const match = /^(\d*)xlarge$/.exec(size);
  return match ? 2 * Number(match[1] || 1) : undefined;
}

/** One endpoint in so many zones. */
export function interfaceEndpointMonthly(zones: number): number {
  return cents(price.interfaceEndpointHour * zones * hoursPerMonth);
}

export function cents(usd: number): number {
  return Math.round(usd * 100) / 100;
}
