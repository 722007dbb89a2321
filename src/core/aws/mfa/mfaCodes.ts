/** Where the codes of MFA devices come from. Each is good for one use. */
export interface MfaCodes {
  /** @throws PrivateEksError `signed-out` when there is none yet; whoever calls tries again when one may have come */
  code(serial: string): Promise<string>;
  /** AWS did not take the code that was given last; the reason is its own. */
  refused?(serial: string, reason: string): Promise<void>;
  /** Calls back when a code has come that was asked for before; gives the way to stop that. */
  onArrived?(listener: () => void): () => void;
}
