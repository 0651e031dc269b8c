import { defineConfig } from 'mailgenius-bench';

/** A suite whose phases are planted: one helps, one is useless, one does harm, one takes away what helped. */
export default defineConfig({
  name: 'planted',
  title: 'Planted suite',
  contactsTitle: 'items',
  role: 'planted_app',
  openSession: async () => undefined,
  claims: [],
  faults: [
    { name: 'answer changed', sql: `UPDATE items SET name = 'another' WHERE id = 505`, foundBy: 'answer' },
    { name: 'key dropped', sql: 'ALTER TABLE items DROP CONSTRAINT items_pkey', foundBy: 'scan' },
  ],
  mix: {
    writes: [
      { scenario: 'add', variant: 'rows=5000', units: 0.5 },
      { scenario: 'touch', variant: 'rows=4000', units: 0.5 },
    ],
    reads: [{ scenario: 'find', variant: 'name', perWrite: 2 }],
  },
});
