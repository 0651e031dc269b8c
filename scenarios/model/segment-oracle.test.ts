import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Segment } from '../../db/application.ts';
import { type Lead, leadAt } from '../../fixtures/model/lead.ts';
import { SEGMENTS } from '../segmentation.ts';
import { matches } from './segment-oracle.ts';

const LEAD: Lead = {
  ...leadAt({ seed: 1, contacts: 100 }, 7),
  email: 'Anna.Müller7@mailbox.example',
  name: "Anna O'Brien",
  company: null,
  source: 'form',
  status: 'active',
  tags: ['vip', 'customer'],
  custom_fields: { plan: 'free', score: 50, consent: false },
  created_at: new Date('2024-05-31T23:59:59.999Z'),
};

const is = (field: string, operator: string, value?: unknown): boolean =>
  matches({ field, operator, value }, LEAD);

describe('a segment', () => {
  it('compares text without case', () => {
    expect(is('email', 'contains', 'MAILBOX')).toBe(true);
    expect(is('email', 'starts_with', 'anna.')).toBe(true);
    expect(is('email', 'ends_with', '.EXAMPLE')).toBe(true);
    expect(is('name', 'equals', "ANNA O'BRIEN")).toBe(true);
  });

  it('takes a missing text for something else', () => {
    expect(is('company', 'contains', 'a')).toBe(false);
    expect(is('company', 'not_equals', 'a')).toBe(true);
  });

  it('wants all of the tags named', () => {
    expect(is('tags', 'contains', ['vip', 'customer'])).toBe(true);
    expect(is('tags', 'contains', ['vip', 'blog'])).toBe(false);
    expect(is('tags', 'not_contains', ['vip', 'blog'])).toBe(true);
    expect(is('tags', 'contains', ['VIP', 'Customer'])).toBe(true);
  });

  it('has both ends of dates, a bare date being the whole day', () => {
    expect(is('created_at', 'before', '2024-05-31')).toBe(true);
    expect(is('created_at', 'before', '2024-05-31T23:59:59Z')).toBe(false);
    expect(is('created_at', 'after', '2024-05-31')).toBe(true);
    expect(is('created_at', 'after', '2024-06-01')).toBe(false);
    expect(is('created_at', 'between', ['2024-05-01', '2024-05-31'])).toBe(true);
  });

  it('knows the kinds of custom fields', () => {
    expect(is('custom_fields.plan', 'equals', 'FREE')).toBe(true);
    expect(is('custom_fields.Plan', 'equals', 'free')).toBe(false);
    expect(is('custom_fields.score', 'equals', '50')).toBe(false);
    expect(is('custom_fields.consent', 'equals', 'false')).toBe(false);
    expect(is('custom_fields.consent', 'equals', false)).toBe(true);
    expect(is('custom_fields.score', 'gt', 49.5)).toBe(true);
    expect(is('custom_fields.score', 'lt', 50)).toBe(false);
    expect(is('custom_fields.plan', 'gt', 1)).toBe(false);
    expect(is('custom_fields.city', 'exists')).toBe(false);
    expect(is('custom_fields.city', 'exists', false)).toBe(true);
  });

  it('combines as logic does', () => {
    const leaf = fc.constantFrom<Segment>(
      { field: 'status', operator: 'equals', value: 'active' },
      { field: 'company', operator: 'contains', value: 'x' },
      { and: [] },
      { or: [] },
    );
    fc.assert(
      fc.property(fc.array(leaf, { maxLength: 4 }), (nodes) => {
        const not = nodes.map((node): Segment => ({ not: node }));
        expect(matches({ not: { and: nodes } }, LEAD)).toBe(matches({ or: not }, LEAD));
      }),
    );
  });

  it('of the scenario matches some contacts and not others, where it is not rare', () => {
    const leads = Array.from({ length: 3000 }, (_, row) => leadAt({ seed: 1, contacts: 3000 }, row));
    for (const [name, segment] of Object.entries(SEGMENTS)) {
      const found = leads.filter((lead) => matches(segment, lead)).length;
      expect(found, name).toBeLessThan(leads.length);
      if (name !== 'field-0.01%') expect(found, name).toBeGreaterThan(0);
    }
  });
});
