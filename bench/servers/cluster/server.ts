import type { Endpoint } from '../../postgres/session.ts';

export interface ServerOptions {
  /** Folder of everything we keep between runs; see `cacheFolder`. */
  readonly cache: string;
  /** Port to listen on; a free one when absent. */
  readonly port?: number;
  /** Encrypt every connection. */
  readonly tls: boolean;
}

/** A server that accepts connections. It goes with us, however we end, unless `keep` was called. */
export interface RunningServer {
  readonly kind: string;
  readonly endpoint: Endpoint;
  /** What was built how; part of every cache key, since figures of two builds do not compare. */
  readonly build: string;
  /** Folder whose disk holds the data. */
  readonly dataFolder: string;
  readonly logFile: string;
  /** Holds the password of the endpoint's user. */
  readonly passwordFile: string;
  /** The data folder is ours: databases in it may be made and dropped at will. */
  readonly owned: boolean;
  /** True when it was running before we came. */
  readonly adopted: boolean;
  /** Folder of its programs. */
  readonly bin: string;
  /** Stops it and starts it again as it was; null for one that was running before we came. */
  readonly restart: (() => Promise<void>) | null;
  /** Ends it, unless it is kept. */
  stop(): Promise<void>;
  /** Lets it run on when we end. */
  keep(): Promise<void>;
}

/** One way to get a PostgreSQL; one file in this folder each. */
export interface ServerDefinition {
  readonly title: string;
  start(options: ServerOptions): Promise<RunningServer>;
  /** Stops a server left running; false when none was. */
  stop(cache: string): Promise<boolean>;
}

/** Types a server definition; the file's name is the server's name. */
export function defineServer(definition: ServerDefinition): ServerDefinition {
  return definition;
}
