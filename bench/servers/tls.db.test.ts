import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { SERVERS } from '../../test/server.ts';
import { type Endpoint, withSession } from '../postgres/session.ts';
import type { RunningServer } from './cluster/server.ts';

let cache: string;
let server: RunningServer;

beforeAll(async () => {
  cache = await mkdtemp(path.join(tmpdir(), 'bench-tls-'));
  await chmod(cache, 0o755);
  server = await SERVERS[inject('server').name].start({ cache, tls: true });
});

afterAll(async () => {
  await server?.stop();
  await rm(cache, { recursive: true, force: true });
});

test('a server with TLS refuses a connection without it', async () => {
  const { certificate, ...unencrypted } = server.endpoint;
  expect(certificate).toMatch(/BEGIN CERTIFICATE/);
  await expect(connectionOf(unencrypted)).rejects.toMatchObject({
    code: '28000',
    message: expect.stringMatching(/no encryption/),
  });
  expect(await connectionOf(server.endpoint)).toMatchObject({ ssl: true, version: 'TLSv1.3' });
});

test('its unix socket, which nobody else can reach, stays', async () => {
  const { port, user, password } = server.endpoint;
  const { socket: host } = await connectionOf(server.endpoint);
  expect(await connectionOf({ host, port, user, password })).toMatchObject({ ssl: false });
});

interface Connection {
  readonly ssl: boolean;
  readonly version: string | null;
  readonly socket: string;
}

function connectionOf(endpoint: Endpoint): Promise<Connection> {
  const options = { database: 'postgres', applicationName: 'bench-test' };
  return withSession(endpoint, options, async (session) => {
    const { rows } = await session.query<Connection>(
      `SELECT ssl, version, current_setting('unix_socket_directories') AS socket
       FROM pg_stat_ssl WHERE pid = pg_backend_pid()`,
    );
    const [connection] = rows;
    if (connection === undefined) throw new Error('a session has a line in pg_stat_ssl');
    return connection;
  });
}
