import { findKubectl } from '../../../src/core/kube/findKubectl.ts';
import { debianKubectl } from '../../debianKubectl.ts';
import type { JourneyPlace } from './journeyPlace.ts';
import type { Ended, LivingProcess } from './livingProcess.ts';

export interface KubectlChoice {
  readonly title: string;
  readonly find: () => Promise<{ readonly binary: string } | { readonly missing: string }>;
}

export const kubectlChoices: readonly KubectlChoice[] = [
  {
    title: 'the kubectl on PATH',
    find: async () => {
      const { path } = await findKubectl(process.env, process.platform);
      return path === undefined ? { missing: 'no kubectl on PATH' } : { binary: path };
    },
  },
  { title: 'Debian’s kubectl 1.20.2', find: async () => debianKubectl() },
];

/** One kubectl with the kubeconfig that a tunnel printed, as a person uses it. */
export class Kubectl {
  readonly #place: JourneyPlace;
  readonly #binary: string;
  readonly #kubeconfig: string;

  constructor(place: JourneyPlace, binary: string, kubeconfig: string) {
    this.#place = place;
    this.#binary = binary;
    this.#kubeconfig = kubeconfig;
  }

  start(args: readonly string[], input?: string): LivingProcess {
    // Only KUBECONFIG: the credential plugin gets the rest from the file, as in a terminal that knows nothing of AWS.
    const { AWS_PROFILE: _, AWS_CONFIG_FILE: _1, AWS_SHARED_CREDENTIALS_FILE: _2, ...env } = this.#place.env();
    return this.#place.start(this.#binary, args, { ...env, KUBECONFIG: this.#kubeconfig }, input);
  }

  run(...args: string[]): Promise<Ended> {
    return this.start(args).ended;
  }

  /** What it prints; throws with its words when it fails. */
  async ok(...args: string[]): Promise<string> {
    return succeeded(this.start(args));
  }

  async apply(manifest: string, ...args: string[]): Promise<string> {
    return succeeded(this.start(['apply', ...args, '-f', '-'], manifest));
  }

  /** A watch that the server has answered: whatever happens from now on is seen. */
  async watch(...args: string[]): Promise<LivingProcess> {
    const watching = this.start(['get', ...args, '--watch', '-v=6']);
    await watching.until('the server’s answer to the watch', ({ stderr }) =>
      /watch=true\S* (status=")?200/.test(stderr),
    );
    return watching;
  }
}

async function succeeded(running: LivingProcess): Promise<string> {
  const { code, stdout, stderr } = await running.ended;
  if (code !== 0) throw new Error(`${running.title} ended with ${code}: ${stderr}`);
  return stdout;
}
