import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { buildView } from '../bench/core/view.ts';
import report from '../reports/html.ts';
import { launchChromium } from './chromium.ts';
import { abortedRun, sampleRun } from './sample-run.ts';

const run = sampleRun();
let browser: Browser;
let folder: string;
const complaints: string[] = [];
const requests: string[] = [];

beforeAll(async () => {
  browser = await launchChromium();
  folder = await mkdtemp(path.join(tmpdir(), 'bench-report-'));
  await writeFile(path.join(folder, 'complete.html'), report.render(buildView(run)));
  await writeFile(path.join(folder, 'aborted.html'), report.render(buildView(abortedRun())));
}, 60_000);

afterAll(async () => {
  await browser?.close();
  if (folder) await rm(folder, { recursive: true });
});

afterEach(() => {
  expect(complaints.splice(0)).toEqual([]);
  expect(requests.splice(0)).toEqual([]);
});

async function open(options: BrowserContextOptions = {}, file = 'complete'): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const address = pathToFileURL(path.join(folder, `${file}.html`)).href;
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (request.url() !== address && !request.url().startsWith('data:')) requests.push(request.url());
  });
  await page.goto(address);
  return page;
}

/** Contrast of every text element with what it stands on (WCAG 2.2, 1.4.3); those below 4.5:1, or 3:1 when large. */
const POOR_CONTRAST = `(() => {
  const rgb = (text) => { const n = text.match(/[\\d.]+/g).map(Number); return { c: n.slice(0, 3), a: n[3] ?? 1 }; };
  const part = (v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { c, a } = rgb(getComputedStyle(at).backgroundColor);
      if (a > 0) return c;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const element of document.querySelectorAll('body *')) {
    const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!text || element.closest('svg') || ['SCRIPT', 'STYLE'].includes(element.tagName)) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(rgb(style.color).c), light(ground(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < (parseFloat(style.fontSize) >= 24 ? 3 : 4.5)) poor.push(element.tagName + ' ' + ratio.toFixed(2) + ' ' + element.textContent.slice(0, 30));
  }
  return poor;
})()`;

const PAGE_OVERFLOW = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

describe('the report in a browser', () => {
  test('shows all scenarios and states', async () => {
    const page = await open();
    const text = await page.locator('body').textContent();
    for (const { name } of [...run.scenarios, ...run.states]) expect(text).toContain(name);
    expect(await page.locator('svg[role=img]').count()).toBeGreaterThanOrEqual(10);
    await page.context().close();
  });

  test('hostile names are text', async () => {
    const page = await open();
    expect(await page.locator('b', { hasText: /^bold$/ }).count()).toBe(0);
    expect(await page.locator('th, td', { hasText: '</script><b>bold</b>' }).count()).toBeGreaterThan(0);
    await page.context().close();
  });

  test('without JavaScript every table is there, and no control that would do nothing', async () => {
    const page = await open();
    const tables = await page.locator('table').count();
    await page.context().close();
    const plain = await open({ javaScriptEnabled: false });
    expect(await plain.locator('table').count()).toBe(tables);
    expect(await plain.locator('.controls').isVisible()).toBe(false);
    await plain.locator('figure summary').first().click();
    expect(await plain.locator('figure table').first().isVisible()).toBe(true);
    await plain.context().close();
  });

  test.each(['light', 'dark'] as const)('texts have contrast in the %s theme', async (colorScheme) => {
    const page = await open({ colorScheme });
    await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
    expect(await page.evaluate(POOR_CONTRAST)).toEqual([]);
    await page.context().close();
  });

  test('follows the system to dark, and the switch back to light', async () => {
    const page = await open({ colorScheme: 'dark' });
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await ground()).toBe('rgb(18, 22, 27)');
    await page.locator('#theme').click();
    expect(await ground()).toBe('rgb(250, 249, 246)');
    await page.context().close();
  });

  test.each([390, 768, 1280])('at %i px the page does not scroll sideways', async (width) => {
    for (const file of ['complete', 'aborted']) {
      const page = await open({ viewport: { width, height: 844 } }, file);
      await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
      expect(await page.evaluate(PAGE_OVERFLOW)).toBe(0);
      await page.context().close();
    }
  });

  test('an aborted run says so and shows what there is', async () => {
    const page = await open({}, 'aborted');
    expect(await page.locator('.status').textContent()).toContain('aborted');
    expect(await page.locator('svg[role=img]').count()).toBeGreaterThan(3);
    await page.context().close();
  });

  test('prints the tables that are folded away on the screen', async () => {
    const page = await open();
    await page.emulateMedia({ media: 'print' });
    const height = await page.evaluate(
      "document.querySelector('figure details table').getBoundingClientRect().height",
    );
    expect(height).toBeGreaterThan(50);
    await page.context().close();
  });
});

describe('the controls work from the keyboard', () => {
  test('every control is reached by Tab', async () => {
    const page = await open();
    const reached = new Set<unknown>();
    for (let i = 0; i < 24; i += 1) {
      await page.keyboard.press('Tab');
      reached.add(
        await page.evaluate(
          'document.activeElement.id || document.activeElement.className || document.activeElement.tagName',
        ),
      );
    }
    for (const control of ['skip', 'filter', 'zero', 'theme', 'scroll drawing'])
      expect([...reached]).toContain(control);
    await page.context().close();
  });

  test('a column sorts by its values, both ways', async () => {
    const page = await open();
    const table = page.locator('#figures > .scroll table');
    const head = table.locator('thead button', { hasText: 'base' });
    const values = () =>
      page.evaluate(
        "[...document.querySelectorAll('#figures > .scroll tbody tr')].map((row) => Number(row.cells[2].dataset.sort))",
      );
    await head.focus();
    await page.keyboard.press('Enter');
    const up = numbers(await values());
    expect(up).toHaveLength(15);
    expect(up).toEqual([...up].sort((a, b) => a - b));
    await page.keyboard.press('Enter');
    expect(numbers(await values())).toEqual([...up].reverse());
    expect(await table.locator('th[aria-sort=descending]').count()).toBe(1);
    await page.context().close();
  });

  test('the filter leaves the rows that match and says how many', async () => {
    const page = await open();
    await page.locator('#filter').fill('lead-search');
    expect(await page.locator('#figures tr[data-filter]:visible').count()).toBe(3);
    expect(await page.locator('article:visible').count()).toBe(1);
    expect(await page.locator('[role=status]').textContent()).toBe('3 rows');
    await page.context().close();
  });

  test('axes can start at zero', async () => {
    const page = await open();
    await page.locator('#zero').press('Enter');
    expect(await page.locator('#zero').getAttribute('aria-pressed')).toBe('true');
    expect(await page.locator('.axis-zero').first().getAttribute('display')).toBe('inline');
    expect(await page.locator('.axis-fit').first().getAttribute('display')).toBe('none');
    await page.context().close();
  });
});

function numbers(value: unknown): number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}
