import { describe, expect, test } from 'vitest';
import { type Definition, type Definitions, pathToChange } from './dependencies.ts';

const object = (text: string, reads = text, writes = ''): Definition => ({
  text: text + writes,
  reads,
  writes,
});

/** Leads with an index, a trigger and sends that refer to them; a function over leads; a view that nobody uses. */
const OBJECTS: Readonly<Record<string, Definition>> = {
  leads: object(
    'id uuid, email citext; CREATE INDEX leads_email ON public.leads',
    undefined,
    'FOREIGN KEY sends REFERENCES leads; TRIGGER EXECUTE FUNCTION note_change()',
  ),
  leads_email: object('CREATE INDEX leads_email ON public.leads USING btree (email)'),
  sends: object(
    'lead_id uuid; CREATE INDEX sends_lead',
    undefined,
    'FOREIGN KEY sends (lead_id) REFERENCES leads',
  ),
  sends_lead: object('CREATE INDEX sends_lead ON public.sends USING btree (lead_id)'),
  find_lead: object("BEGIN EXECUTE format('SELECT FROM leads WHERE email = %L', address); END"),
  note_change: object('INSERT INTO audit_log'),
  audit_log: object('what text'),
  dashboard: object('SELECT count(*) FROM leads'),
  same_name: object('SELECT folded(a) = folded(b)'),
  folded: object('SELECT lower(text)'),
};

function definitions(
  changes: Readonly<Record<string, Definition | null>> = {},
  everywhere = '',
): Definitions {
  const all = Object.entries({ ...OBJECTS, ...changes }).filter(
    (entry): entry is [string, Definition] => entry[1] !== null,
  );
  return { objects: new Map(all), everywhere, implicit: 'same_name' };
}

const BASE = definitions();
const reader = (...statements: string[]) => ({ statements, executed: [], observed: [], writes: false });
const writer = (...statements: string[]) => ({ statements, executed: [], observed: [], writes: true });
const FIND = reader('SELECT * FROM find_lead($1)');

describe('a change', () => {
  test('that does not exist reaches nobody', () => {
    expect(pathToChange(FIND, [BASE, definitions()])).toBeNull();
  });

  test('reaches a statement through functions and tables, with the names in between', () => {
    const head = definitions({
      leads_email: object('CREATE INDEX leads_email ON public.leads USING hash (email)'),
    });
    expect(pathToChange(FIND, [BASE, head])).toEqual(['find_lead', 'leads', 'leads_email']);
  });

  test.each([
    ['gone', { leads_email: null }, ['find_lead', 'leads', 'leads_email']],
    [
      'of what is named only now',
      { find_lead: object('SELECT FROM leads, extra'), extra: object('x') },
      ['find_lead'],
    ],
    ['new', { leads: object('id uuid, email citext, phone text') }, ['find_lead', 'leads']],
  ] as const)('that is %s reaches who names it on either side', (_, changes, path) => {
    expect(pathToChange(FIND, [BASE, definitions(changes)])).toEqual(path);
    expect(pathToChange(FIND, [definitions(changes), BASE])).toEqual(path);
  });

  test('of a trigger or of a table that refers to it reaches writers only', () => {
    const head = definitions({ audit_log: object('what text, at timestamptz') });
    expect(pathToChange(FIND, [BASE, head])).toBeNull();
    expect(pathToChange(writer('UPDATE leads SET email = $1'), [BASE, head])).toEqual([
      'leads',
      'note_change',
      'audit_log',
    ]);
    const sends = definitions({ sends_lead: null });
    expect(pathToChange(FIND, [BASE, sends])).toBeNull();
    expect(pathToChange(writer('DELETE FROM leads'), [BASE, sends])).toEqual([
      'leads',
      'sends',
      'sends_lead',
    ]);
  });

  test('of a view that nobody asks reaches nobody', () => {
    const head = definitions({ dashboard: object('SELECT count(*), max(id) FROM leads') });
    expect(pathToChange(FIND, [BASE, head])).toBeNull();
    expect(pathToChange(reader('SELECT * FROM DASHBOARD'), [BASE, head])).toEqual(['dashboard']);
  });

  test('reaches who was seen to use it, though no statement names it', () => {
    const head = definitions({ dashboard: null });
    expect(pathToChange({ ...FIND, observed: ['dashboard'] }, [BASE, head])).toEqual(['dashboard']);
  });

  test('of settings or types reaches everybody', () => {
    const head = definitions({}, 'set work_mem=1MB');
    expect(pathToChange(reader('SELECT 1'), [BASE, head])).toEqual([
      'settings, types, operators or extensions',
    ]);
  });
});
