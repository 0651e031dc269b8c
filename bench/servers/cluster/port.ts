import { createServer } from 'node:net';
import { BenchError } from '../../core/errors.ts';

/**
 * The port asked for, or a free one. Somebody may take it before the server does, so a start that
 * fails to bind asks again. Errors: BENCH-PORT-TAKEN.
 */
export function claimPort(wanted: number | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (cause) => {
      reject(wanted === undefined ? cause : new BenchError('BENCH-PORT-TAKEN', { port: wanted }, { cause }));
    });
    probe.listen(wanted ?? 0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
