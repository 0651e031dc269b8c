import { type Definition, type Definitions, isWord } from '../core/dependencies.ts';
import { unorderedSql } from '../core/digest.ts';
import { literal, type Session } from './session.ts';

interface Row extends Definition {
  readonly name: string;
}

/**
 * Reads what a database is made of, with a fingerprint of the rows of every table: a script may change those and no
 * definition. `owner` sees all of them.
 */
export async function readDefinitions(owner: Session): Promise<Definitions> {
  const rows = [
    ...(await owner.query<Row>(RELATIONS)).rows,
    ...(await owner.query<Row>(FUNCTIONS)).rows,
    ...(await owner.query<Row>(AGGREGATES)).rows,
    ...(await owner.query<Row>(EVENTS)).rows,
    ...(await contents(owner)),
  ];
  const { rows: common } = await owner.query<{ text: string }>(EVERYWHERE);
  const { rows: implicit } = await owner.query<{ name: string }>(IMPLICIT);
  const objects = new Map<string, Definition>();
  const unnamed: string[] = [];
  for (const { name, ...definition } of rows) {
    const key = name.toLowerCase();
    if (isWord(key)) objects.set(key, joined(objects.get(key), definition));
    else unnamed.push(name, definition.text);
  }
  return {
    objects,
    everywhere: [...common.map(({ text }) => text), ...unnamed].join('\n'),
    implicit: implicit.map(({ name }) => name).join('\n'),
  };
}

/** A function may be called as a table is. */
function joined(known: Definition | undefined, { text, reads, writes }: Definition): Definition {
  if (!known) return { text, reads, writes };
  return {
    text: `${known.text}\n${text}`,
    reads: `${known.reads}\n${reads}`,
    writes: `${known.writes}\n${writes}`,
  };
}

async function contents(owner: Session): Promise<Row[]> {
  const { rows } = await owner.query<{ name: string; relation: string; row: string }>(STORED);
  const found: Row[] = [];
  for (const { name, relation, row: text } of rows) {
    const [row] = (await owner.query(contentSql(relation, text))).rows;
    found.push({ name, text: JSON.stringify(row), reads: '', writes: '' });
  }
  return found;
}

/** The size tells what is dead or loosely packed. */
function contentSql(relation: string, row: string): string {
  return `SELECT ${unorderedSql(row)}, pg_relation_size(${literal(relation)}) AS bytes FROM ONLY ${relation} AS row`;
}

/** Ours: neither the system's nor an extension's. */
const own = (catalog: string, namespace: string, oid: string) => `
  ${namespace} NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
  AND ${namespace}::regnamespace::text !~ '^pg_(toast|temp)'
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = '${catalog}'::regclass AND objid = ${oid} AND deptype = 'e')`;

/** Where a row of a table lies counts; a materialized view may be made by several at once, in any order. */
const STORED = `
  SELECT relname AS name, oid::regclass::text AS relation,
         CASE relkind WHEN 'm' THEN 'row::text' ELSE 'concat(row.ctid, row)' END AS row
  FROM pg_class
  WHERE relkind IN ('r', 'm') AND ${own('pg_class', 'relnamespace', 'oid')}
  ORDER BY 2`;

const lines = (text: string, from: string) =>
  `(SELECT string_agg(${text}, E'\\n' ORDER BY ${text}) FROM ${from})`;

const SEQUENCE = `format('%s %s %s %s %s %s %s %s', seqtypid::regtype, seqstart, seqincrement, seqmax, seqmin, seqcache, seqcycle,
                         pg_sequence_last_value(seqrelid))`;

/** Those of identity columns have no default that names them. */
const OWN_SEQUENCES = `pg_depend JOIN pg_sequence ON seqrelid = objid
  WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND refobjid = rel.oid`;

/** How fine a column's histogram is, which tells ANALYZE's target; its values are a sample, another one for each build. */
const BOUNDS = `CASE 2 WHEN stakind1 THEN array_length(stavalues1, 1) WHEN stakind2 THEN array_length(stavalues2, 1) END`;

/** What concerns readers: columns, indexes, policies, a view's query, partitions. What concerns writers: the rest. */
const RELATIONS = `
  WITH relation AS (
    SELECT rel.relname AS name,
      concat_ws(E'\\n',
        format('%s %s %s %s %s %s %s %s %s', rel.relkind, rel.relnamespace::regnamespace, rel.relowner::regrole, rel.relacl,
               rel.reloptions, rel.relpersistence, rel.relreplident, rel.relrowsecurity, rel.relforcerowsecurity),
        pg_get_expr(rel.relpartbound, rel.oid),
        CASE WHEN rel.relkind = 'p' THEN pg_get_partkeydef(rel.oid) END,
        CASE WHEN rel.relkind IN ('v', 'm') THEN pg_get_viewdef(rel.oid) END,
        CASE WHEN rel.relkind IN ('i', 'I') THEN pg_get_indexdef(rel.oid) || ' ' || pg_relation_size(rel.oid) END,
        ${lines(
          `format('%s %s %s %s %s %s %s %s %s %s %s %s', attnum, attname, format_type(atttypid, atttypmod),
                  attcollation::regcollation, attnotnull, attstattarget, attstorage, attcompression, attgenerated,
                  attidentity, attoptions, attacl)`,
          'pg_attribute WHERE attrelid = rel.oid AND attnum > 0 AND NOT attisdropped',
        )},
        ${lines(`pg_get_indexdef(indexrelid) || indisvalid::text`, 'pg_index WHERE indrelid = rel.oid')},
        ${lines(
          `format('%s %s %s %s %s %s', polname, polcmd, polpermissive, polroles::regrole[],
                  pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))`,
          'pg_policy WHERE polrelid = rel.oid',
        )},
        ${lines(`concat_ws(' ', pg_get_statisticsobjdef(oid), to_jsonb(pg_statistic_ext) ->> 'stxstattarget')`, 'pg_statistic_ext WHERE stxrelid = rel.oid')},
        ${lines(`format('%s %s', staattnum, stainherit)`, 'pg_statistic WHERE starelid = rel.oid')},
        (SELECT max(${BOUNDS}) FROM pg_statistic WHERE starelid = rel.oid),
        ${lines(SEQUENCE, 'pg_sequence WHERE seqrelid = rel.oid')},
        ${lines(`inhparent::regclass::text`, 'pg_inherits WHERE inhrelid = rel.oid')},
        ${lines(`inhrelid::regclass::text`, 'pg_inherits WHERE inhparent = rel.oid')}
      ) AS reads,
      concat_ws(E'\\n',
        ${lines(`format('%s %s', adnum, pg_get_expr(adbin, adrelid))`, 'pg_attrdef WHERE adrelid = rel.oid')},
        ${lines(`objid::regclass::text`, OWN_SEQUENCES)},
        ${lines(
          `format('%s %s %s %s', conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid))`,
          'pg_constraint WHERE rel.oid IN (conrelid, confrelid)',
        )},
        ${lines(
          `format('%s %s', tgenabled, pg_get_triggerdef(oid))`,
          'pg_trigger WHERE tgrelid = rel.oid AND NOT tgisinternal',
        )},
        ${lines(`pg_get_ruledef(oid)`, `pg_rewrite WHERE ev_class = rel.oid AND rulename <> '_RETURN'`)}
      ) AS writes
    FROM pg_class AS rel
    WHERE rel.relkind <> 't' AND ${own('pg_class', 'rel.relnamespace', 'rel.oid')}
  )
  SELECT name, reads || E'\\n' || writes AS text, reads, writes FROM relation ORDER BY 1, 2`;

const FUNCTIONS = `
  SELECT proname AS name, text, text AS reads, '' AS writes
  FROM (
    SELECT proname, concat_ws(E'\\n', proowner::regrole, proacl, pg_get_functiondef(oid)) AS text
    FROM pg_proc
    WHERE prokind <> 'a' AND ${own('pg_proc', 'pronamespace', 'oid')}
  ) AS function
  ORDER BY 1, 2`;

const AGGREGATES = `
  SELECT proname AS name, text, text AS reads, '' AS writes
  FROM (SELECT proname, concat_ws(' ', proowner::regrole, proacl, to_jsonb(pg_aggregate) - 'aggfnoid', ${lines(
    `refobjid::regproc::text`,
    `pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND refclassid = 'pg_proc'::regclass`,
  )}) AS text
    FROM pg_aggregate JOIN pg_proc ON pg_proc.oid = aggfnoid
    WHERE ${own('pg_proc', 'pronamespace', 'pg_proc.oid')}
  ) AS aggregate
  ORDER BY 1, 2`;

/** Functions that something rests on which is used without its name, or has none that a statement shows as a word. */
const IMPLICIT = `
  SELECT DISTINCT proname AS name FROM pg_depend JOIN pg_proc ON pg_proc.oid = refobjid
  WHERE refclassid = 'pg_proc'::regclass AND ${own('pg_proc', 'pronamespace', 'pg_proc.oid')}
    AND classid::regclass::text NOT IN ('pg_class', 'pg_proc', 'pg_rewrite', 'pg_trigger', 'pg_policy', 'pg_attrdef',
                                        'pg_statistic_ext', 'pg_event_trigger')
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE classid = tableoid AND oid = objid AND contypid = 0)
  ORDER BY 1`;

/** Words of statements that set off event triggers lead to their functions. */
const EVENTS = `
  SELECT word AS name, '' AS text, '' AS reads, string_agg(DISTINCT evtfoid::regproc::text, ' ') AS writes
  FROM pg_event_trigger,
       unnest('{alter,comment,create,drop,grant,import,into,refresh,reindex,revoke,security}'::text[]) AS word
  GROUP BY 1
  ORDER BY 1`;

/** Objects of an extension go with its version. That a state is read only is this program's own setting. */
const EVERYWHERE = `
  SELECT format('set %s %s', setrole, setting) AS text FROM pg_db_role_setting, unnest(setconfig) AS setting
  WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
    AND setting !~ '^default_transaction_read_only='
  UNION ALL SELECT format('extension %s %s', extname, extversion) FROM pg_extension
  UNION ALL SELECT format('schema %s %s %s', nspname, nspowner::regrole, nspacl) FROM pg_namespace
  WHERE nspname !~ '^pg_(toast|temp)'
  UNION ALL
  SELECT format('type %s %s %s %s %s %s', typname, typtype, format_type(typbasetype, typtypmod), typnotnull, typdefault,
                (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = pg_type.oid))
  FROM pg_type WHERE typtype <> 'c' AND typelem = 0 AND ${own('pg_type', 'typnamespace', 'oid')}
  UNION ALL SELECT format('constraint %s %s', contypid::regtype, pg_get_constraintdef(oid)) FROM pg_constraint
  WHERE contypid <> 0
  UNION ALL SELECT format('operator %s %s %s %s %s %s %s %s', oid::regoperator, oprcode, oprrest, oprjoin, oprcom::regoperator,
                           oprnegate::regoperator, oprcanmerge, oprcanhash) FROM pg_operator
  WHERE ${own('pg_operator', 'oprnamespace', 'oid')}
  UNION ALL SELECT format('range %s %s %s', rngtypid::regtype, rngcanonical, rngsubdiff) FROM pg_range
  JOIN pg_type ON pg_type.oid = rngtypid WHERE ${own('pg_type', 'typnamespace', 'pg_type.oid')}
  UNION ALL SELECT format('cast %s %s %s %s', castsource::regtype, casttarget::regtype, castfunc::regproc, castcontext)
  FROM pg_cast WHERE oid >= 16384
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_cast'::regclass AND objid = pg_cast.oid AND deptype = 'e')
  UNION ALL SELECT format('operator class %s %s %s %s', opcname, opcintype::regtype, opcdefault, opckeytype::regtype) FROM pg_opclass
  WHERE ${own('pg_opclass', 'opcnamespace', 'oid')}
  UNION ALL SELECT format('operator of %s %s %s', opfname, amopstrategy, amopopr::regoperator) FROM pg_amop
  JOIN pg_opfamily ON pg_opfamily.oid = amopfamily WHERE ${own('pg_opfamily', 'opfnamespace', 'pg_opfamily.oid')}
  UNION ALL SELECT format('function of %s %s %s', opfname, amprocnum, amproc::regprocedure) FROM pg_amproc
  JOIN pg_opfamily ON pg_opfamily.oid = amprocfamily WHERE ${own('pg_opfamily', 'opfnamespace', 'pg_opfamily.oid')}
  UNION ALL SELECT format('dictionary %s %s %s', dictname, tmplname, dictinitoption) FROM pg_ts_dict
  JOIN pg_ts_template ON pg_ts_template.oid = dicttemplate WHERE ${own('pg_ts_dict', 'dictnamespace', 'pg_ts_dict.oid')}
  UNION ALL SELECT format('text search %s %s %s %s %s', cfgname, prsname, maptokentype, mapseqno, mapdict::regdictionary)
  FROM pg_ts_config JOIN pg_ts_parser ON pg_ts_parser.oid = cfgparser LEFT JOIN pg_ts_config_map ON mapcfg = pg_ts_config.oid
  WHERE ${own('pg_ts_config', 'cfgnamespace', 'pg_ts_config.oid')}
  UNION ALL SELECT format('publication %s %s %s %s %s', pubname, to_jsonb(pg_publication) - '{oid,pubowner}'::text[], prrelid::regclass,
                          pg_get_expr(prqual, prrelid), prattrs)
  FROM pg_publication LEFT JOIN pg_publication_rel ON prpubid = pg_publication.oid
  UNION ALL SELECT format('publication %s of schema %s', pubname, pnnspid::regnamespace)
  FROM pg_publication JOIN pg_publication_namespace ON pnpubid = pg_publication.oid
  UNION ALL SELECT format('server %s %s', srvname, srvoptions) FROM pg_foreign_server
  UNION ALL SELECT format('collation %s %s %s', collname, collprovider, collcollate) FROM pg_collation
  WHERE ${own('pg_collation', 'collnamespace', 'oid')}
  UNION ALL SELECT format('event trigger %s %s %s %s', evtname, evtevent, evtfoid::regproc, evtenabled)
  FROM pg_event_trigger
  ORDER BY 1`;

/** Texts of all statements executed in a database since it was made, also inside functions where those are kept account of. */
export async function executedTexts(admin: Session, database: string): Promise<readonly string[]> {
  const { rows } = await admin.query<{ query: string }>(
    'SELECT query FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = $1)',
    [database],
  );
  return rows.map(({ query }) => query);
}

/** Names of tables, indexes and functions that the server has seen used in a database, as of now. */
export async function usedNames(owner: Session): Promise<readonly string[]> {
  const { rows } = await owner.query<{ name: string }>(USED);
  return rows.map(({ name }) => name);
}

const USED = `
  SELECT relname AS name FROM pg_stat_user_tables
  WHERE seq_scan + coalesce(idx_scan, 0) + n_tup_ins + n_tup_upd + n_tup_del > 0
  UNION SELECT indexrelname FROM pg_stat_user_indexes WHERE idx_scan > 0
  UNION SELECT funcname FROM pg_stat_user_functions
  WHERE calls > 0 AND ${own('pg_proc', 'schemaname::regnamespace', 'funcid')}`;
