import { readFileSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import os from 'node:os';

/** The operating system's user that runs PostgreSQL. Empty when it is ourselves. */
export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses root: as root it runs as `postgres`, or as `nobody` where there is none. */
export function serverAccount(): Account {
  if (os.userInfo().uid !== 0) return {};
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  return { uid: Number(user?.[2] ?? 65534), gid: Number(user?.[3] ?? 65534) };
}

/** Gives a file or folder to the account. */
export async function give(path: string, account: Account): Promise<void> {
  if (account.uid !== undefined && account.gid !== undefined) await chown(path, account.uid, account.gid);
}
