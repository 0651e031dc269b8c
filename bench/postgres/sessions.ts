import { connect, type Endpoint, type Notice, type Session } from './session.ts';

export interface OpenOptions {
  readonly database: string;
  readonly user?: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly onNotice?: (notice: Notice) => void;
  readonly onClose?: () => void;
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
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }

  /** Opens a session that the caller closes. */
  async open(options: OpenOptions): Promise<Session> {
    if (this.#aborted) throw new Error('the run was aborted');
    const onClose = () => {
      this.#open.delete(session);
      options.onClose?.();
    };
    const session = await connect(this.endpoint, {
      ...options,
      onClose,
      applicationName: this.#applicationName,
    });
    this.#open.add(session);
    return session;
  }

  /** Processes of the server that serve the open sessions. */
  get pids(): readonly number[] {
    return [...this.#open].map(({ pid }) => pid);
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
