import type { Reporter, TestModule } from 'vitest/node';

/** Ends a test run with one plain line that any CI can read: `N passed, N failed`. */
export default class Summary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0;
    let failed = errors.length;
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      passed += tests.filter((test) => test.result().state === 'passed').length;
      failed += tests.filter((test) => test.result().state !== 'passed').length;
      if (tests.length === 0 || module.errors().length > 0) failed += 1;
    }
    // After the default reporter's own summary.
    process.on('exit', () => console.log(`\n${passed} passed, ${failed} failed`));
  }
}
