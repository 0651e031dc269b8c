import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { kill } from 'node:process';
import { z } from 'zod';
import { BenchError } from '../../core/errors.ts';
import { type Endpoint, withSession } from '../../postgres/session.ts';
import { type Account, give, serverAccount } from './account.ts';
import { type Certificate, makeCertificate } from './certificate.ts';
import { runCommand } from './command.ts';
import { claimPort } from './port.ts';
import type { RunningServer, ServerOptions } from './server.ts';
import { guard, type Watchdog } from './watchdog.ts';

/** A private PostgreSQL cluster: whose binaries, and how it is set up. */
export interface ClusterPlan {
  readonly kind: string;
  /** Folder of the cluster, in the cache. */
  readonly folder: string;
  readonly bin: string;
  readonly build: string;
  readonly initdbArgs: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
}

/** What we note about a server that we started. */
const Note = z.object({
  port: z.number(),
  socketFolder: z.string(),
  password: z.string(),
  kept: z.boolean(),
  /** What to trust, when connections are encrypted. */
  certificate: z.string().nullable(),
});
type Note = z.infer<typeof Note>;

const SUPERUSER = 'bench';
const ADDRESS = '127.0.0.1';
const START_ATTEMPTS = 3;

/** Says which process uses the cache. */
export function lockFile(cache: string): string {
  return path.join(cache, 'runner.lock');
}

/** The cluster's folders and files, all below the cache. */
export function clusterPaths(cache: string, name: string) {
  const folder = path.join(cache, name);
  return {
    folder,
    data: path.join(folder, 'data'),
    password: path.join(folder, 'password'),
    note: path.join(folder, 'server.json'),
    log: path.join(folder, 'postgres.log'),
    lock: lockFile(cache),
  };
}

/**
 * Starts the cluster, making it first where there is none, or takes over one that runs already: kept on
 * purpose, or left by a run that died.
 * Errors: BENCH-PORT-TAKEN, BENCH-SERVER-NOT-PROVISIONED, BENCH-SERVER-START, BENCH-SERVER-TLS,
 * BENCH-SERVER-PORT.
 */
export async function startCluster(plan: ClusterPlan, options: ServerOptions): Promise<RunningServer> {
  const account = serverAccount();
  const paths = clusterPaths(options.cache, plan.folder);
  const running = await runningNote(paths);
  if (running && (running.certificate !== null) !== options.tls) {
    throw new BenchError('BENCH-SERVER-TLS', { with: running.certificate === null ? 'without' : 'with' });
  }
  if (running && options.port !== undefined && options.port !== running.port) {
    throw new BenchError('BENCH-SERVER-PORT', { port: running.port });
  }
  if (running) {
    const watchdog = running.kept ? null : guard(paths.data, paths.lock, account);
    return { ...handle(plan, paths, running, account, watchdog), adopted: true, restart: null };
  }
  if (options.port !== undefined) await claimPort(options.port);
  await createCluster(plan, paths, account);
  const watchdog = guard(paths.data, paths.lock, account);
  const note = await launch(plan, paths, options, account).catch((error: unknown) => {
    watchdog.dismiss();
    throw error;
  });
  return handle(plan, paths, note, account, watchdog);
}

type Paths = ReturnType<typeof clusterPaths>;

function handle(
  plan: ClusterPlan,
  paths: Paths,
  started: Note,
  account: Account,
  watchdog: Watchdog | null,
): RunningServer {
  let note = started;
  return {
    kind: plan.kind,
    endpoint: endpointOf(note),
    build: plan.build,
    dataFolder: paths.data,
    logFile: paths.log,
    passwordFile: paths.password,
    bin: plan.bin,
    owned: true,
    adopted: false,
    restart: () => restartPostmaster(plan.bin, paths, account),
    stop: async () => {
      if (note.kept) return;
      await stopPostmaster(plan.bin, paths, account);
      watchdog?.dismiss();
    },
    keep: async () => {
      note = { ...note, kept: true };
      await writeNote(paths, note);
      watchdog?.dismiss();
    },
  };
}

function endpointOf(note: Note): Endpoint {
  const { port, password, certificate } = note;
  if (certificate === null) return { host: note.socketFolder, port, user: SUPERUSER, password };
  return { host: ADDRESS, port, user: SUPERUSER, password, certificate };
}

async function createCluster(plan: ClusterPlan, paths: Paths, account: Account): Promise<void> {
  if (await isFile(path.join(paths.data, 'PG_VERSION'))) return;
  await rm(paths.folder, { recursive: true, force: true });
  await mkdir(paths.folder, { recursive: true, mode: 0o700 });
  await give(paths.folder, account);
  await writeFile(paths.password, `${randomBytes(18).toString('base64url')}\n`, { mode: 0o600 });
  await give(paths.password, account);
  const draft = `${paths.data}.new`;
  const args = ['-D', draft, '-U', SUPERUSER, `--pwfile=${paths.password}`, '--auth=scram-sha-256'];
  const made = await runCommand(path.join(plan.bin, 'initdb'), [...args, ...plan.initdbArgs], account);
  if (made.code !== 0) throw notProvisioned(plan, made.output);
  const moved = await runCommand('/bin/mv', [draft, paths.data], account);
  if (moved.code !== 0) throw notProvisioned(plan, moved.output);
}

function notProvisioned(plan: ClusterPlan, output: string): BenchError {
  const lines = output.split('\n');
  const problem = lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? 'initdb failed';
  const remedy = 'make the cache folder one that another user can reach (BENCH_CACHE=DIR), then run again';
  return new BenchError('BENCH-SERVER-NOT-PROVISIONED', { server: plan.kind, problem, remedy });
}

async function launch(
  plan: ClusterPlan,
  paths: Paths,
  options: ServerOptions,
  account: Account,
): Promise<Note> {
  await forget(paths);
  const password = (await readFile(paths.password, 'utf8')).trim();
  const socketFolder = await mkdtemp(path.join(os.tmpdir(), 'bench-'));
  await give(socketFolder, account);
  const encryption = options.tls ? await prepareEncryption(paths.folder, account) : null;
  const certificate = encryption?.certificate.pem ?? null;
  for (let attempt = 1; ; attempt++) {
    const port = await claimPort(options.port);
    const note = { port, socketFolder, password, kept: false, certificate };
    await writeNote(paths, note);
    const started = await startPostmaster(plan, paths, note, encryption, account);
    if (started.code === 0) return note;
    const log = await readFile(paths.log, 'utf8').catch(() => started.output);
    if (attempt < START_ATTEMPTS && /could not bind|already in use/i.test(log)) continue;
    await rm(socketFolder, { recursive: true, force: true });
    await rm(paths.note, { force: true });
    throw new BenchError('BENCH-SERVER-START', { problem: lastFatal(log), log: paths.log });
  }
}

async function startPostmaster(
  plan: ClusterPlan,
  paths: Paths,
  note: Note,
  encryption: Encryption | null,
  account: Account,
) {
  const settings = {
    ...plan.settings,
    ...(encryption ? tlsSettings(encryption) : {}),
    port: String(note.port),
    listen_addresses: ADDRESS,
    unix_socket_directories: note.socketFolder,
    unix_socket_permissions: '0700',
  };
  const flags = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`);
  await rm(paths.log, { force: true });
  const args = ['-D', paths.data, '-l', paths.log, '-w', '-t', '60', '-o', flags.join(' '), 'start'];
  return runCommand(path.join(plan.bin, 'pg_ctl'), args, account);
}

/** What a server needs to speak TLS, and to refuse who does not. */
interface Encryption {
  readonly certificate: Certificate;
  readonly hbaFile: string;
}

/** The file that initdb makes takes unencrypted connections too; a socket is not encrypted, and need not be. */
const ENCRYPTED_ONLY = `local   all all              scram-sha-256\nhostssl all all ${ADDRESS}/32 scram-sha-256\n`;

async function prepareEncryption(folder: string, account: Account): Promise<Encryption> {
  const hbaFile = path.join(folder, 'pg_hba_tls.conf');
  await writeFile(hbaFile, ENCRYPTED_ONLY, { mode: 0o600 });
  await give(hbaFile, account);
  return { certificate: await makeCertificate(folder, account), hbaFile };
}

function tlsSettings({ certificate, hbaFile }: Encryption): Readonly<Record<string, string>> {
  return {
    ssl: 'on',
    ssl_cert_file: certificate.certFile,
    ssl_key_file: certificate.keyFile,
    ssl_min_protocol_version: 'TLSv1.3',
    hba_file: hbaFile,
  };
}

function lastFatal(log: string): string {
  const lines = log.trim().split('\n');
  return lines.findLast((line) => /FATAL|PANIC|error/.test(line)) ?? lines.at(-1) ?? 'no reason was logged';
}

async function writeNote(paths: Paths, note: Note): Promise<void> {
  await writeFile(paths.note, `${JSON.stringify(note)}\n`, { mode: 0o600 });
}

/** The note of a server that runs and answers, or null. */
async function runningNote(paths: Paths): Promise<Note | null> {
  if ((await postmasterPid(paths.data)) === null) return null;
  const note = await readNote(paths);
  if (note === null) return null;
  const options = { database: 'postgres', applicationName: 'bench/probe' };
  const answers = await withSession(endpointOf(note), options, async () => true).catch(() => false);
  return answers ? note : null;
}

/** Process id of a postmaster that lives, or null. */
export async function postmasterPid(dataFolder: string): Promise<number | null> {
  const text = await readFile(path.join(dataFolder, 'postmaster.pid'), 'utf8').catch(() => null);
  const pid = Number(text?.split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 && isAlive(pid) ? pid : null;
}

/** True when a process with this id lives, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    return kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Stops a cluster that runs, kept or not; false when it did not run. */
export async function stopCluster(bin: string, cache: string, folder: string): Promise<boolean> {
  const paths = clusterPaths(cache, folder);
  if ((await postmasterPid(paths.data)) === null) return false;
  await stopPostmaster(bin, paths, serverAccount());
  return true;
}

/** With the flags it was started with: pg_ctl finds them in postmaster.opts. */
async function restartPostmaster(bin: string, paths: Paths, account: Account): Promise<void> {
  const args = ['-D', paths.data, '-l', paths.log, '-m', 'fast', '-w', '-t', '120', 'restart'];
  const { code, output } = await runCommand(path.join(bin, 'pg_ctl'), args, account);
  if (code !== 0) throw new BenchError('BENCH-SERVER-START', { problem: lastFatal(output), log: paths.log });
}

async function stopPostmaster(bin: string, paths: Paths, account: Account): Promise<void> {
  const stop = (mode: string) =>
    runCommand(path.join(bin, 'pg_ctl'), ['-D', paths.data, '-m', mode, '-w', '-t', '120', 'stop'], account);
  const stopped = await stop('fast');
  if (stopped.code !== 0 && (await postmasterPid(paths.data)) !== null) await stop('immediate');
  await forget(paths);
}

/** Removes what a server leaves beside its data: its socket folder and our note of it. */
async function forget(paths: Paths): Promise<void> {
  const note = await readNote(paths);
  if (note) await rm(note.socketFolder, { recursive: true, force: true });
  await rm(paths.note, { force: true });
}

async function readNote(paths: Paths): Promise<Note | null> {
  const text = await readFile(paths.note, 'utf8').catch(() => null);
  return text === null ? null : Note.parse(JSON.parse(text));
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (facts) => facts.isFile(),
    () => false,
  );
}
