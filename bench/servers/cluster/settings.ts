import os from 'node:os';

const GIB = 1024 ** 3;

/**
 * Settings of every server of ours. Everything that moves a figure by itself is pinned, and recorded
 * in the run file: autovacuum off (states are vacuumed when built), no JIT, serial plans, checkpoints
 * out of the measured window, durability as in production (fsync, synchronous_commit and
 * full_page_writes stay on). What is not named here has PostgreSQL's default.
 */
export function measuringSettings(): Readonly<Record<string, string>> {
  return {
    shared_buffers: os.totalmem() >= 8 * GIB ? '1GB' : '256MB',
    maintenance_work_mem: os.totalmem() >= 8 * GIB ? '512MB' : '128MB',
    max_wal_size: '8GB',
    checkpoint_timeout: '1h',
    autovacuum: 'off',
    jit: 'off',
    max_parallel_workers_per_gather: '0',
    shared_preload_libraries: 'pg_stat_statements',
    // Segments are statements of many shapes; at the default of 5,000 the rare ones are forgotten.
    'pg_stat_statements.max': '20000',
    track_io_timing: 'on',
    timezone: 'UTC',
    log_timezone: 'UTC',
    password_encryption: 'scram-sha-256',
  };
}
