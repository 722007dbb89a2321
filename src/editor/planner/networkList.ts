import type { SecurityGroupChoice, VpcChoice } from '../../core/network/networkChoices.ts';
import { suggestedSubnets } from '../../core/network/networkChoices.ts';
import { isCancellation, PrivateEksError } from '../../core/errors.ts';
import type { NetworkChoices } from '../../protocol/planner.ts';
import type { Place } from './lookedAt.ts';
import type { PlannerDependencies } from './plannerDependencies.ts';

type Listing =
  | { readonly state: 'loading' }
  | { readonly state: 'refused'; readonly message: string }
  | { readonly state: 'ready'; readonly vpcs: readonly VpcChoice[] };

/** The VPCs that a planner offers, asked for once somebody wants an existing one, and kept for an account and its region. */
export class NetworkList {
  readonly #read: Pick<PlannerDependencies, 'listNetworks' | 'listSecurityGroups' | 'log'>;
  readonly #changed: () => void;
  #place = '';
  #listing: Listing | undefined;
  readonly #groups = new Map<string, readonly SecurityGroupChoice[] | undefined>();
  #asking: AbortController | undefined;

  constructor(read: Pick<PlannerDependencies, 'listNetworks' | 'listSecurityGroups' | 'log'>, changed: () => void) {
    this.#read = read;
    this.#changed = changed;
  }

  /** Asks for what is not known of the place yet. */
  want(place: Place | undefined): void {
    if (place?.vpcId === undefined) return;
    const key = `${place.account.id}/${place.region}`;
    if (key !== this.#place) this.forget();
    this.#place = key;
    const signal = (this.#asking ??= new AbortController()).signal;
    if (!this.#listing) void this.#list(place, signal);
    if (this.#found(place.vpcId) && !this.#groups.has(place.vpcId)) void this.#listGroups(place, place.vpcId, signal);
  }

  choices(place: Place | undefined): NetworkChoices {
    if (place?.vpcId === undefined || !this.#listing) return { state: 'none' };
    if (this.#listing.state !== 'ready') return this.#listing;
    const chosen = this.#found(place.vpcId);
    return {
      state: 'ready',
      vpcs: this.#listing.vpcs.map(({ id, name, cidrs, subnets }) => ({
        id,
        name,
        cidrs,
        subnets: subnets.length,
        suggested: suggestedSubnets(subnets),
      })),
      subnets: chosen?.subnets ?? [],
      groups: this.#groups.get(place.vpcId)?.map(({ id, name }) => ({ id, name })),
    };
  }

  forget(): void {
    this.dispose();
    this.#listing = undefined;
    this.#groups.clear();
  }

  dispose(): void {
    this.#asking?.abort();
    this.#asking = undefined;
  }

  #found(vpcId: string): VpcChoice | undefined {
    return this.#listing?.state === 'ready' ? this.#listing.vpcs.find(({ id }) => id === vpcId) : undefined;
  }

  async #list(place: Place, signal: AbortSignal): Promise<void> {
    this.#listing = { state: 'loading' };
    try {
      const vpcs = await this.#read.listNetworks(place.account, place.region, signal);
      if (signal.aborted) return;
      this.#listing = { state: 'ready', vpcs };
    } catch (error) {
      if (isCancellation(error) || signal.aborted) return;
      const known = error instanceof PrivateEksError;
      this.#listing = { state: 'refused', message: known ? error.message : 'The VPCs cannot be listed.' };
      if (!known) this.#read.log(`the VPCs cannot be listed: ${String(error)}`);
    }
    this.want(place);
    this.#changed();
  }

  /** Without them ids can be typed: who may not list them is told nothing more. */
  async #listGroups({ account, region }: Place, vpcId: string, signal: AbortSignal): Promise<void> {
    this.#groups.set(vpcId, undefined);
    try {
      this.#groups.set(vpcId, await this.#read.listSecurityGroups(account, region, vpcId, signal));
    } catch (error) {
      if (isCancellation(error) || signal.aborted) return;
      this.#read.log(`the security groups of ${vpcId} cannot be listed: ${String(error)}`);
    }
    if (!signal.aborted) this.#changed();
  }
}
