import type { Fixtures } from 'mailgenius-bench';
import { describe, expect, it } from 'vitest';
import { importFile, importSize } from './model/import-file.ts';
import { collapse, emailKey, expectedImport, type Imported, merged } from './model/import-oracle.ts';

const FIXTURES: Fixtures = { seed: 1, contacts: 20_000 };
const NEW = { existing: 0, identical: false, invalid: 0, repeats: 0 };
const BASE: Imported = {
  email: 'Anna7@mailbox.example',
  name: 'Anna',
  phone: null,
  company: 'Old',
  position: null,
  source: 'form',
  status: 'unsubscribed',
  tags: ['vip', 'blog'],
  custom_fields: { plan: 'free', score: 1 },
};

describe('the model of an import', () => {
  it('gives a new lead its defaults', () => {
    const lead = merged({ email: ' Anna7@Mailbox.example ' }, null);
    expect(lead).toMatchObject({
      email: 'anna7@mailbox.example',
      source: 'import',
      status: 'active',
      tags: [],
    });
  });

  it('overwrites with what is given, and with nothing else', () => {
    const lead = merged({ email: 'x', name: null, company: 'New', source: 'api' }, BASE);
    expect(lead).toMatchObject({ name: 'Anna', company: 'New', source: 'form' });
  });

  it('never makes a lead active again that left, but lets an active one leave', () => {
    expect(merged({ email: 'x', status: 'active' }, BASE).status).toBe('unsubscribed');
    expect(merged({ email: 'x', status: 'bounced' }, { ...BASE, status: 'active' }).status).toBe('bounced');
    expect(merged({ email: 'x' }, { ...BASE, status: 'active' }).status).toBe('active');
  });

  it('adds tags behind the old ones and merges custom fields', () => {
    const lead = merged(
      { email: 'x', tags: ['new', 'blog', 'new'], custom_fields: { score: 2, a: 1 } },
      BASE,
    );
    expect(lead.tags).toEqual(['vip', 'blog', 'new']);
    expect(lead.custom_fields).toEqual({ plan: 'free', score: 2, a: 1 });
    expect(merged({ email: 'x', tags: null, custom_fields: null }, BASE)).toEqual(BASE);
  });
});

describe('a file to import', () => {
  it('is all new, all known, or half', () => {
    const known = (existing: number) =>
      importFile(FIXTURES, { ...NEW, existing }).rows.filter((row) => row < FIXTURES.contacts).length;
    expect([known(0), known(1)]).toEqual([0, importSize(FIXTURES)]);
    expect(known(0.5) / importSize(FIXTURES)).toBeCloseTo(0.5, 1);
  });

  it('has each lead once unless it repeats', () => {
    const file = importFile(FIXTURES, { ...NEW, existing: 0.5 });
    expect(collapse(file)).toHaveLength(importSize(FIXTURES));
    expect(new Set(collapse(file).map(({ input }) => emailKey(input))).size).toBe(importSize(FIXTURES));
  });

  it('collapses repeats and leaves out what is invalid', () => {
    const file = importFile(FIXTURES, { ...NEW, invalid: 0.1, repeats: 0.1 });
    const valid = file.leads.filter((_, place) => (file.rows[place] ?? -1) >= 0);
    expect(valid.length).toBeLessThan(importSize(FIXTURES) * 0.95);
    expect(collapse(file)).toHaveLength(new Set(valid.map(emailKey)).size);
    expect(collapse(file).length).toBeLessThan(valid.length);
  });

  it('changes nothing when it says what is known', () => {
    const file = importFile(FIXTURES, { ...NEW, existing: 1, identical: true });
    expect(expectedImport(file, file.leads.length, FIXTURES).digest).toContain(
      'imported=0 updated=0 errors=0',
    );
  });

  it('has an answer for each number of leads done', () => {
    const file = importFile(FIXTURES, NEW);
    expect(expectedImport(file, 10, FIXTURES)).toMatchObject({ rows: 10 });
    expect(expectedImport(file, 10, FIXTURES).digest).not.toContain('imported');
    expect(expectedImport(file, importSize(FIXTURES), FIXTURES).digest).toContain(
      `imported=${importSize(FIXTURES)}`,
    );
  });
});
