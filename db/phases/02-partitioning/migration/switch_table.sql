--! title: switch_table
-- Contract: lets the partitioned twin take the table's place: applies what is left of the changes, renames the table to
--   <name>_old and puts a view of the twin in its place, for reports and for versions of the application that have not
--   heard of the new name; what they insert by it goes through the trigger function p_on_insert. All or nothing; called again, it does nothing. Returns what it did.
-- Errors: 55000 when the tables were not proven equal; 22000 when the rows it applied differ; 55P03 when others kept it
--   from the table or a lead for ten minutes. Nothing is switched then.
-- Cost: everybody waits for the rest of the changes. Locks no other table, so nobody who holds one waits for it in a
--   circle; the old table's foreign keys go later, with drop_old_table.
CREATE OR REPLACE FUNCTION switch_table(p_source regclass, p_target regclass, p_on_insert text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql
SET search_path = public, pg_temp
SET lock_timeout = 0
AS $$
DECLARE
  old_name constant text := p_source::text;
  give_up  constant timestamptz := clock_timestamp() + interval '10 minutes';
  part     regclass;
  applied  bigint;
BEGIN
  IF NOT migration_step(p_source) THEN
    RETURN 'was switched before';
  END IF;
  IF NOT EXISTS (SELECT FROM migration_progress WHERE source_table = old_name AND proven_at IS NOT NULL) THEN
    RAISE EXCEPTION '% was not proven equal', p_source USING ERRCODE = '55000';
  END IF;

  LOOP
    BEGIN
      PERFORM lock_in_order(ARRAY[p_source], 'ACCESS EXCLUSIVE');
      -- Somebody who deletes a lead may wait for this table, and this for the lead: then let go.
      SET LOCAL lock_timeout = '200ms';
      applied := apply_changes(p_source, p_target);
      EXIT;
    EXCEPTION
      WHEN lock_not_available THEN
        IF clock_timestamp() > give_up THEN
          RAISE;
        END IF;
    END;
    PERFORM pg_sleep(0.5);
  END LOOP;

  EXECUTE format('DROP TRIGGER log_migration_change ON %s', p_source);
  EXECUTE format('ALTER TABLE %s RENAME TO %I', p_source, old_name || '_old');
  EXECUTE format('CREATE VIEW %I WITH (security_invoker = true) AS SELECT * FROM %s', old_name, p_target);
  EXECUTE format('ALTER VIEW %I OWNER TO mailgenius_owner', old_name);
  IF p_on_insert IS NOT NULL THEN
    EXECUTE format('CREATE TRIGGER %1$I INSTEAD OF INSERT ON %2$I FOR EACH ROW EXECUTE FUNCTION %1$I()',
                   p_on_insert, old_name);
  END IF;
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO mailgenius_app', old_name);
  -- What the application may change of a row is what it might before.
  EXECUTE format('GRANT SELECT, INSERT, UPDATE (%s), DELETE ON %s TO mailgenius_app',
                 (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
                  WHERE attrelid = p_source AND attnum > 0 AND NOT attisdropped
                    AND has_column_privilege('mailgenius_app', p_source, attnum, 'UPDATE')), p_target);
  EXECUTE format('GRANT SELECT ON %s, %I TO mailgenius_readonly', p_target, old_name);
  FOR part IN SELECT relid FROM pg_partition_tree(p_target) WHERE isleaf LOOP
    EXECUTE format('ALTER TABLE %s RESET (autovacuum_enabled)', part);
  END LOOP;
  RETURN format('switched; %s rows applied last', applied);
END
$$;

REVOKE EXECUTE ON FUNCTION switch_table(regclass, regclass, text) FROM PUBLIC;
