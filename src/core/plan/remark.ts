import type { PlanWarning } from './plan.ts';

/** Something that is no fault and still good to know. */
export function remark(code: string, path: string, message: string): PlanWarning {
  return { severity: 'info', code, message, path };
}
