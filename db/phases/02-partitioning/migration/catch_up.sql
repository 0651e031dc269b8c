--! title: catch_up
-- Contract: applies what changed meanwhile, until less than p_rest changes are left for the lock of the next step.
--   While the target has no foreign keys, that is all there was and nobody waits. From then on a deleted lead takes rows
--   of the target along, in any order: so writers of leads and campaigns are held off, for p_batch changes at a time.
-- Errors: those of migration_step, lock_in_order and apply_changes.
-- Cost: that of apply_changes.
-- No SET clause and no SECURITY DEFINER: a procedure that has one may not commit.
CREATE OR REPLACE PROCEDURE catch_up(p_source regclass, p_target regclass, p_rest bigint DEFAULT 1000,
                                     p_batch bigint DEFAULT 5000)
LANGUAGE plpgsql
AS $$
DECLARE
  pending bigint;
BEGIN
  -- Not for ever: where changes come faster than they can be applied, the next step takes what is left.
  FOR round IN 1..100 LOOP
    COMMIT;
    EXIT WHEN NOT public.migration_step(p_source);
    SELECT count(*) INTO pending FROM public.migration_changes WHERE source_table = p_source::text;
    IF NOT EXISTS (SELECT FROM pg_partition_tree(p_target) JOIN pg_constraint ON conrelid = relid
                   WHERE contype = 'f') THEN
      PERFORM public.apply_changes(p_source, p_target);
      EXIT WHEN pending < p_rest;
    ELSE
      EXIT WHEN pending < p_rest;
      PERFORM public.lock_in_order(ARRAY['leads', 'campaigns']::regclass[], 'SHARE ROW EXCLUSIVE');
      PERFORM public.apply_changes(p_source, p_target, p_batch);
    END IF;
  END LOOP;
END
$$;

REVOKE EXECUTE ON PROCEDURE catch_up(regclass, regclass, bigint, bigint) FROM PUBLIC;
