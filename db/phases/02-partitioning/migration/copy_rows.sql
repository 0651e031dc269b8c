--! title: copy_rows
-- Contract: copies the rows that were there when it was first called, p_blocks of the file at a time; each batch and
--   the note of how far it got commit together, so called again it goes on where it was. If the table was rewritten
--   (VACUUM FULL), it starts over. A row that moves meanwhile may be copied twice or not at all: apply_changes
--   puts that right.
-- Errors: those of migration_step.
-- Cost: reads in the order of the file: no sort, no index. Nobody waits.
-- No SET clause and no SECURITY DEFINER: a procedure that has one may not commit.
CREATE OR REPLACE PROCEDURE copy_rows(p_source regclass, p_target regclass, p_blocks integer DEFAULT 8192)
LANGUAGE plpgsql
AS $$
DECLARE
  progress public.migration_progress;
  file     oid;
  blocks   bigint;
  upto     bigint;
  copied   bigint;
BEGIN
  LOOP
    COMMIT;
    EXIT WHEN NOT public.migration_step(p_source);
    -- Nobody rewrites the table between this look and the read.
    EXECUTE format('LOCK TABLE %s IN ACCESS SHARE MODE', p_source);
    file := pg_relation_filenode(p_source);
    blocks := pg_relation_size(p_source) / current_setting('block_size')::bigint;

    SELECT * INTO progress FROM public.migration_progress WHERE source_table = p_source::text;
    IF progress.source_file <> file THEN
      EXECUTE format('TRUNCATE %s', p_target);
      DELETE FROM public.migration_progress WHERE source_table = p_source::text;
    END IF;
    IF progress.source_file IS DISTINCT FROM file THEN
      INSERT INTO public.migration_progress (source_table, end_block, source_file)
      VALUES (p_source::text, blocks, file);
      CONTINUE;
    END IF;
    EXIT WHEN progress.next_block >= progress.end_block;

    upto := least(progress.next_block + p_blocks, progress.end_block);
    EXECUTE format('INSERT INTO %s SELECT * FROM %s WHERE ctid >= %L AND ctid < %L', p_target, p_source,
                   format('(%s,0)', progress.next_block), format('(%s,0)', upto));
    GET DIAGNOSTICS copied = ROW_COUNT;
    UPDATE public.migration_progress
    SET next_block = upto, rows_copied = rows_copied + copied
    WHERE source_table = p_source::text;
  END LOOP;
END
$$;

REVOKE EXECUTE ON PROCEDURE copy_rows(regclass, regclass, integer) FROM PUBLIC;
