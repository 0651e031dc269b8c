#!/usr/bin/env -S node --max-semi-space-size=64
// Plain JavaScript that old versions of Node understand: says what is missing before TypeScript is read.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `error BENCH-NODE-TOO-OLD: this is Node ${process.versions.node}\nfix: install Node 20.19 or newer`,
  );
  process.exit(2);
}
const { register } = await import('tsx/esm/api').catch(() => {
  console.error(
    'error BENCH-NOT-INSTALLED: the packages of this program are missing\nfix: run `npm ci` first',
  );
  process.exit(2);
});
register();
await import('./cli.ts');
