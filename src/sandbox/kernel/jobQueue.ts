/** Something that will happen to the account: a named job with a JSON payload, so that the future survives a restart. */
export interface Job {
  readonly id: number;
  /** Account time in ms. */
  readonly at: number;
  readonly name: string;
  readonly payload: unknown;
}

/** Jobs in the order in which they fall due; equal times keep the order of scheduling. */
export class JobQueue {
  #jobs: Job[];
  #nextId: number;

  constructor(jobs: readonly Job[] = []) {
    this.#jobs = [...jobs];
    this.#nextId = jobs.reduce((highest, job) => Math.max(highest, job.id), 0) + 1;
  }

  add(at: number, name: string, payload: unknown): Job {
    const job: Job = { id: this.#nextId++, at, name, payload };
    const index = this.#jobs.findIndex(other => other.at > at);
    this.#jobs.splice(index === -1 ? this.#jobs.length : index, 0, job);
    return job;
  }

  peek(): Job | undefined {
    return this.#jobs[0];
  }

  shift(): Job | undefined {
    return this.#jobs.shift();
  }

  pending(): readonly Job[] {
    return this.#jobs;
  }
}
