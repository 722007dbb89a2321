import type { Command } from './command.ts';

/** Each command is one file, loaded when it is asked for. */
export const commandTable: Readonly<Record<string, () => Promise<Command>>> = {
  plan: async () => (await import('./commands/plan.ts')).plan,
  preflight: async () => (await import('./commands/preflight.ts')).preflight,
  create: async () => (await import('./commands/create.ts')).create,
  update: async () => (await import('./commands/update.ts')).update,
  upgrade: async () => (await import('./commands/upgrade.ts')).upgrade,
  drift: async () => (await import('./commands/drift.ts')).drift,
  list: async () => (await import('./commands/list.ts')).list,
  status: async () => (await import('./commands/status.ts')).status,
  events: async () => (await import('./commands/events.ts')).events,
  tunnel: async () => (await import('./commands/tunnel.ts')).tunnel,
  routes: async () => (await import('./commands/routes.ts')).routes,
  bastion: async () => (await import('./commands/bastion.ts')).bastion,
  policy: async () => (await import('./commands/policy.ts')).policy,
  kubeconfig: async () => (await import('./commands/kubeconfig.ts')).kubeconfig,
  environment: async () => (await import('./commands/environment.ts')).environment,
  login: async () => (await import('./commands/login.ts')).login,
  token: async () => (await import('./commands/token.ts')).token,
  delete: async () => (await import('./commands/delete.ts')).deleteCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  sandbox: async () => (await import('./commands/sandbox.ts')).sandbox,
};
