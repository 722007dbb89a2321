import { expired } from './apiError.ts';
import type { KubeChange, KubeObject } from './clusterObjects.ts';
import { groupVersionOf, type Kind } from './kinds.ts';
import type { ObjectStore, Revision } from './objectStore.ts';
import type { Form } from './reads.ts';
import type { Selector } from './selectors.ts';

const bookmarkMs = 60_000;
const longestMs = 30 * 60_000;

/** A stream of changes, one JSON line each. Its times are real ones: it is a connection's life, not the cluster's. */
export class Watch {
  readonly #store: ObjectStore;
  readonly #query: URLSearchParams;
  readonly #kind: Kind;
  readonly #selector: Selector;
  readonly #form: Form | undefined;

  constructor(store: ObjectStore, query: URLSearchParams, kind: Kind, selector: Selector, form: Form | undefined) {
    this.#store = store;
    this.#query = query;
    this.#kind = kind;
    this.#selector = selector;
    this.#form = form;
  }

  /** Sends what there is and what comes, until `end` is due or the returned function is called. */
  open(send: (line: string) => void, end: () => void): () => void {
    const from = this.#query.get('resourceVersion') ?? '';
    const all = from === '' || from === '0' || this.#query.get('sendInitialEvents') === 'true';
    const missed = all ? [] : this.#store.since(Number(from));
    let header = true;
    const tell = (type: string, object: KubeObject) => {
      const body = this.#form
        ? this.#form([object], { resourceVersion: object.metadata.resourceVersion }, header)
        : object;
      header = false;
      send(`${JSON.stringify({ type, object: body })}\n`);
    };
    const bookmark = (annotations?: object) => {
      const metadata = {
        resourceVersion: String(this.#store.version()),
        creationTimestamp: null,
        ...(annotations ? { annotations } : {}),
      };
      const object = { kind: this.#kind.kind, apiVersion: groupVersionOf(this.#kind), metadata };
      send(`${JSON.stringify({ type: 'BOOKMARK', object: this.#form ? this.#form([], metadata, header) : object })}\n`);
    };
    if (missed === undefined) {
      send(
        `${JSON.stringify({ type: 'ERROR', object: expired(`too old resource version: ${from} (${this.#store.version()})`).status() })}\n`,
      );
      end();
      return () => undefined;
    }
    const pass = (revision: Revision) => {
      const seen = this.#view(revision);
      if (seen) tell(seen.type, seen.object);
    };
    if (all) for (const object of this.#store.list(this.#kind.plural).filter(this.#selector)) tell('ADDED', object);
    if (this.#query.get('sendInitialEvents') === 'true') bookmark({ 'k8s.io/initial-events-end': 'true' });
    missed.forEach(pass);
    const forget = this.#store.onRevision(pass);
    const seconds = Number(this.#query.get('timeoutSeconds') ?? 0);
    const bookmarks =
      this.#query.get('allowWatchBookmarks') === 'true' ? setInterval(() => bookmark(), bookmarkMs) : undefined;
    const stop = () => {
      forget();
      clearInterval(bookmarks);
      clearTimeout(limit);
    };
    const finish = () => {
      stop();
      end();
    };
    const limit = setTimeout(finish, seconds > 0 ? seconds * 1000 : longestMs);
    return stop;
  }

  /** A change as this watch sees it: what enters its selection is new, what leaves it is gone. */
  #view({ plural, change, previous }: Revision): KubeChange | undefined {
    if (plural !== this.#kind.plural) return undefined;
    const before = previous !== undefined && this.#selector(previous);
    const after = change.type !== 'DELETED' && this.#selector(change.object);
    if (!before && !after) return undefined;
    return { type: before && after ? 'MODIFIED' : after ? 'ADDED' : 'DELETED', object: change.object };
  }
}
