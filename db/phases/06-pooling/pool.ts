import type { Connection, Connections } from '../../application.ts';

/** Who waits for a connection. */
interface Borrower {
  resolve(connection: Connection): void;
  reject(error: unknown): void;
}

/** Keeps up to `size` connections open and lends them, each to one borrower at a time. */
export class Pool {
  readonly #connections: Connections;
  readonly #idle: Connection[] = [];
  readonly #waiting: Borrower[] = [];
  #free: number;

  constructor(connections: Connections, size: number) {
    this.#connections = connections;
    this.#free = size;
  }

  /** Lends a connection for the length of `work`; after an error it is closed, since nobody knows its state. */
  async lend<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.#take();
    try {
      const result = await work(connection);
      this.#giveBack(connection);
      return result;
    } catch (error) {
      await this.#replace(connection);
      throw error;
    }
  }

  async #take(): Promise<Connection> {
    const idle = this.#idle.pop();
    if (idle) return idle;
    if (this.#free > 0) return this.#open();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  async #open(): Promise<Connection> {
    this.#free -= 1;
    try {
      return await this.#connections.open();
    } catch (error) {
      this.#free += 1;
      this.#serveNext();
      throw error;
    }
  }

  #giveBack(connection: Connection): void {
    const next = this.#waiting.shift();
    if (next) next.resolve(connection);
    else this.#idle.push(connection);
  }

  async #replace(broken: Connection): Promise<void> {
    await broken.close().catch(() => undefined);
    this.#free += 1;
    this.#serveNext();
  }

  /** Nobody waits for ever because another's request failed, or a connection could not be opened. */
  #serveNext(): void {
    const next = this.#waiting.shift();
    if (next) this.#open().then(next.resolve, next.reject);
  }
}
