--! title: switch_table
-- Contract: lets the partitioned twin take the table's place: applies what is left of the changes, renames the table to
--   <name>_old and puts a view of the twin in its place, for reports and for versions of the application that have not
--   heard of the new name; what they insert by it goes through the trigger function p_on_insert. Whoever was granted
--   something on the table has it on both. All or nothing; called again, it does nothing. Returns what it did.
-- Errors: 2BP01 when something else depends on the table, made since watch_changes; 55000 when the tables were not
--   proven equal; 22000 when the rows it applied differ; 55P03 or 40P01 when others kept it from the table or a lead for
--   ten minutes. Nothing is switched then.
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
  applied  bigint;
  granted  record;
  part     regclass;
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
      PERFORM refuse_dependents(p_source);
      -- Somebody who deletes a lead may wait for this table, and this for the lead: then let go.
      PERFORM set_config('lock_timeout', lock_wait(), true);
      applied := apply_changes(p_source, p_target);
      EXIT;
    EXCEPTION
      WHEN lock_not_available OR deadlock_detected THEN
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
  EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, mailgenius_app, mailgenius_readonly', old_name);
  IF p_on_insert IS NOT NULL THEN
    EXECUTE format('CREATE TRIGGER %1$I INSTEAD OF INSERT ON %2$I FOR EACH ROW EXECUTE FUNCTION %1$I()',
                   p_on_insert, old_name);
  END IF;
  -- Who might do what with the old table, and with which of its columns: by either name.
  FOR granted IN
    SELECT acl.*, '' AS columns
    FROM pg_class, aclexplode(relacl) AS acl
    WHERE oid = p_source AND grantee <> relowner
    UNION ALL
    SELECT acl.*, format('(%I)', attname)
    FROM pg_attribute, aclexplode(attacl) AS acl
    WHERE attrelid = p_source AND NOT attisdropped
  LOOP
    EXECUTE format('GRANT %s %s ON %s, %I TO %s %s', granted.privilege_type, granted.columns, p_target, old_name,
                   CASE granted.grantee WHEN 0 THEN 'PUBLIC' ELSE granted.grantee::regrole::text END,
                   CASE WHEN granted.is_grantable THEN 'WITH GRANT OPTION' ELSE '' END);
  END LOOP;
  FOR part IN SELECT relid FROM pg_partition_tree(p_target) WHERE isleaf LOOP
    EXECUTE format('ALTER TABLE %s RESET (autovacuum_enabled)', part);
  END LOOP;
  RETURN format('switched; %s rows applied last', applied);
END
$$;

REVOKE EXECUTE ON FUNCTION switch_table(regclass, regclass, text) FROM PUBLIC;
