import { connect, type Endpoint, type Session } from './session.ts';

export interface OpenOptions {
  readonly database: string;
  readonly user?: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly onNotice?: (text: string) => void;
}

/** All sessions of one run with one server, so that an interrupt can break them off at once. */
export class Sessions {
  readonly endpoint: Endpoint;
  readonly #applicationName: string;
  readonly #open = new Set<Session>();
  #aborted = false;

  constructor(endpoint: Endpoint, applicationName: string) {
    this.endpoint = endpoint;
    this.#applicationName = applicationName;
  }

  /** Opens a session for the length of `work`. */
  async with<T>(options: OpenOptions, work: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.open(options);
    this.#open.add(session);
    try {
      return await work(session);
    } finally {
      this.#open.delete(session);
      await session.close();
    }
  }

  /** Opens a session that the caller closes. */
  open(options: OpenOptions): Promise<Session> {
    if (this.#aborted) throw new Error('the run was aborted');
    return connect(this.endpoint, { ...options, applicationName: this.#applicationName });
  }

  /** Opens a session with the maintenance database as the server's owner. */
  admin<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.with({ database: 'postgres' }, work);
  }

  /** Breaks every session off; whoever waits for one gets an error. No new ones after this. */
  abort(): void {
    this.#aborted = true;
    for (const session of this.#open) session.destroy();
  }
}
