import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generate } from 'selfsigned';
import { type Account, give } from './account.ts';

const LIFE_MS = 365 * 86_400_000;

/** PEM files of a server's TLS. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  /** The certificate itself: who trusts it trusts this server and no other. */
  readonly pem: string;
}

/** A certificate for this machine's own address, made anew at each start: nobody else has to trust it. */
export async function makeCertificate(folder: string, account: Account): Promise<Certificate> {
  const now = Date.now();
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    notBeforeDate: new Date(now - 60_000),
    notAfterDate: new Date(now + LIFE_MS),
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const certFile = path.join(folder, 'server.crt');
  const keyFile = path.join(folder, 'server.key');
  await writeFile(certFile, cert, { mode: 0o644 });
  await writeFile(keyFile, key, { mode: 0o600 });
  await give(certFile, account);
  await give(keyFile, account);
  return { certFile, keyFile, pem: await readFile(certFile, 'utf8') };
}
